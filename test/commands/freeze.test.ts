import { expect, test } from 'vitest';
import {
  freeze,
  lookAgain,
  lookAtQueued,
  refuse,
  reply,
  unfreeze,
  type Action,
  type Freeze,
} from '../../shared/language/index.ts';
import { actionsFor, given } from '../support/given.ts';

const standing = (branch: string): Freeze => ({
  branch,
  except: [],
  reason: 'the audit',
  by: 'ada',
  at: '2026-03-01T12:00:00Z',
  said: 'github:acme/widgets#1',
  delivery: 'd',
});
const ANY = expect.any(String);
const MANY = Array.from({ length: 50 }, (_, index) => `b${index}`);

test.each<[comment: string, frozen: readonly string[], actions: readonly unknown[]]>([
  [
    '/freeze main',
    [],
    [
      freeze({ branch: 'main', except: [], reason: '' }),
      lookAtQueued(['main']),
      reply('Nothing is merged into `main` until it is lifted. `/unfreeze main` lifts it.'),
    ],
  ],
  ['/freeze main until nobody knows', [], [refuse(ANY)]],
  ['/freeze', [], [reply('Nothing is frozen here.')]],
  ['/freeze', ['main'], [reply('Frozen: `main` by `ada` until it is lifted (`the audit`).')]],
  ['/unfreeze main', ['main', 'dev'], [unfreeze('main'), lookAgain(['main'])]],
  ['/remove-freeze main', ['main'], [unfreeze('main'), lookAgain(['main'])]],
  ['/freeze cancel main', ['main'], [unfreeze('main'), lookAgain(['main'])]],
  [
    '/unfreeze release-1',
    ['release-*'],
    [refuse('`release-1` was not frozen by that name. Comment `/unfreeze release-*`.')],
  ],
  ['/unfreeze', ['main', 'dev'], [refuse('Say which branch. Comment `/unfreeze main` or `/unfreeze dev`.')]],
  ['/unfreeze main', [], [refuse('Nothing is frozen here.')]],
  [
    '/freeze main',
    MANY,
    [
      refuse(
        '50 branches are frozen already, and 50 are the most. Lift one first, or freeze several by how their names begin: `/freeze release-*`.',
      ),
    ],
  ],
  [
    '/freeze b7',
    MANY,
    [
      freeze({ branch: 'b7', except: [], reason: '' }),
      lookAtQueued(['b7']),
      reply('Nothing is merged into `b7` until it is lifted. `/unfreeze b7` lifts it.'),
    ],
  ],
])('%s where %j is frozen', (comment, frozen, actions) => {
  const found: readonly Action[] = actionsFor(comment, given({ freezes: frozen.map(standing) }));
  expect(found).toEqual(actions);
});

test.each<[comment: string]>([['/unfreeze main'], ['/freeze main until friday except label:trivial']])(
  '%s lifts and loosens nothing that was said after it was written',
  (comment) => {
    const at = '2026-03-01T11:59:59Z';
    const again = comment.replace('/', '\\/').replaceAll('`', '');
    const [only] = actionsFor(comment, given({ freezes: [standing('main')], at }));
    expect(only).toEqual(
      refuse(expect.stringMatching(new RegExp(`^Something else was said of .main. after .*${again}`))),
    );
  },
);
