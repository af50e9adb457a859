/** Everything outside the process, built once from the environment's settings: the one place that names a forge and AWS. */
import { ulid } from 'ulid';
import { automations } from './automations/index.ts';
import type { Services } from './carry-out.ts';
import { commands } from './commands/index.ts';
import { secretsIn, type AppKey, type EngineSettings } from './config.ts';
import { signerBy } from './kms.ts';
import { funBy } from './fun/index.ts';
import { providersBy, type AppCredentials } from './providers/index.ts';
import { ledgerIn } from './ledger.ts';
import { enginesBy } from './pipelines/index.ts';
import { busNamed } from './publish.ts';
import { sendDelivery } from './queue.ts';
import { keptText, storedText } from './secrets.ts';
import { bookFrom } from './settings/index.ts';
import { anchorsIn } from './store/anchors.ts';
import { auditTrail } from './store/audit.ts';
import { cacheIn } from './store/cache.ts';
import { connectDocuments } from './store/documents.ts';
import { ownersCacheIn } from './store/owners-cache.ts';
import { seenIn } from './store/seen.ts';
import { statesIn } from './store/states.ts';
import { sweeps } from './sweeps/index.ts';

const now = (): Date => new Date();

/** @throws Error that names every mistake in the settings file with its line. */
export function servicesFrom({
  queueUrl,
  github,
  store,
  eventBus,
  settingsFile,
  prowFolder,
  leaseSeconds,
  pipelines,
}: EngineSettings): Services {
  const documents = connectDocuments();
  const anchors = store.anchorBucket === undefined ? undefined : anchorsIn(store.anchorBucket);
  const audit = auditTrail({ documents, table: store.auditTable, anchors });
  const cache = cacheIn({ documents, table: store.cacheTable, now });
  const owners = ownersCacheIn(cache);
  const settings = bookFrom({ settingsFile, prowFolder });
  const { apiUrl, appId, privateKey, timeoutMs } = github;
  const bus = busNamed(eventBus);
  const { results } = pipelines;
  const engines = enginesBy({
    ...pipelines,
    set: settings.general.settings.engines,
    put: bus.put,
    stored: storedText,
    results: results === undefined ? undefined : { url: results.url, secret: signingBy(keptText(results.secret)) },
    cache,
    newId: () => ulid(),
    now,
  });
  return {
    provider: providersBy({ github: { apiUrl, appId, timeoutMs, ...credentialsBy(privateKey) } }),
    audit,
    seen: seenIn({ documents, table: store.cacheTable, leaseSeconds, now }),
    cache,
    states: statesIn({ audit, cache }),
    ledger: ledgerIn({ audit, cache, now }),
    owners: (repository, ref, options) => owners.memory(repository, ref, options),
    carryOwners: (repository, ref, before, after) => owners.carryForward(repository, ref, before, after),
    publish: bus.publish,
    put: bus.put,
    send: (delivery) => sendDelivery(queueUrl, delivery),
    engines,
    fun: funBy({ set: settings.general.settings.fun, stored: storedText, now }),
    settings,
    commands,
    automations,
    sweeps,
    now,
    newId: () => ulid(),
  };
}

export function credentialsBy(key: AppKey): AppCredentials {
  return key.is === 'kms' ? { sign: signerBy(key) } : { privateKey: keptText(key) };
}

/** Of two, the first signs: the other may still prove what it signed before. */
function signingBy(text: () => Promise<string>): () => Promise<string> {
  return async () => secretsIn(await text())[0] ?? '';
}
