import {
  addLabel,
  BLOCKED_PATHS,
  code,
  defineAutomation,
  labelOn,
  listed,
  notice,
  quietNotice,
  removeLabel,
  type BlockedPaths,
} from '../language/index.ts';
import { blockadeSettings } from '../merge/blockade.ts';

const SUBJECT = 'blockade';
/** Files named for one reason. */
const MAX_NAMED = 10;

export const blockade = defineAutomation({
  name: 'blockade',
  summary: 'Blocks a pull request that changes files which the settings protect.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted', 'found', 'base-moved'],
  after: [],
  plugin: 'blockade',
  settings: blockadeSettings,
  needs: ['pull', 'labels', 'blockedPaths', 'notices'],
  decide({ pull, labels, blockedPaths, notices, settings }) {
    if (pull.state !== 'open') return [];
    const on = labelOn(labels, BLOCKED_PATHS);
    if (blockedPaths.length > 0) {
      return [...(on === undefined ? [addLabel(BLOCKED_PATHS)] : []), notice(SUBJECT, noticeOf(blockedPaths))];
    }
    const ours = notices.has(SUBJECT);
    // Where nothing is protected, the label is somebody's own.
    const goes = on !== undefined && (ours || settings.blockade.paths.length > 0);
    return [
      ...(goes ? [removeLabel(on)] : []),
      ...(ours ? [quietNotice(SUBJECT, 'It changes no protected files any more.')] : []),
    ];
  },
});

function noticeOf(blocked: BlockedPaths): string {
  const lines = blocked.map(({ explanation, paths, more }) => `- ${code(explanation)}: ${filesIn(paths, more)}`);
  return [
    '**Blocked: this pull request changes protected files.**',
    lines.join('\n'),
    `It is not merged like this, whoever agrees. Leave these files out, or ask whoever keeps the settings of this repository (${code('blockade.paths')}).`,
  ].join('\n\n');
}

function filesIn(paths: readonly string[], more: boolean): string {
  const unseen = 'the forge does not list all changed files, and one of them may be';
  if (paths.length === 0) return unseen;
  const shown = paths.slice(0, MAX_NAMED).map(code);
  const left = paths.length - shown.length;
  const files = left > 0 ? `${shown.join(', ')} and ${left} more` : listed(shown);
  return more ? `${files}; ${unseen}` : files;
}
