/** Whether jobs may be started for what somebody wants to merge: because of who they are, or because somebody vouched. */
import { labelOn } from './labels.ts';
import type { PullTrust } from './job-selection.ts';
import { code } from './text.ts';

export const OK_TO_TEST = 'ok-to-test';
export const NEEDS_OK_TO_TEST = 'needs-ok-to-test';

/** Somebody looked at a commit and let jobs run for it. */
export type Vouch = {
  /** Lower-case login. */
  readonly by: string;
  /** For which commit; after a push that changed nothing risky, the one it was carried to. */
  readonly headSha: string;
  /** For which it was given. */
  readonly first: string;
  /** Into which branch it would go: other jobs, with other means, may be those of another one. */
  readonly baseRef?: string | undefined;
  /** ISO 8601 */
  readonly at?: string | undefined;
};

/** What the records say of it. */
export type Vouching = {
  readonly vouch?: Vouch | undefined;
  /** Heads that somebody pushed who is not trusted, though the author is; the last few. */
  readonly doubted: readonly string[];
};

export type TrustMode = 'once' | 'until-risky-change' | 'sticky';

/** Whether what somebody vouched for is this commit, into this branch; what nobody knows the branch of is not. */
export function isVouchedFor(
  vouch: Vouch | undefined,
  { headSha, baseRef }: { readonly headSha: string; readonly baseRef: string },
): boolean {
  return vouch?.headSha === headSha && vouch.baseRef === baseRef;
}

export function trustIn({
  headSha,
  baseRef,
  author,
  authorTrusted,
  vouching: { vouch, doubted },
  labels,
  mode,
}: {
  readonly headSha: string;
  readonly baseRef: string;
  readonly author: string;
  readonly authorTrusted: boolean;
  readonly vouching: Vouching;
  readonly labels: ReadonlySet<string>;
  readonly mode: TrustMode;
}): PullTrust {
  const short = code(headSha.slice(0, 7));
  const of = { author: authorTrusted };
  if (vouch !== undefined && isVouchedFor(vouch, { headSha, baseRef })) {
    return { ...of, trusted: true, because: `${code(vouch.by)} vouched for ${short}.` };
  }
  if (mode === 'sticky' && vouch !== undefined) {
    return { ...of, trusted: true, because: `${code(vouch.by)} vouched for this pull request.` };
  }
  // Put on before anybody kept records of it.
  if (mode === 'sticky' && labelOn(labels, OK_TO_TEST) !== undefined) {
    return { ...of, trusted: true, because: `It carries ${code(OK_TO_TEST)}.` };
  }
  if (authorTrusted && !doubted.includes(headSha)) {
    return { ...of, trusted: true, because: `${code(author)} is trusted here.` };
  }
  if (authorTrusted) {
    return {
      ...of,
      trusted: false,
      because: `${short} was pushed by somebody who is not trusted here, and nobody has vouched for it.`,
    };
  }
  const into = vouch?.headSha === headSha && vouch.baseRef !== undefined ? ` into ${code(vouch.baseRef)}` : '';
  const since =
    vouch === undefined ? '' : ` What ${code(vouch.by)} vouched for was ${code(vouch.headSha.slice(0, 7))}${into}.`;
  return {
    ...of,
    trusted: false,
    because: `${code(author)} is not trusted here, and nobody has vouched for ${short}.${since}`,
  };
}

export function vouchedInWords(by: string, headSha: string): string {
  return `**Jobs may run.** ${code(by)} looked at ${code(headSha.slice(0, 7))} and let them run for it.`;
}
