/** What a check of contributors' agreements says, as labels: of the automation and of the command that looks again. */
import { addLabel, removeLabel, type Action } from './actions.ts';
import type { Check } from './facts.ts';
import { labelOn } from './labels.ts';
import { labelName, listOf, section, setting, textLike, type SettingsIn } from './settings.ts';

const checkName = textLike(/^[^\p{C}]{1,200}$/u, 'the name of a check');

export const claSettings = {
  cla: section({
    contexts: setting(
      listOf(checkName),
      ['EasyCLA'],
      'Checks or commit statuses that say whether everybody has signed the agreement; all of those that reported must be green.',
    ),
    yes: setting(labelName, 'cncf-cla: yes', 'The label of what everybody has signed for.'),
    no: setting(labelName, 'cncf-cla: no', 'The label of what somebody has not.'),
  }),
};
export type ClaSettings = SettingsIn<typeof claSettings>['cla'];

/** Nothing, as long as nothing is said. */
export function claLabels(
  checks: readonly Check[],
  labels: ReadonlySet<string>,
  { contexts, yes, no }: ClaSettings,
): readonly Action[] {
  const said = checks.filter(({ name, from }) => from !== undefined && contexts.includes(name));
  if (said.some(({ state }) => state === 'failure')) return switched(labels, no, yes);
  return said.length > 0 && said.every(({ state }) => state === 'success') ? switched(labels, yes, no) : [];
}

/** One label on, and the other off. */
export function switched(labels: ReadonlySet<string>, on: string, off: string): readonly Action[] {
  const [there, other] = [labelOn(labels, on), labelOn(labels, off)];
  return [...(other === undefined ? [] : [removeLabel(other)]), ...(there === undefined ? [addLabel(on)] : [])];
}
