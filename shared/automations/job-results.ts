import { defineAutomation, isNews, noteRun } from '../language/index.ts';

/** For the last start of a job on the head alone: what comes twice, late, or for another commit changes nothing. */
export const jobResults = defineAutomation({
  name: 'job-results',
  summary: 'Takes in what became of a job that was started for a pull request.',
  essential: true,
  on: ['job-result'],
  after: [],
  needs: ['runs', 'pull'],
  decide({ job, runs, pull }) {
    const run = job === undefined ? undefined : runs.find(({ key }) => key === job.key);
    if (job === undefined || run === undefined || !isNews(run, job) || run.headSha !== pull.headSha) return [];
    return [noteRun(job)];
  },
});
