import {
  addLabel,
  anyOf,
  anyone,
  approver,
  code,
  defineCommand,
  flag,
  hold,
  HOLD,
  holder,
  liftHolds,
  listed,
  removeLabel,
  reply,
  role,
  text,
  whereSet,
  withFlag,
} from '../language/index.ts';

export const holdCommand = defineCommand({
  name: 'hold',
  summary: 'Keep this pull request from being merged.',
  aliases: {},
  args: { cancel: flag('let it be merged again'), reason: text('what it waits for') },
  examples: ['/hold', '/hold until friday', '/hold cancel', '/unhold'],
  allow: withFlag('cancel', anyOf(holder, whereSet('anyone-lifts-holds'), approver, role('maintain')), anyone),
  needs: ['holds'],
  decide({ args, actor, holds }) {
    if (!args.cancel) return [hold(actor.login, args.reason), addLabel(HOLD)];
    const others = holds.filter(({ by }) => by !== actor.login.toLowerCase());
    // Who holds it too takes back the own hold first: being one of the holders gives no power over the others.
    if (others.length === 0 || others.length === holds.length) return [liftHolds(), removeLabel(HOLD)];
    const still = others.map(({ by, reason }) => (reason === '' ? code(by) : `${code(by)} (${code(reason)})`));
    return [liftHolds(actor.login), reply(`It is still held by ${listed(still)}.`)];
  },
});
