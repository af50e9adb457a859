/** A short word for a text: the same only where the text is. */
import { createHash } from 'node:crypto';

export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
