import { expect, test } from 'vitest';
import { actionsFor } from '../support/given.ts';

test.each(['/release-note', '/release-note-action-required'])('%s is explained', (comment) => {
  expect(actionsFor(comment)).toEqual([
    { is: 'reply', text: expect.stringContaining('Release notes are written into the description') },
  ]);
});
