/** A check run of ours on a commit: made once, then brought up to date. */
import type { ActionResult, Annotation, ForgeAction } from '../../language/index.ts';
import type { Client } from './client.ts';

type Report = Extract<ForgeAction, { readonly is: 'report' }>;

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run: "a maximum of 50 annotations per API request". */
const ANNOTATIONS_PER_REQUEST = 50;
/** Whoever mends the first hundreds sees the rest then. */
const MAX_ANNOTATIONS = 200;
/** The same page: title and summary hold 255 and 65,535 characters. */
const MAX_TITLE_CHARS = 255;
const MAX_TEXT_CHARS = 65_000;

/** Looks before it creates: the answer to an earlier attempt may have been lost. */
export async function reported(
  octokit: Client['octokit'],
  here: { readonly owner: string; readonly repo: string },
  appId: string,
  { check, headSha, conclusion, title, text, annotations }: Report,
): Promise<ActionResult> {
  const { data: standing } = await octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...here,
    ref: headSha,
    check_name: check,
    app_id: Number(appId),
    per_page: 1,
  });
  // A character of two parts may be cut in half.
  const output = {
    title: title.slice(0, MAX_TITLE_CHARS).toWellFormed(),
    summary: text.slice(0, MAX_TEXT_CHARS).toWellFormed(),
  };
  const [known] = standing.check_runs;
  const wanted = conclusion === 'pending' ? null : conclusion;
  const same = known?.conclusion === wanted && known.output.title === output.title;
  if (known !== undefined && same && known.output.summary === output.summary) {
    return { result: 'unchanged', ref: String(known.id) };
  }
  const [first = [], ...others] = inRequests(annotations.slice(0, MAX_ANNOTATIONS));
  const state =
    conclusion === 'pending' ? { status: 'in_progress' as const } : { status: 'completed' as const, conclusion };
  const run = { ...here, ...state, output: { ...output, annotations: first.map(written) } };
  // What has come to its end is not opened again: the newest of a name counts.
  const { data: made } =
    known === undefined || (wanted === null && known.conclusion !== null)
      ? await octokit.request('POST /repos/{owner}/{repo}/check-runs', { ...run, name: check, head_sha: headSha })
      : await octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          ...run,
          check_run_id: known.id,
        });
  for (const part of others) {
    // Each request adds to what the ones before it put there.
    // oxlint-disable-next-line no-await-in-loop
    await octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
      ...here,
      check_run_id: made.id,
      output: { ...output, annotations: part.map(written) },
    });
  }
  return { result: 'done', ref: String(made.id) };
}

function inRequests(annotations: readonly Annotation[]): readonly (readonly Annotation[])[] {
  return Array.from({ length: Math.ceil(annotations.length / ANNOTATIONS_PER_REQUEST) }, (_, part) =>
    annotations.slice(part * ANNOTATIONS_PER_REQUEST, (part + 1) * ANNOTATIONS_PER_REQUEST),
  );
}

function written({ path, line, column, level, message }: Annotation) {
  return {
    path,
    start_line: line,
    end_line: line,
    start_column: column,
    end_column: column,
    annotation_level: level,
    message,
  };
}
