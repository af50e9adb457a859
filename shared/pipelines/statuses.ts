/** What the commit status of a job says when it is started or stopped. */
import { cancelledInWords, setStatus, type Action, type ActionResult, type JobAction } from '../language/index.ts';

/** Follows from how the engine took it; undefined where there is nothing to say, or no status that says it. */
export function statusAfter(action: JobAction, { result, note, url }: ActionResult): Action | undefined {
  const { context = '', headSha } = action;
  if (context === '') return undefined;
  if (action.is === 'cancel-job') {
    // What had ended says so itself.
    if (result !== 'done') return undefined;
    return setStatus({ context, headSha, state: 'failure', description: cancelledInWords(action) });
  }
  if (result === 'done') {
    return setStatus({
      context,
      headSha,
      state: 'pending',
      description: 'Started.',
      ...(url === undefined ? {} : { url }),
    });
  }
  if (result !== 'refused') return undefined;
  return setStatus({
    context,
    headSha,
    state: 'error',
    description: `Not started: ${plain(note ?? 'no reason was given.')}`,
  });
}

/** A status is no Markdown. */
function plain(note: string): string {
  return note.replaceAll('`', '');
}
