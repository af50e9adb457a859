import { addLabel, anyone, code, defineCommand, flag, labelOn, removeLabel, reply } from '../language/index.ts';

const SHRUG = '¯\\_(ツ)_/¯';

export const shrug = defineCommand({
  name: 'shrug',
  summary: 'Shrug, by a label.',
  family: 'fun',
  aliases: {},
  args: { cancel: flag('shrug no more') },
  examples: ['/shrug', '/unshrug'],
  answered: 'A shrug, where the label is taken off.',
  allow: anyone,
  plugin: 'shrug',
  needs: ['labels'],
  decide({ args, labels }) {
    const on = labelOn(labels, SHRUG);
    if (!args.cancel) return on === undefined ? [addLabel(SHRUG)] : [];
    return on === undefined ? [] : [removeLabel(on), reply(code(SHRUG))];
  },
});
