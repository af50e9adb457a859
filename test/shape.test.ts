import { expect, test } from 'vitest';
import {
  absent,
  array,
  boolean,
  either,
  matches,
  maxLength,
  MISFIT,
  nullable,
  nullish,
  number,
  object,
  oneOf,
  optional,
  string,
  type Shape,
} from '../shared/shape.ts';

const text = string(maxLength(3), matches(/^[a-z]*$/));
const thing = object({ name: text, more: optional(number()), gone: absent });

test.each<[what: string, shape: Shape<unknown>, value: unknown, taken: unknown]>([
  ['a string', text, 'abc', 'abc'],
  ['one too long', text, 'abcd', MISFIT],
  ['one of another kind', text, 'A', MISFIT],
  ['a number for a string', text, 1, MISFIT],
  ['an object that looks like a string', text, { length: 1 }, MISFIT],
  ['a number', number(), 1.5, 1.5],
  ['one that fails its check', number(Number.isSafeInteger), 1.5, MISFIT],
  ['a string for a number', number(), '1', MISFIT],
  ['false', boolean, false, false],
  ['nothing for a boolean', boolean, undefined, MISFIT],
  ['a word', oneOf(['open', 'closed']), 'open', 'open'],
  ['another word', oneOf(['open', 'closed']), 'toString', MISFIT],
  ['a list', array(number()), [1, 2], [1, 2]],
  ['a list with one that does not fit', array(number()), [1, '2'], MISFIT],
  ['a list too long', array(number(), maxLength(1)), [1, 2], MISFIT],
  ['a list for an object', thing, [], MISFIT],
  ['an object for a list', array(number()), { length: 0 }, MISFIT],
  ['null where it may be', nullable(text), null, null],
  ['nothing where only null may be', nullable(text), undefined, MISFIT],
  ['null where nothing may be', optional(text), null, MISFIT],
  ['null or nothing', nullish(text), null, null],
  ['nothing or null', nullish(text), undefined, undefined],
  ['what must not be there', absent, null, MISFIT],
  ['the one', either(number(), text), 1, 1],
  ['the other', either(number(), text), 'a', 'a'],
  ['neither', either(number(), text), true, MISFIT],
  ['an object, and of it only what is named', thing, { name: 'a', other: 1 }, { name: 'a' }],
  ['one with what must not be there', thing, { name: 'a', gone: {} }, MISFIT],
  ['one without what must be there', thing, {}, MISFIT],
  ['null for an object', thing, null, MISFIT],
  ['one that inherits what must be its own', object({ toString: optional(absent) }), {}, {}],
  ['one whose name is __proto__', thing, JSON.parse('{"name":"a","__proto__":{"more":1}}'), { name: 'a' }],
])('%s', (_, shape, value, taken) => {
  expect(shape(value)).toEqual(taken);
});
