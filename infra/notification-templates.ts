/** Which events are told outside of the forge, and in which words unless the context says others. */

import { PUSHED_TYPE } from '../shared/publish.ts';

/** Where each stands in the event, which is an audit record and what it is about. */
export const PLACEHOLDERS = {
  pull: '$.detail.pull',
  actor: '$.detail.actor.login',
  command: '$.detail.command',
  reason: '$.detail.reason',
  at: '$.detail.at',
  url: '$.detail.source.url',
  title: '$.detail.subject.title',
  author: '$.detail.subject.author',
} as const satisfies Readonly<Record<string, string>>;

type Notification = {
  readonly name: 'asked' | 'merged' | 'blocked' | 'failed' | 'pushed';
  readonly what: string;
  /** Of the event; undefined for a finished invocation. */
  readonly type?: string;
  /** Which of them, as an EventBridge pattern: fields of an action are of the same action. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly words: string;
};

export const NOTIFICATIONS: readonly Notification[] = [
  {
    name: 'asked',
    what: 'somebody was asked for a review or assigned',
    detail: { actions: { is: ['request-review', 'assign'], result: ['done'] } },
    words: '{pull} {title} of {author}: {reason} (by {actor}) {url}',
  },
  {
    name: 'merged',
    what: 'a pull request was merged',
    detail: { actions: { is: ['merge'], result: ['done'] } },
    words: '{pull} {title} of {author}: {reason}',
  },
  {
    name: 'blocked',
    what: 'the forge would not merge what was ready',
    detail: { actions: { is: ['merge'], result: ['refused'] } },
    words: '{pull} {title} of {author} was not merged: {reason}',
  },
  {
    name: 'failed',
    what: 'something was given up',
    detail: { outcome: ['failed'] },
    words: '{pull} {title}: {command} by {actor} failed. {reason} {url}',
  },
  {
    name: 'pushed',
    what: 'somebody pushed to a branch by themselves',
    type: PUSHED_TYPE,
    detail: { command: ['merge-warnings'] },
    words: '{reason} {url}',
  },
];

export type Templates = Readonly<Record<Notification['name'], string>>;

const MAX_CHARS = 500;
const KNOWN: ReadonlySet<string> = new Set(Object.keys(PLACEHOLDERS));

/** The context's key for a template: `notifyMerged`. */
export function templateKey(name: string): string {
  return `notify${name.replace(/^./, (first) => first.toUpperCase())}`;
}

/** What is wrong with a template; undefined where nothing is. */
export function wrongIn(template: string): string | undefined {
  if (template.trim() === '' || template.length > MAX_CHARS) return `expected 1 to ${MAX_CHARS} characters`;
  // What EventBridge itself puts values into.
  if (/[<>]/.test(template)) return 'expected no < or >';
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name).find((name) => !KNOWN.has(name));
  if (unknown === undefined) return undefined;
  return `{${unknown}} is none of ${[...KNOWN].map((name) => `{${name}}`).join(', ')}`;
}
