import { expect, test } from 'vitest';
import { settingsBook } from '../../shared/settings/index.ts';

const fileAt = (commit: string) => ({ text: 'hold: { lifted_by: anyone }\n', oid: 'o1', commit });

test('the same file at another commit counts from there', () => {
  const book = settingsBook([]);
  const where = { owner: 'acme', name: 'widgets' };
  // As a pull request proposes it, then as it is merged.
  for (const commit of ['a'.repeat(40), 'b'.repeat(40)]) {
    const { origins } = book.inForce(where, { repository: fileAt(commit) });
    expect(origins.get('hold.lifted_by')).toMatchObject({ layer: 'repository', commit });
  }
  for (const commit of ['c'.repeat(40), 'd'.repeat(40)]) {
    const { origins } = book.inForce(where, { organization: fileAt(commit) });
    expect(origins.get('hold.lifted_by')).toMatchObject({ layer: 'organization', commit });
  }
});
