import {
  addLabel,
  code,
  defineAutomation,
  INVALID_OWNERS,
  labelOn,
  listed,
  notice,
  quietNotice,
  removeLabel,
  type OwnersVerdict,
  type Proposal,
} from '../language/index.ts';

const SUBJECT = 'owners';
const MAX_NAMED = 20;

export const verifyOwners = defineAutomation({
  name: 'verify-owners',
  summary: 'Blocks a pull request whose OWNERS, OWNERS_ALIASES or CODEOWNERS are broken or name people nobody knows.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted', 'found', 'base-moved'],
  after: [],
  plugin: 'verify-owners',
  needs: ['pull', 'labels', 'proposal', 'ownersVerdict', 'notices'],
  decide({ pull, labels, proposal, ownersVerdict, notices }) {
    if (pull.state !== 'open') return [];
    const on = labelOn(labels, INVALID_OWNERS);
    const broken = proposal.mistakes.filter(({ path, breaks }) => breaks && !isOfSettings(path));
    const blocks = [...blocksIn(ownersVerdict), ...unseenIn(ownersVerdict)];
    const text = [...blocks, ...adviceIn(ownersVerdict)].join('\n\n');
    const invalid = broken.length > 0 || blocks.length > 0;
    return [
      ...(invalid && on === undefined ? [addLabel(INVALID_OWNERS)] : []),
      ...(!invalid && on !== undefined ? [removeLabel(on)] : []),
      // What keeps a file from taking effect is told line by line already.
      ...(text !== '' ? [notice(SUBJECT, text)] : []),
      ...(text === '' && notices.has(SUBJECT) ? [quietNotice(SUBJECT, 'The files of owners are in order.')] : []),
    ];
  },
});

/** These are another matter; files of owners may have any name. */
function isOfSettings(path: Proposal['mistakes'][number]['path']): boolean {
  return path.endsWith('bowsprit.yaml');
}

const WHY = {
  stranger: 'neither a collaborator of this repository nor a member of its organization',
  nobody: 'no account, and no alias either',
  unknown: 'the forge may not be asked who that is',
} as const satisfies Record<OwnersVerdict['newcomers'][number]['is'], string>;

function blocksIn({ problems, newcomers }: OwnersVerdict): readonly string[] {
  const wrong = problems.filter(({ advice }) => advice !== true);
  const strangers = newcomers.filter(({ is }) => is !== 'unknown');
  return [
    ...part('**Files of owners are not as they have to be.**', wrong.map(inWords)),
    ...part(
      '**Files of owners name people who cannot act here.** Leave them out, or have them invited first:',
      strangers.map(named),
    ),
  ];
}

/** What was not looked at may be wrong as well. */
function unseenIn({ unchecked, unseen }: OwnersVerdict): readonly string[] {
  return [
    ...(unseen > 0
      ? [
          `**${unseen} more files of owners were not looked at**: these are too many at once. Leave some for another pull request.`,
        ]
      : []),
    ...(unchecked > 0
      ? [
          `**${unchecked} more people who are new were not looked up**: these are too many at once. Leave some for another pull request, or comment ${code('/verify-owners')} in an hour.`,
        ]
      : []),
  ];
}

function adviceIn({ problems, newcomers }: OwnersVerdict): readonly string[] {
  const unknown = newcomers.filter(({ is }) => is === 'unknown');
  return [
    ...part('Worth a look:', problems.filter(({ advice }) => advice === true).map(inWords)),
    ...part('Not looked up:', unknown.map(named)),
  ];
}

function part(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length > MAX_NAMED ? [`- and ${lines.length - MAX_NAMED} more`] : [];
  return [[title, '', ...lines.slice(0, MAX_NAMED).map((line) => `- ${line}`), ...more].join('\n')];
}

function inWords({ path, problem }: OwnersVerdict['problems'][number]): string {
  return `${code(path)}: ${problem}`;
}

/** As code: whoever is no part of this is not called to it. */
function named({ login, paths, is }: OwnersVerdict['newcomers'][number]): string {
  return `${code(login)} in ${listed(paths.slice(0, MAX_NAMED).map(code))}: ${WHY[is]}`;
}
