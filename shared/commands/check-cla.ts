import {
  anyone,
  claLabels,
  claSettings,
  code,
  defineCommand,
  listed,
  refuse,
  reply,
  whyOver,
} from '../language/index.ts';

export const checkCla = defineCommand({
  name: 'check-cla',
  summary: 'Have the label of contributors’ agreements brought in step with the check.',
  family: 'checks',
  aliases: {},
  args: {},
  examples: ['/check-cla'],
  answered: 'Where the check has said nothing yet, that it is so.',
  allow: anyone,
  plugin: 'cla',
  settings: claSettings,
  needs: ['pull', 'labels'],
  decide({ subject, pull, labels, settings }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    const { contexts } = settings.cla;
    const said = pull.checks.some(
      ({ name, from, state }) => from !== undefined && state !== 'pending' && contexts.includes(name),
    );
    if (!said) return [reply(`${listed(contexts.map(code), 'or')} has said nothing about this head yet.`)];
    return claLabels(pull.checks, labels, settings.cla);
  },
});
