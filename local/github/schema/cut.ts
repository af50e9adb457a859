/**
 * Cuts GitHub's published OpenAPI description (npm package @octokit/openapi, MIT) down to operations.ts and all that
 * those operations refer to, without prose. Takes the folder into which the package was unpacked:
 *
 *     cd "$(mktemp -d)" && npm pack @octokit/openapi@23.0.2 && tar xzf *.tgz package/generated/api.github.com.json
 *     npx node local/github/schema/cut.ts <that folder>
 *
 * What is written is plain JSON Schema (draft 7, which ajv reads), so two habits of OpenAPI 3.0 are translated:
 * `nullable` becomes a type union, and `oneOf` becomes `anyOf`, because GitHub writes it for alternatives that overlap.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CutOperation, CutSchema, GitHubSchema } from './cut-schema.ts';
import { OPERATIONS, WEBHOOKS } from './operations.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Keywords that say something to a validator; everything else in GitHub's schemas is prose or tooling. */
const PLAIN_KEYWORDS = new Set([
  'type', 'format', 'enum', 'required', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum',
  'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'multipleOf',
]); // prettier-ignore
const UNKNOWN_FORMATS = new Set(['repo.nwo', 'binary', 'timestamp']);

const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const mapOf = (value: Json | undefined, change: (each: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(objectOf(value)).map(([key, each]) => [key, change(each)]));

/** The same schema in draft 7 and without prose; names of the schemas it refers to are added to `wanted`. */
function cleaned(schema: Json, wanted: Set<string>): JsonObject {
  const from = objectOf(schema);
  const reference = from['$ref'];
  if (typeof reference === 'string') {
    const name = reference.slice('#/components/schemas/'.length);
    wanted.add(name);
    return { $ref: `github#/$defs/${name}` };
  }
  const to: JsonObject = {};
  const clean = (each: Json): Json => cleaned(each, wanted);
  for (const [key, value] of Object.entries(from)) {
    if (key === 'properties') to[key] = mapOf(value, clean);
    else if (key === 'items' || key === 'not') to[key] = clean(value);
    else if (key === 'additionalProperties') to[key] = typeof value === 'boolean' ? value : clean(value);
    else if (key === 'allOf' || key === 'anyOf') to[key] = listOf(value).map(clean);
    else if (key === 'oneOf') to['anyOf'] = listOf(value).map(clean);
    else if (key === 'format' && typeof value === 'string' && UNKNOWN_FORMATS.has(value)) continue;
    else if (PLAIN_KEYWORDS.has(key)) to[key] = value;
  }
  if (from['nullable'] !== true) return to;
  if (typeof to['type'] !== 'string') return { anyOf: [to, { type: 'null' }] };
  const { enum: values, ...rest } = to;
  return { ...rest, type: [to['type'], 'null'], ...(values === undefined ? {} : { enum: [...listOf(values), null] }) };
}

function cut(description: JsonObject): GitHubSchema {
  const components = objectOf(description['components']);
  const resolved = (value: Json): JsonObject => {
    const reference = objectOf(value)['$ref'];
    if (typeof reference !== 'string') return objectOf(value);
    const [, , kind = '', name = ''] = reference.split('/');
    return objectOf(objectOf(components[kind])[name]);
  };
  const wanted = new Set<string>(['basic-error', 'validation-error', 'validation-error-simple']);
  const bodyOf = (content: Json | undefined): CutSchema | undefined => {
    const schemas = Object.values(objectOf(content)).map((each) => objectOf(each)['schema'] ?? {});
    const [only, ...others] = schemas.map((each) => cleaned(each, wanted));
    return only === undefined || others.length === 0 ? only : { anyOf: [only, ...others] };
  };

  const operations: Record<string, CutOperation> = {};
  for (const operation of OPERATIONS) {
    const [method = '', path = ''] = operation.split(' ');
    const from = objectOf(objectOf(objectOf(description['paths'])[path])[method.toLowerCase()]);
    if (Object.keys(from).length === 0) throw new Error(`GitHub's description has no ${operation}`);
    const requestBody = resolved(from['requestBody'] ?? {});
    const body = bodyOf(requestBody['content']);
    operations[operation] = {
      parameters: listOf(from['parameters'])
        .map(resolved)
        .filter((each) => each['in'] === 'path' || each['in'] === 'query')
        .map((each) => ({
          name: textOf(each['name']),
          in: each['in'] === 'path' ? 'path' : 'query',
          required: each['required'] === true,
          schema: cleaned(each['schema'] ?? {}, wanted),
        })),
      ...(body === undefined ? {} : { body: { required: requestBody['required'] === true, schema: body } }),
      answers: Object.fromEntries(
        Object.entries(objectOf(from['responses'])).map(([status, response]) => [
          status,
          bodyOf(resolved(response)['content']) ?? null,
        ]),
      ),
    };
  }

  const webhooks: Record<string, CutSchema> = {};
  for (const name of WEBHOOKS) {
    const from = objectOf(objectOf(objectOf(description['x-webhooks'])[name])['post']);
    const schema = bodyOf(objectOf(from['requestBody'])['content']);
    if (schema === undefined) throw new Error(`GitHub's description has no webhook ${name}`);
    webhooks[name] = schema;
  }

  const $defs: Record<string, CutSchema> = {};
  // A set iterates over what is added during the iteration too: that is the closure.
  for (const name of wanted) $defs[name] = cleaned(objectOf(components['schemas'])[name] ?? {}, wanted);
  const { version } = objectOf(description['info']);
  return { source: `@octokit/openapi ${textOf(version)}, api.github.com`, license: 'MIT', operations, webhooks, $defs };
}

const lines = (entries: Readonly<Record<string, unknown>>): string =>
  Object.keys(entries)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entries[key])}`)
    .join(',\n');

/** One operation, webhook or definition per line, so that a newer cut shows what changed. */
function printed({ source, license, operations, webhooks, $defs }: GitHubSchema): string {
  return `{"source":${JSON.stringify(source)},"license":${JSON.stringify(license)},
"operations":{\n${lines(operations)}\n},
"webhooks":{\n${lines(webhooks)}\n},
"$defs":{\n${lines($defs)}\n}}\n`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node local/github/schema/cut.ts <folder of the unpacked package>');
const description: JsonObject = JSON.parse(readFileSync(join(folder, 'package/generated/api.github.com.json'), 'utf8'));
writeFileSync(join(import.meta.dirname, 'github.json'), printed(cut(description)));
