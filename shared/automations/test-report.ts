import {
  code,
  defineAutomation,
  inCell,
  isOver,
  isRed,
  mention,
  notice,
  quietNotice,
  shownUrl,
  type RunKept,
} from '../language/index.ts';

/** By which Prow's own comment is known. */
const MARKER = '<!-- test report -->';
/** Jobs listed; who has more failures sees the rest in the statuses. */
const MAX_ROWS = 50;

export const testReport = defineAutomation({
  name: 'test-report',
  summary: 'Keeps one comment that lists the jobs that failed on the head, each with the line that runs it again.',
  on: [],
  after: ['note-run', 'start-job', 'cancel-job'],
  plugin: 'trigger',
  needs: ['runs', 'pull', 'notices'],
  decide({ runs, pull, author, notices }) {
    const here = runs.filter(({ headSha }) => headSha === pull.headSha);
    const red = here.filter(({ state }) => isRed(state));
    const open = here.filter(({ state }) => !isOver(state));
    const going = open.length === 0 ? '' : ` ${countOf(open.length)} not finished yet.`;
    if (red.length === 0) {
      // Nobody must act, so it is only said where something else was said before.
      if (!notices.has('tests')) return [];
      const all = open.length === 0 ? 'Every job that ran for this commit has passed.' : `No job has failed.${going}`;
      return [quietNotice('tests', `${MARKER}\n${all} (${code(pull.headSha.slice(0, 7))})`)];
    }
    const rows = red.slice(0, MAX_ROWS).map(rowOf);
    const more = red.length > MAX_ROWS ? `\nand ${red.length - MAX_ROWS} more, which the statuses list.\n` : '';
    return [
      notice(
        'tests',
        `${MARKER}
${mention(author.login)}: ${red.length === 1 ? 'this job' : 'these jobs'} did not pass; ${code('/retest')} runs ${red.length === 1 ? 'it' : 'all of them'} again.${going}

Test name | Commit | Details | Required | Rerun command
--- | --- | --- | --- | ---
${rows.join('\n')}
${more}`.trimEnd(),
      ),
    ];
  },
});

function countOf(jobs: number): string {
  return jobs === 1 ? 'One job has' : `${jobs} jobs have`;
}

const STATES = { failure: 'failed', error: 'error', cancelled: 'cancelled' } as const;

function rowOf({ job, headSha, state, url, summary, optional, rerun }: RunKept): string {
  const how = STATES[state === 'failure' || state === 'cancelled' ? state : 'error'];
  const shown = url === undefined ? undefined : shownUrl(url);
  const details = [shown === undefined ? how : `[${how}](${shown})`, ...(summary === undefined ? [] : [code(summary)])];
  const cells = [code(job), code(headSha.slice(0, 7)), details.join(': '), optional ? 'false' : 'true', code(rerun)];
  return cells.map(inCell).join(' | ');
}
