/** What the doctor asks about engines: whether their addresses may be called, their secrets be read, and Jenkins knows its user; of AWS, see doctor-builds. */
import type { PipelineSettings } from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import { guardedClient, problemOfUrl } from '../shared/pipelines/guarded-client.ts';
import { reachOf } from '../shared/pipelines/index.ts';
import { secretsOf, type EnginesSet } from '../shared/pipelines/settings.ts';
import { storedText } from '../shared/secrets.ts';
import { bookFrom } from '../shared/settings/index.ts';
import { buildFindings } from './doctor-builds.ts';
import { ok, wrong, type Finding } from './doctor-finding.ts';
import type { Place } from './doctor-place.ts';

/** Nothing where no settings file names one. */
export async function engineFindings(
  environment: Readonly<Record<string, string | undefined>>,
  { local, sqs }: Pick<Place, 'local' | 'sqs'>,
  now: () => Date,
): Promise<readonly Finding[]> {
  const settingsFile = environment['BOWSPRIT_SETTINGS'] ?? '';
  if (settingsFile === '') return [];
  const { engines } = bookFrom({ settingsFile, prowFolder: undefined }).general.settings;
  const given = (name: string): string | undefined => (environment[name] === '' ? undefined : environment[name]);
  const [codebuild, eventbridge] = [given('AWS_ENDPOINT_URL_CODEBUILD'), given('AWS_ENDPOINT_URL_EVENTBRIDGE')];
  // What runs here asks AWS only where somebody says where that is.
  const set = {
    codebuild: local && codebuild === undefined ? [] : engines.codebuild,
    eventbridge: local && eventbridge === undefined ? [] : engines.eventbridge,
  };
  const { endpoint: _, ...aws } = sqs;
  const connect = { ...aws, ...(eventbridge === undefined ? {} : { endpoint: eventbridge }) };
  const bus = given('EVENT_BUS') ?? (local ? 'default' : undefined);
  const found = await Promise.all([
    findingsOf(engines, undefined),
    buildFindings(set, { connect, codeBuildEndpoint: codebuild, bus, now }),
  ]);
  return found.flat();
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
