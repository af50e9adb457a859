import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { compilePattern } from '../../shared/owners/index.ts';

test.each<[pattern: string, path: string, matches: boolean]>([
  [String.raw`\.go$`, 'a/main.go', true],
  [String.raw`\.go$`, 'main.gone', false],
  ['^docs/', 'docs/a.md', true],
  ['^docs/', 'a/docs/b.md', false],
  ['BUILD$', 'a/BUILD', true],
  ['^Makefile$', 'Makefile', true],
  ['^Makefile$', 'Makefile\n', false],
  ['go.mod', 'go-mod', true],
  [String.raw`go\.mod`, 'go-mod', false],
])('%s on %j: %s', (pattern, path, matches) => {
  const compiled = compilePattern(pattern);
  expect(typeof compiled === 'string' ? compiled : compiled.matches(path)).toBe(matches);
});

test('mere text is what the engine makes of it, in size and on every path', () => {
  const unit = fc.constantFrom('a', 'b', 'B', '_', '-', '/', '0', String.raw`\.`, String.raw`\+`);
  const pattern = fc
    .tuple(fc.constantFrom('', '^'), fc.array(unit, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '$'))
    .map(([start, units, end]) => [start, ...units, end].join(''));
  const path = fc
    .array(fc.constantFrom('a', 'b', 'B', '_', '-', '/', '0', '.', '+', '\n', '\uD83D\uDE80', '\uD83D'), {
      maxLength: 8,
    })
    .map((units) => units.join(''));
  fc.assert(
    fc.property(pattern, path, (source, text) => {
      const engine = RE2JS.compile(source);
      const compiled = compilePattern(source);
      expect(compiled).toMatchObject({ size: engine.programSize() });
      expect(typeof compiled === 'string' || compiled.matches(text)).toBe(engine.test(text));
    }),
    { numRuns: 2_000 },
  );
});
