/** Serves the pages of commands, settings and the audit trail. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { automations } from '../shared/automations/index.ts';
import { commands } from '../shared/commands/index.ts';
import { pagesSettings } from '../shared/config.ts';
import { keptGate } from '../shared/gate-kept.ts';
import { guarded } from '../shared/guarded.ts';
import { pageFor, type Trail } from '../shared/pages/site.ts';
import { rulebookFrom } from '../shared/rules-shown.ts';
import { bookFrom } from '../shared/settings/index.ts';
import { anchorsIn } from '../shared/store/anchors.ts';
import { auditTrail } from '../shared/store/audit.ts';
import { cacheIn } from '../shared/store/cache.ts';
import { connectDocuments } from '../shared/store/documents.ts';
import { sweeps } from '../shared/sweeps/index.ts';

const RECORDS_PER_PAGE = 50;

const { auditTable, cacheTable, anchorBucket, settingsFile, prowFolder, githubApiUrl } = pagesSettings(process.env);
const documents = connectDocuments();
const anchors = anchorBucket === undefined ? undefined : anchorsIn(anchorBucket);
const audit = auditTrail({ documents, table: auditTable, anchors });
const now = (): Date => new Date();
const cache = cacheIn({ documents, table: cacheTable, now });
const rulebook = rulebookFrom({
  rules: { commands, automations, sweeps },
  book: bookFrom({ settingsFile, prowFolder }),
  cache,
  githubApiUrl,
});

const trail: Trail = {
  find: (question) => audit.page({ ...question, first: 'newest' }, RECORDS_PER_PAGE),
  async story(pull) {
    const [records, { sound, sentence }, gate] = await Promise.all([
      audit.after(pull, 0),
      audit.verify(pull),
      keptGate(pull, cache),
    ]);
    return { records, check: { sound, sentence }, gate, now: now() };
  },
};

type Request = Pick<APIGatewayProxyEventV2, 'rawPath' | 'queryStringParameters'>;

export const handler = guarded('pages', ({ rawPath: path, queryStringParameters: query = {} }: Request) =>
  pageFor({ path, query }, rulebook, trail),
);
