/** The schema of settings files for editors: completion and checks while one is written. */
import * as z from 'zod/mini';
import { lockable, nameOf, ruleNames } from './declared.ts';
import { PLACES, schemaFor, whoIs, type FileKind } from './schema.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

const ABOUT: Readonly<Record<FileKind, { readonly title: string; readonly description: string }>> = {
  repository: {
    title: 'Bowsprit: settings of a repository',
    description:
      '`.github/bowsprit.yaml` on the base branch. What is not here is as the organization or the deployment says.',
  },
  organization: {
    title: 'Bowsprit: settings of an organization',
    description: '`bowsprit.yaml` in the `.github` repository of the organization, for all its repositories.',
  },
  deployment: {
    title: 'Bowsprit: settings of a deployment',
    description: 'The file that BOWSPRIT_SETTINGS names, for all organizations and repositories.',
  },
};

/** Lists of names that the reader of a file checks by itself, so that it can say which name is meant. */
const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['locked', lockable],
  [nameOf('rules', 'only'), ['all', ...ruleNames]],
  [nameOf('rules', 'enabled'), ruleNames],
  [nameOf('rules', 'disabled'), ruleNames],
]);

const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';
z.globalRegistry.add(whoIs, { id: 'who' });

/** Draft 7, which the plug-ins of all editors understand. */
export function settingsJsonSchema(kind: FileKind = 'repository'): JsonSchema {
  const { $schema = DRAFT_7, ...schema } = z.toJSONSchema(schemaFor(kind), {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema, path }) =>
      forEditors(
        jsonSchema,
        path.filter((each) => each !== 'properties'),
        kind,
      ),
  });
  return {
    $schema,
    ...ABOUT[kind],
    ...Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, described(each)])),
  };
}

/** Beside a reference draft 7 reads nothing: what describes it goes one level up. */
function described(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(described);
  if (typeof schema !== 'object' || schema === null) return schema;
  const own: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, each]) => [key, described(each)]),
  );
  const [only, ...more] = Array.isArray(own['allOf']) ? own['allOf'] : [];
  if (only === undefined || more.length > 0 || !('$ref' in only)) return own;
  const { $ref, ...about } = only;
  return { ...own, ...about, allOf: [{ $ref }] };
}

/** @param path without what only JSON Schema needs: `rules`, `only` */
function forEditors(schema: JsonSchema, path: readonly PropertyKey[], kind: FileKind): void {
  // Below a single organization or repository it is as at the top of the file.
  const own = path.slice(path.lastIndexOf('additionalProperties') + 1).map(String);
  const names = NAMES.get(own.join('.'));
  if (names !== undefined) schema['items'] = { type: 'string', enum: [...names] };
  const [first] = own;
  if (own.length === 1 && (first === 'organizations' || first === 'repositories') && kind !== 'repository') {
    const form = PLACES[first][kind];
    if (form !== undefined) schema['propertyNames'] = { pattern: form.fits.source };
  }
  // A group of which everything is commented out is empty, not wrong.
  if (own.length === 1 && schema.type === 'object') Object.assign(schema, { type: ['object', 'null'] });
}
