/** What the doctor asks about engines: whether their addresses may be called, their secrets be read, and Jenkins knows its user. */
import type { PipelineSettings } from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import { guardedClient, problemOfUrl } from '../shared/pipelines/guarded-client.ts';
import { reachOf } from '../shared/pipelines/index.ts';
import { secretsOf, type EnginesSet } from '../shared/pipelines/settings.ts';
import { storedText } from '../shared/secrets.ts';
import { bookFrom } from '../shared/settings/index.ts';
import { ok, wrong, type Finding } from './doctor-finding.ts';

/** Nothing where no settings file names one. */
export async function engineFindings(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  const settingsFile = environment['BOWSPRIT_SETTINGS'] ?? '';
  if (settingsFile === '') return [];
  const { engines } = bookFrom({ settingsFile, prowFolder: undefined }).general.settings;
  return findingsOf(engines, undefined);
}

export async function findingsOf(set: EnginesSet, local: PipelineSettings['local']): Promise<readonly Finding[]> {
  const reach = reachOf(set, local);
  const read = async (name: string): Promise<string> => local?.secrets[name] ?? storedText(name);
  const addresses = [...set.https.map(({ host }) => `https://${host}/`), ...set.jenkins.map(({ url }) => url)];
  const misplaced = addresses.flatMap((url): readonly Finding[] => {
    const problem = local === undefined ? problemOfUrl(url, reach) : undefined;
    return problem === undefined ? [] : [wrong('engines', problem, 'Mend it in the settings: docs/pipelines/.')];
  });
  const unread = await Promise.all(
    secretsOf(set).map(async (name): Promise<Finding> => {
      try {
        await read(name);
        return ok('engines', `the secret ${name} can be read`);
      } catch (error) {
        return wrong(
          'engines',
          `the secret ${name} cannot be read: ${reasonOf(error)}`,
          `aws secretsmanager create-secret --name ${name}`,
        );
      }
    }),
  );
  const ask = guardedClient(reach);
  const servers = await Promise.all(
    set.jenkins.map(async ({ name, url, user, secret }): Promise<Finding> => {
      try {
        const authorization = `Basic ${Buffer.from(`${user}:${(await read(secret)).trim()}`).toString('base64')}`;
        const asked = `${url.replace(/\/+$/, '')}/queue/api/json`;
        const { status } = await ask({ method: 'GET', url: asked, headers: { authorization }, repeatable: true });
        if (status === 200) return ok('engines', `Jenkins ${name} knows ${user}`);
        return wrong(
          'engines',
          `Jenkins ${name} answers ${status} to ${user}`,
          'Make an API token for its user: docs/pipelines/jenkins.md.',
        );
      } catch (error) {
        return wrong('engines', `Jenkins ${name}: ${reasonOf(error)}`, 'See docs/pipelines/jenkins.md.');
      }
    }),
  );
  return [...misplaced, ...unread, ...servers];
}
