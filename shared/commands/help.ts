import { anyone, defineCommand, labelOn, refuse, whyOver, words } from '../language/index.ts';
import { explanation } from './commands.ts';
import { HELP, HELP_WANTED, helpSettings, LISTED, wanted } from './help-wanted.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'On an open issue, say that help is wanted; on a pull request, list the commands, or explain some.',
  family: 'help',
  aliases: {},
  args: { command: words('names of commands', { required: false, max: 5 }) },
  examples: ['/help', '/help lgtm hold'],
  answered: 'On pull requests a table of the commands, or what those named do; on issues a notice that help is wanted.',
  allow: anyone,
  settings: { help: helpSettings },
  needs: ['catalogue', 'brokenSettings'],
  decide(seen) {
    const { args, catalogue, commands = [], subject, settings } = seen;
    const marks = catalogue.some(({ name, off }) => name === HELP_WANTED && off === undefined);
    if (args.command.length > 0 || subject.kind === 'pull' || !marks) return explanation(args.command, seen);
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(`${over} ${LISTED}`)];
    // What another line of the same comment takes off is on no longer.
    const labels = new Set(commands.includes(HELP_WANTED) ? [] : subject.labels);
    return labelOn(labels, HELP) === undefined ? wanted(settings.help) : [];
  },
});
