import { addLabel, anyone, defineCommand, flag, labelOn, notice, refuse, whyOver } from '../language/index.ts';
import { FIRST, FIRST_SAID, forNewcomers, gone, HELP, helpSettings } from './help-wanted.ts';

export const goodFirstIssue = defineCommand({
  name: 'good-first-issue',
  summary: 'Say that this issue is suitable for newcomers.',
  family: 'issues',
  aliases: {},
  args: { cancel: flag('take that back') },
  examples: ['/good-first-issue', '/remove-good-first-issue'],
  answered: 'A notice that it is for newcomers, with the guidelines of the settings; it goes with the mark.',
  allow: anyone,
  plugin: 'help',
  issuesOnly: true,
  settings: { help: helpSettings },
  needs: ['labels', 'notices'],
  decide({ args, labels, notices, subject, settings }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    const on = labelOn(labels, FIRST);
    if (args.cancel) return on === undefined ? [] : gone(on, FIRST_SAID, notices);
    if (on !== undefined) return [];
    const help = labelOn(labels, HELP) === undefined ? [addLabel(HELP)] : [];
    return [addLabel(FIRST), ...help, notice(FIRST_SAID, forNewcomers(settings.help))];
  },
});
