/** The issue that a description names, as Prow finds it: it is not asked for whether there is one. */

/** `#12`, or the address of an issue of the same owner; the first that is there. What HTML comments hide does not count. */
export function issueIn(description: string, owner: string): string | undefined {
  const text = withoutComments(description);
  const short = /#(\d{1,18})/.exec(text);
  const address = addressIn(text, owner);
  if (short !== null && (address === undefined || short.index < address.at)) return `#${short[1] ?? ''}`;
  return address?.named;
}

function addressIn(text: string, owner: string): { readonly at: number; readonly named: string } | undefined {
  const prefix = `${owner}/`;
  for (let at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
    const end = text.indexOf('/', at + prefix.length);
    if (end < 0) return undefined;
    const repository = text.slice(at + prefix.length, end);
    const [, number] = /^\/issues\/(\d{1,18})/.exec(text.slice(end, end + MAX_ADDRESS_END)) ?? [];
    if (number !== undefined && /^[\w.-]{1,100}$/.test(repository)) {
      return { at, named: `${owner}/${repository}#${number}` };
    }
  }
  return undefined;
}

/** `/issues/` and a number. */
const MAX_ADDRESS_END = 30;

function withoutComments(text: string): string {
  let shown = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf('<!--', from);
    if (start < 0) return shown + text.slice(from);
    shown += text.slice(from, start);
    const end = text.indexOf('-->', start + 4);
    if (end < 0) return shown;
    from = end + 3;
  }
}
