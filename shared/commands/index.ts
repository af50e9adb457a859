/** All commands, in the order of the help page. */
import type { AnyCommand } from '../language/index.ts';
import { approve } from './approve.ts';
import { assignCommand } from './assign.ts';
import { autoCc } from './auto-cc.ts';
import { awayCommand } from './away.ts';
import { cc } from './cc.ts';
import { cherrypick } from './cherrypick.ts';
import { checkCla } from './check-cla.ts';
import { checkDco } from './check-dco.ts';
import { skip } from './skip.ts';
import { closeCommand } from './close.ts';
import { commandsCommand } from './commands.ts';
import { freezeCommand } from './freeze.ts';
import { help } from './help.ts';
import { fun } from './fun/index.ts';
import { goodFirstIssue } from './good-first-issue.ts';
import { helpWanted } from './help-wanted.ts';
import { holdCommand } from './hold.ts';
import { label } from './label.ts';
import { lifecycle } from './lifecycle.ts';
import { lgtm } from './lgtm.ts';
import { checkRequiredLabels } from './check-required-labels.ts';
import { milestone } from './milestone.ts';
import { okToTest } from './ok-to-test.ts';
import { linkIssue } from './link-issue.ts';
import { pinIssueCommand } from './pin-issue.ts';
import { overrideCommand } from './override.ts';
import { removeCherrypick } from './remove-cherrypick.ts';
import { refresh } from './refresh.ts';
import { removeLabelCommand } from './remove-label.ts';
import { reopenCommand } from './reopen.ts';
import { requireCommand } from './require.ts';
import { retest } from './retest.ts';
import { retestRequired } from './retest-required.ts';
import { retitleCommand } from './retitle.ts';
import { stage } from './stage.ts';
import { status } from './status.ts';
import { testCommand } from './test.ts';
import { testManualRequired } from './test-manual-required.ts';
import { unassignCommand } from './unassign.ts';
import { unrequireCommand } from './unrequire.ts';
import { transferIssueCommand } from './transfer-issue.ts';
import { unlinkIssue } from './unlink-issue.ts';
import { releaseNoteCommand } from './release-note.ts';
import { releaseNoteEdit } from './release-note-edit.ts';
import { releaseNoteNone } from './release-note-none.ts';
import { shrug } from './shrug.ts';
import { uncc } from './uncc.ts';
import { undo } from './undo.ts';
import { verifyOwnersCommand } from './verify-owners.ts';
import { why } from './why.ts';

const all = [
  lgtm,
  approve,
  holdCommand,
  requireCommand,
  unrequireCommand,
  freezeCommand,
  cc,
  uncc,
  autoCc,
  awayCommand,
  assignCommand,
  unassignCommand,
  label,
  removeLabelCommand,
  checkRequiredLabels,
  cherrypick,
  removeCherrypick,
  overrideCommand,
  skip,
  checkCla,
  checkDco,
  closeCommand,
  reopenCommand,
  lifecycle,
  stage,
  milestone,
  status,
  retitleCommand,
  linkIssue,
  unlinkIssue,
  pinIssueCommand,
  transferIssueCommand,
  helpWanted,
  goodFirstIssue,
  releaseNoteCommand,
  releaseNoteNone,
  releaseNoteEdit,
  shrug,
  ...fun,
  testCommand,
  retest,
  retestRequired,
  testManualRequired,
  okToTest,
  refresh,
  verifyOwnersCommand,
  undo,
  why,
  help,
  commandsCommand,
] as const;

export const commands: readonly AnyCommand[] = all;
/** The keys they declare, as a type. */
export type CommandsSections = NonNullable<(typeof all)[number]['settings']>;
