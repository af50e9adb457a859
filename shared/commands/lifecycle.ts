import {
  anyOf,
  author,
  code,
  collaborator,
  defineCommand,
  flag,
  FROZEN,
  labeler,
  LIFECYCLE_LABELS,
  LIFECYCLES,
  listed,
  none,
  only,
  refuse,
  withFlag,
} from '../language/index.ts';

/** What is stale or rotten anybody may close: whoever says so must be somebody who could close it. */
const closers = anyOf(author, collaborator);

export const lifecycle = defineCommand({
  name: 'lifecycle',
  summary: 'Say where this pull request or issue is in its life.',
  family: 'labels',
  aliases: {},
  args: {
    cancel: flag('take that back'),
    active: flag('somebody works on it', { part: true }),
    frozen: flag('it stays open, however old it gets', { part: true }),
    stale: flag('nothing happens', { part: true }),
    rotten: flag('nothing happens for long', { part: true }),
  },
  examples: ['/lifecycle frozen', '/remove-lifecycle stale', '/lifecycle cancel'],
  allow: withFlag('rotten', closers, withFlag('stale', closers, labeler)),
  plugin: 'lifecycle',
  needs: ['labels'],
  decide({ args, labels, subject }) {
    const [state, more] = LIFECYCLES.filter((each) => args[each]);
    if (more !== undefined || (state === undefined && !args.cancel)) {
      return [refuse(`Say one of ${listed(LIFECYCLES.map(code), 'or')}.`)];
    }
    if (state === undefined || args.cancel) {
      return none(state === undefined ? undefined : `lifecycle/${state}`, LIFECYCLE_LABELS, labels);
    }
    if (state === 'frozen' && subject.kind === 'pull') {
      return [refuse(`Only issues are frozen; ${code(FROZEN)} would keep a pull request open for good.`)];
    }
    return only(`lifecycle/${state}`, LIFECYCLE_LABELS, labels);
  },
});
