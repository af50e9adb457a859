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
  holdSettings,
  labelOn,
  liftHolds,
  listed,
  refuse,
  removeLabel,
  reply,
  role,
  text,
  whereSet,
  whyOver,
  withFlag,
} from '../language/index.ts';

/** No login: who put a label on of which no record tells. Only an approver or maintainer lifts that. */
const UNKNOWN = '(unknown)';

export const holdCommand = defineCommand({
  name: 'hold',
  summary: 'Keep this pull request from being merged.',
  aliases: {},
  args: { cancel: flag('let it be merged again'), reason: text('what it waits for') },
  examples: ['/hold', '/hold until friday', '/hold cancel', '/unhold'],
  allow: withFlag('cancel', anyOf(holder, whereSet('anyone-lifts-holds'), approver, role('maintain')), anyone),
  plugin: 'hold',
  settings: { hold: holdSettings },
  needs: ['holds'],
  decide({ args, actor, holds, subject }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    const labeled = labelOn(new Set(subject.labels), HOLD) !== undefined;
    if (!args.cancel) {
      return [
        ...(labeled && holds.length === 0 ? [hold(UNKNOWN, 'the label was on already')] : []),
        hold(actor.login, args.reason),
        addLabel(HOLD),
      ];
    }
    // A thumbs up would be wrong where the hold is still on its way: deliveries may come in any order.
    if (holds.length === 0 && !labeled) return [refuse('Nothing holds this pull request.')];
    const others = holds.filter(({ by }) => by !== actor.login.toLowerCase());
    // Who holds it too takes back the own hold first: being one of the holders gives no power over the others.
    if (others.length === 0 || others.length === holds.length) return [liftHolds(), removeLabel(HOLD)];
    const still = others.map(({ by, reason }) => (reason === '' ? code(by) : `${code(by)} (${code(reason)})`));
    return [liftHolds(actor.login), reply(`It is still held by ${listed(still)}.`)];
  },
});
