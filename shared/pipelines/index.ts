/** Every engine that stands for itself, as far as the deployment sets it up; what the forge runs comes with the connection to it. */
import type { Services } from '../carry-out.ts';
import type { PipelineSettings } from '../config.ts';
import type { EngineId } from '../language/index.ts';
import type { Put } from '../publish.ts';
import { codeBuildEngine } from './codebuild.ts';
import type { Engine, Engines } from './engine.ts';
import { eventBridgeEngine } from './eventbridge.ts';
import { guardedClient, type Reach } from './guarded-client.ts';
import { httpsEngine } from './https.ts';
import { jenkinsEngine } from './jenkins.ts';
import { namedSecrets } from './named-secrets.ts';
import { remembered } from './pending.ts';
import type { EnginesSet } from './settings.ts';

type Setup = Omit<PipelineSettings, 'results'> &
  Pick<Services, 'cache' | 'newId' | 'now'> & {
    readonly set: EnginesSet;
    readonly put: Put;
    /** The text kept under a name in Secrets Manager. */
    readonly stored: (name: string) => Promise<string>;
    /** The text that signs tokens; asked for when it is needed. */
    readonly results: { readonly url: string; readonly secret: () => Promise<string> } | undefined;
  };

export function enginesBy({ set, put, stored, results, aws, local, ...here }: Setup): Engines {
  const { https, jenkins, codebuild, eventbridge } = set;
  const { now } = here;
  const ask = guardedClient(reachOf(set, local));
  const kept = local?.secrets;
  const secrets = namedSecrets(async (name) => kept?.[name] ?? stored(name), now);
  const token = async (name: string): Promise<string> => (await secrets(name))[0] ?? '';
  const all: readonly (Engine | undefined)[] = [
    https.length === 0 || results === undefined
      ? undefined
      : httpsEngine({ hosts: https, ask, secrets, callback: results, now }),
    jenkins.length === 0 ? undefined : jenkinsEngine({ servers: jenkins, ask, token }),
    codebuild.length === 0 || aws === undefined
      ? undefined
      : codeBuildEngine({ projects: codebuild, access: aws, now }),
    eventbridge.length === 0 || results === undefined
      ? undefined
      : eventBridgeEngine({ targets: eventbridge, put, secret: results.secret }),
  ];
  return new Map(
    all.flatMap((engine): readonly (readonly [EngineId, Engine])[] =>
      engine === undefined ? [] : [[engine.id, remembered(engine, here)]],
    ),
  );
}

/** Hosts by the settings of the deployment; this machine by the process alone. */
export function reachOf({ https, jenkins }: EnginesSet, local: PipelineSettings['local']): Reach {
  const hosts = [...https.map(({ host }) => host), ...jenkins.flatMap(({ url }) => URL.parse(url)?.host ?? [])];
  return { hosts, ...(local === undefined ? {} : { loopback: true }) };
}
