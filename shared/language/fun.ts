/** What is of no use at all: what may be asked of services elsewhere, and how their answers are shown. */
import { reply, refuse, type Action } from './actions.ts';

export type FunKind = 'joke' | 'dog' | 'cat' | 'pony' | 'goose';
export type FunAsked = {
  readonly kind: FunKind;
  /** The name of a pony, or a category of cats; empty for any. */
  readonly about: string;
  /** Only what moves. */
  readonly moving?: boolean;
};

/** Lines of one comment that are answered, of each kind. */
export const FUN_PER_COMMENT: Readonly<Record<FunKind, number>> = { joke: 1, dog: 1, cat: 1, pony: 5, goose: 1 };

export type FunFound =
  | { readonly is: 'joke'; readonly text: string }
  /** `by`: who took it, where that has to be said. */
  | { readonly is: 'picture'; readonly url: string; readonly by?: string }
  /** There is nothing of that name, or nothing that may be shown. */
  | { readonly is: 'nothing' }
  /** The service does not answer, or not as it should. */
  | { readonly is: 'away' }
  /** The service wants a key, and the deployment has none. */
  | { readonly is: 'keyless' }
  | { readonly is: 'enough'; readonly within: 'comment' | 'hour' };

/** Whatever is no plain word, blank or end of a sentence is shown by its number, so that no forge takes it for markup. */
export function plainText(text: string): string {
  return text.replace(/[^A-Za-z0-9?'!., ]/gu, (sign) => (sign === '_' ? sign : `&#${sign.codePointAt(0) ?? 0};`));
}

/** @param thing `a dog`; `asked`: as `code()` shows what was asked for, empty for any */
export function funAnswer(found: FunFound | undefined, thing: string, asked = ''): Action {
  const named = asked === '' ? '' : ` called ${asked}`;
  switch (found?.is) {
    case 'joke':
      return reply(plainText(found.text));
    case 'picture':
      return reply(`![${thing}](${found.url})${found.by === undefined ? '' : ` by ${plainText(found.by)}`}`);
    case 'nothing':
      return refuse(
        `There is no ${thing}${named} to be found that can be shown here. Try ${asked === '' ? 'again later' : 'another one, or none in particular'}.`,
      );
    case 'keyless':
      return refuse(`No ${thing} is shown here: the service wants a key, and whoever deploys Bowsprit has set none.`);
    case 'enough':
      return refuse(
        found.within === 'comment'
          ? `That is enough for one comment: no further ${thing} was asked for.`
          : `That is enough fun for this hour: no ${thing} was asked for. Try again later.`,
      );
    default:
      return refuse(
        `The service does not answer as it should, so there is no ${thing} this time. Nothing else was done; try again later.`,
      );
  }
}
