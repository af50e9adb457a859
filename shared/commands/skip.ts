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
  skippedOn,
  whyOver,
  type Action,
  type Check,
  type PullFact,
} from '../language/index.ts';

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
    if (skippable.length > 0) return skippable.map((each) => skipped(each, pull));
    const red = pull.checks.filter(({ state }) => state === 'failure').map(({ name }) => code(name));
    const left = red.length === 0 ? '' : ` ${listed([...new Set(red)].slice(0, MAX_SHOWN))} must be green.`;
    return [reply(`No optional check of this head has failed.${left}`)];
  },
});

const MAX_SHOWN = 20;

function skipped({ name, from, url }: Check, { headSha, baseRef }: PullFact): Action {
  const description = skippedOn(baseRef);
  if (from === 'run') {
    return report({
      check: name,
      headSha,
      conclusion: 'neutral',
      title: description,
      text: `${description}.`,
      annotations: [],
    });
  }
  const seen = url !== undefined && /^https?:/.test(url) ? { url } : {};
  return setStatus({ context: name, headSha, state: 'success', description, ...seen });
}
