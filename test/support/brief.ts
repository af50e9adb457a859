/** Each action in a few words, for tables about jobs. */
import type { Action } from '../../shared/language/index.ts';

export function brief(action: Action): string {
  switch (action.is) {
    case 'start-job':
      return `start ${action.job}`;
    case 'cancel-job':
      return `cancel ${action.job} ${action.run}`;
    case 'rerun-workflow':
      return `rerun ${action.name} (${action.only})`;
    case 'add-label':
      return `+${action.label}`;
    case 'remove-label':
      return `-${action.label}`;
    case 'vouch':
      return `${action.by} vouches for ${action.headSha.slice(0, 3)}`;
    case 'doubt':
      return `doubt ${action.headSha.slice(0, 3)}`;
    case 'approve-workflows':
      return `approve ${action.headSha.slice(0, 3)}`;
    case 'notice':
      return `${action.quiet ? 'quiet ' : ''}notice ${action.subject}`;
    case 'reply':
      return action.text;
    case 'refuse':
      return `no: ${action.reason}`;
    default:
      return action.is;
  }
}
