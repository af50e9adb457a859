import {
  addLabel,
  anyone,
  code,
  defineCommand,
  flag,
  labelOn,
  noNotice,
  notice,
  refuse,
  removeLabel,
  section,
  setting,
  textLike,
  webAddress,
  whyOver,
  type Action,
  type SettingsIn,
} from '../language/index.ts';

export const helpSettings = section({
  helpGuidelinesUrl: setting(
    webAddress,
    '',
    'Where it is written what an issue for newcomers, or for anybody, should be like.',
    {
      prow: { at: 'help.help_guidelines_url' },
    },
  ),
  helpGuidelinesSummary: setting(
    textLike(/^[^\0]{0,4000}$/, 'text of at most 4,000 characters'),
    '',
    'The same in few words; Markdown, shown where an issue is marked so.',
    { prow: { at: 'help.help_guidelines_summary' } },
  ),
});
type HelpSettings = SettingsIn<{ readonly help: typeof helpSettings }>['help'];

/** Where it is switched off, `/help` marks nothing either. */
export const HELP_WANTED = 'help-wanted';
export const HELP = 'help wanted';
export const FIRST = 'good first issue';
/** Subjects of the living comments. */
export const HELP_SAID = 'help-wanted';
export const FIRST_SAID = 'good-first-issue';
export const LISTED = `${code('/commands')} lists what can be commented.`;

/** Said to the reader of the issue, whoever asked for it. */
export function wanted(settings: HelpSettings): readonly Action[] {
  const words = [
    `**Help is wanted here.** Whoever wants to may take this on; comment ${code('/assign')} first. ` +
      `${guidelines('issues for which help is wanted', settings)}${code('/remove-help')} takes this back. ${LISTED}`,
    ...summed(settings),
  ];
  return [addLabel(HELP), notice(HELP_SAID, words.join('\n\n'))];
}

function guidelines(of: string, { helpGuidelinesUrl: url }: HelpSettings, anchor = ''): string {
  return url === '' ? '' : `The [guidelines](${url}${anchor}) say what ${of} should be like. `;
}

function summed({ helpGuidelinesSummary: summary }: HelpSettings): readonly string[] {
  return summary.trim() === '' ? [] : [`**Guidelines**\n\n${summary.trim()}`];
}

export function forNewcomers(settings: HelpSettings): string {
  return [
    `**This is suitable for newcomers.** ${guidelines('issues for them', settings, '#good-first-issue')}` +
      `${code('/remove-good-first-issue')} takes this back. ${LISTED}`,
    ...summed(settings),
  ].join('\n\n');
}

/** Off, with what was said of it. */
export function gone(label: string | undefined, subject: string, notices: ReadonlySet<string>): readonly Action[] {
  return [...(label === undefined ? [] : [removeLabel(label)]), ...(notices.has(subject) ? [noNotice(subject)] : [])];
}

export const helpWanted = defineCommand({
  name: HELP_WANTED,
  summary: 'Say that help is wanted with this issue.',
  family: 'issues',
  aliases: { 'remove-help': 'help-wanted cancel', unhelp: 'help-wanted cancel' },
  args: { cancel: flag('take that back, and that it is suitable for newcomers') },
  examples: ['/help-wanted', '/remove-help'],
  answered: 'A notice that help is wanted, with the guidelines of the settings; it goes with the mark.',
  allow: anyone,
  plugin: 'help',
  issuesOnly: true,
  settings: { help: helpSettings },
  needs: ['labels', 'notices'],
  decide({ args, labels, notices, subject, settings }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    const on = labelOn(labels, HELP);
    if (!args.cancel) return on === undefined ? wanted(settings.help) : [];
    if (on === undefined) return [];
    return [...gone(on, HELP_SAID, notices), ...gone(labelOn(labels, FIRST), FIRST_SAID, notices)];
  },
});
