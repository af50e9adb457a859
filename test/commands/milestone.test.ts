import { expect, test } from 'vitest';
import { milestone } from '../../shared/commands/milestone.ts';
import { permits, refuse, setMilestone, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, stranger, subjectOf, type All } from '../support/given.ts';

const named = (...titles: readonly string[]): Partial<All> => ({
  milestones: titles.map((title, index) => ({ number: index + 1, title })),
});
const CLEAR = '`/milestone clear` takes it out of any.';

test.each<[comment: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['/milestone v1.1', {}, [setMilestone({ number: 2, title: 'v1.1' })]],
  [
    'Foo\n/milestone v1.0\r\n/priority x',
    { repositoryLabels: new Set() },
    [setMilestone({ number: 1, title: 'v1.0' }), refuse('There is no label `priority/x` in this repository.')],
  ],
  [
    '/milestone v1.0',
    { subject: subjectOf({ kind: 'issue', state: 'closed' }) },
    [setMilestone({ number: 1, title: 'v1.0' })],
  ],
  ['/milestone  Next Big  Thing ', named('Next Big  Thing'), [setMilestone({ number: 1, title: 'Next Big  Thing' })]],
  ['/milestone V1.0', {}, [setMilestone({ number: 1, title: 'v1.0' })]],
  [
    '/milestone Beta',
    named('beta', 'BETA'),
    [refuse(`There is no open milestone \`Beta\`. Open are \`BETA\` and \`beta\`; ${CLEAR}`)],
  ],
  ['/milestone BETA', named('beta', 'BETA'), [setMilestone({ number: 2, title: 'BETA' })]],
  ['/milestone v2.0', {}, [refuse(`There is no open milestone \`v2.0\`. Open are \`v1.0\` and \`v1.1\`; ${CLEAR}`)]],
  [
    '/milestone abc',
    named(),
    [refuse(`There is no open milestone \`abc\`. This repository has no open milestone; ${CLEAR}`)],
  ],
  ['/milestone clear', {}, [setMilestone()]],
  ['/milestone Clear', {}, [setMilestone()]],
  ['/milestone clear', named('clear'), [setMilestone({ number: 1, title: 'clear' })]],
  ['/milestone cancel', {}, [setMilestone()]],
  ['/remove-milestone', {}, [setMilestone()]],
  ['/milestone', {}, [refuse(`Which milestone? Open are \`v1.0\` and \`v1.1\`; ${CLEAR}`)]],
  ['/milestone v1.0\n/milestone v1.1', {}, [setMilestone({ number: 2, title: 'v1.1' })]],
])('%j with %j', (comment, facts, actions) => {
  expect(actionsFor(comment, given(facts))).toEqual(actions);
});

test('of many, some are named', () => {
  const many = Array.from({ length: 30 }, (_, index) => `m${String(index).padStart(2, '0')}`);
  const [refused] = actionsFor('/milestone x', given(named(...many)));
  expect(JSON.stringify(refused)).toContain('`m19` and 10 more;');
});

test.each([
  ['read', false],
  ['triage', true],
] as const)('where nothing says otherwise, whoever may %s sets it: %j', (role, may) => {
  expect(permits(milestone.allow, { ...stranger, role })).toBe(may);
});
