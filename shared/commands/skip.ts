import {
  anyOf,
  author,
  code,
  collaborator,
  defineCommand,
  listed,
  member,
  refuse,
  reply,
  report,
  setStatus,
  whyOver,
  type Action,
  type Check,
} from '../language/index.ts';

const SKIPPED = 'Skipped';

export const skip = defineCommand({
  name: 'skip',
  summary: 'Clear away optional checks of this head that have failed.',
  family: 'checks',
  aliases: {},
  args: {},
  examples: ['/skip'],
  answered: 'Where there is nothing to clear away, that it is so.',
  allow: anyOf(author, collaborator, member),
  plugin: 'skip',
  needs: ['pull', 'skippable'],
  decide({ subject, pull, skippable }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    if (skippable.length > 0) return skippable.map((each) => skipped(each, pull.headSha));
    const red = pull.checks.filter(({ state }) => state === 'failure').map(({ name }) => code(name));
    const left = red.length === 0 ? '' : ` ${listed([...new Set(red)].slice(0, MAX_SHOWN))} must be green.`;
    return [reply(`No optional check of this head has failed.${left}`)];
  },
});

const MAX_SHOWN = 20;

function skipped({ name, from, url }: Check, headSha: string): Action {
  if (from === 'run') {
    return report({
      check: name,
      headSha,
      conclusion: 'neutral',
      title: SKIPPED,
      text: `${SKIPPED}.`,
      annotations: [],
    });
  }
  const seen = url !== undefined && /^https?:/.test(url) ? { url } : {};
  return setStatus({ context: name, headSha, state: 'success', description: SKIPPED, ...seen });
}
