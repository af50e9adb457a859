import { expect, test } from 'vitest';
import { importedFrom } from '../../../shared/settings/prow/index.ts';
import { told } from './ours.ts';

const ON = 'plugins:\n  acme: {plugins: [welcome]}\n';
const GENERAL = '- {repos: [acme], message_template: "Hello, {{.AuthorLogin}}"}\n';
const OWN = '- {repos: [acme/one], message_template: "One welcomes you", always_post: true}\n';

test.each<[what: string, entries: string]>([
  ['after it', `${GENERAL}${OWN}`],
  ['before it', `${OWN}${GENERAL}`],
])('the entry of a repository goes before that of its organization, %s', (_, entries) => {
  const text = `${ON}welcome:\n${entries}`;
  const { document, findings } = importedFrom('/', (path) => (path.endsWith('plugins.yaml') ? text : undefined));
  expect(told(findings, 'error')).toEqual([]);
  const { organizations, repositories } = Object(document?.value);
  expect(Object(organizations).acme.welcome).toEqual({ message_template: 'Hello, {{.AuthorLogin}}' });
  expect(Object(repositories)['acme/one'].welcome).toEqual({ message_template: 'One welcomes you', always_post: true });
});
