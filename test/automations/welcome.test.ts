import { expect, test } from 'vitest';
import { welcome } from '../../shared/automations/welcome.ts';
import { NO_ANSWERS } from '../../shared/language/index.ts';
import { ada, decided, given, robot, settingsOf, type All } from '../support/given.ts';

const newcomer: Partial<All> = { answers: { ...NO_ANSWERS, newcomer: true } };
const said = (facts: Partial<All>): readonly string[] =>
  decided(welcome, facts).flatMap((each) => (each.is === 'notice' ? each.text : []));
const template = (messageTemplate: string, more: Partial<All> = {}): string =>
  said({ ...newcomer, ...more, settings: settingsOf('welcome', { messageTemplate }) }).join();

test('newcomers are welcomed, and nobody else', () => {
  expect(said(newcomer)).toEqual([
    '**Welcome, `ada`.** This looks like your first pull request in `acme/widgets`. `/commands` lists what can be commented here.',
  ]);
  expect(said({ answers: { ...NO_ANSWERS, newcomer: false } })).toEqual([]);
  expect(said({ ...newcomer, author: robot })).toEqual([]);
});

test('everybody is, where the settings say so, and then nothing is looked up', () => {
  const settings = settingsOf('welcome', { alwaysPost: true });
  expect(said({ settings })).toEqual(['**Welcome, `ada`.** `/commands` lists what can be commented here.']);
  expect(said({ settings, author: robot })).toEqual([]);
  expect(welcome.asks?.(given({ settings }))).toEqual({});
  expect(welcome.asks?.(given({ author: robot }))).toEqual({});
  expect(welcome.asks?.(given())).toEqual({ newcomer: true });
});

test.each([
  ['Hello @{{.AuthorLogin}} in {{ .Org }}/{{.Repo}}', 'Hello @ada in acme/widgets'],
  ['Hello @{author} in {owner}/{repository}', 'Hello @ada in acme/widgets'],
  [
    '<a href="https://x.example/{{.Org}}">{{.AuthorName}}</a> {title}',
    '<a href="https://x.example/acme">ada</a> {title}',
  ],
])('%s', (written, shown) => {
  expect(template(written)).toBe(shown);
});

test('a name is no markup and no word of the template', () => {
  const author = { ...ada, login: '<b>{owner}`' };
  expect(template('{author}', { author })).toBe('&#60;b&#62;{owner}&#96;');
});
