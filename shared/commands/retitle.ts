import {
  anyOf,
  author,
  code,
  collaborator,
  defineCommand,
  member,
  onOff,
  refuse,
  retitle,
  section,
  setting,
  text,
  whyOver,
} from '../language/index.ts';

/** GitHub refuses longer titles. */
const MAX_TITLE_CHARS = 256;

/** A reference that closes an issue when the change is merged: https://docs.github.com/articles/closing-issues-using-keywords */
const CLOSING =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\s:]+(?:https?:\/\/\S{1,200}\/|[\w.-]{1,100}\/[\w.-]{1,100}#|#|GH-)\d/i;

/** Characters that hide, or turn the direction of what follows. The joiners of emoji and of Persian are none. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u;

export const retitleCommand = defineCommand({
  name: 'retitle',
  summary: 'Change the title.',
  family: 'issues',
  aliases: {},
  args: { title: text('the new title', { required: true }) },
  examples: ['/retitle docs: explain holds'],
  allow: anyOf(author, collaborator, member),
  plugin: 'retitle',
  settings: {
    retitle: section({
      allowClosedIssues: setting(onOff, false, 'What is closed or merged may be given another title as well.', {
        prow: { at: 'retitle.allow_closed_issues' },
      }),
    }),
  },
  needs: [],
  decide({ args: { title }, subject, settings }) {
    const over = settings.retitle.allowClosedIssues ? undefined : whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    if (title.length > MAX_TITLE_CHARS) {
      return [refuse(`The title has ${title.length} characters; ${MAX_TITLE_CHARS} are allowed.`)];
    }
    if (HIDDEN.test(title)) {
      return [refuse(`The title holds characters that cannot be seen: ${code(title)}. Write it without them.`)];
    }
    if (CLOSING.test(title)) {
      return [refuse('A title must not close an issue; write that reference into the description.')];
    }
    return [retitle(title)];
  },
});
