/**
 * Cuts GitHub's published GraphQL schema (npm package @octokit/graphql-schema, MIT) down to what served.ts lists, and
 * writes schema.graphql beside this folder. What is left is exactly GitHub's: names, types, nullability, arguments with
 * their defaults, all values of every enum and all fields of every input.
 *
 *     npx node local/github/graphql/schema/cut.ts
 *
 * Three kinds of types need no line in served.ts: a connection and an edge have the fields all of them have, and the
 * payload of a mutation has whatever fields are of a type that is served.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schema } from '@octokit/graphql-schema';
import {
  assertValidSchema,
  buildSchema,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeNode,
  visit,
} from 'graphql';
import { format, resolveConfig } from 'prettier';
import { SERVED } from './served.ts';

const BUILT_IN = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);
const OF_CONNECTIONS: ReadonlySet<string> = new Set(['edges', 'nodes', 'pageInfo', 'totalCount']);
const OF_EDGES: ReadonlySet<string> = new Set(['cursor', 'node']);
const NOTICE =
  '# Cut by schema/cut.ts from @octokit/graphql-schema (MIT): what the box serves, exactly as GitHub has it.';

const isType = (definition: DefinitionNode): definition is TypeDefinitionNode =>
  definition.kind.endsWith('TypeDefinition');

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

const isServed = (type: TypeNode): boolean =>
  BUILT_IN.has(nameOf(type)) || SERVED.has(nameOf(type).replace(/Edge$/, ''));

function fieldsOf(name: string, fields: readonly FieldDefinitionNode[] = []): readonly FieldDefinitionNode[] {
  const served = SERVED.get(name);
  if (served !== undefined) {
    for (const field of served)
      if (!fields.some((each) => each.name.value === field)) throw new Error(`GitHub's schema has no ${name}.${field}`);
    return fields.filter((each) => served.has(each.name.value));
  }
  if (name.endsWith('Connection')) return fields.filter((each) => OF_CONNECTIONS.has(each.name.value));
  if (name.endsWith('Edge')) return fields.filter((each) => OF_EDGES.has(each.name.value));
  return fields.filter((each) => isServed(each.type));
}

/** Without prose, and without GitHub's own directives. */
const bare = (definition: TypeDefinitionNode): TypeDefinitionNode =>
  visit(definition, {
    enter(node, key) {
      if (key === 'description') return null;
      return node.kind === Kind.DIRECTIVE && node.name.value !== 'deprecated' ? null : undefined;
    },
  });

/** Without what is not served. */
function pruned(definition: TypeDefinitionNode): TypeDefinitionNode {
  const name = definition.name.value;
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      // The root is a node too at GitHub's, which nobody can find by its id here.
      const interfaces = name === 'Query' ? [] : (definition.interfaces ?? []).filter(isServed);
      return { ...definition, interfaces, fields: fieldsOf(name, definition.fields) };
    }
    case Kind.UNION_TYPE_DEFINITION:
      return { ...definition, types: (definition.types ?? []).filter(isServed) };
    default:
      return definition;
  }
}

/** The types that a definition refers to. */
function typesIn(definition: TypeDefinitionNode): readonly TypeNode[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return (definition.fields ?? []).flatMap((field) => [
        field.type,
        ...(field.arguments ?? []).map(({ type }) => type),
      ]);
    case Kind.UNION_TYPE_DEFINITION:
      return definition.types ?? [];
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return (definition.fields ?? []).map(({ type }) => type);
    default:
      return [];
  }
}

function cut(document: DocumentNode): DocumentNode {
  const all = new Map(document.definitions.filter(isType).map((each) => [each.name.value, each]));
  const wanted = new Set(SERVED.keys());
  const kept: TypeDefinitionNode[] = [];
  // A set iterates over what is added during the iteration too: that is the closure.
  for (const name of wanted) {
    if (BUILT_IN.has(name)) continue;
    const definition = all.get(name);
    if (definition === undefined) throw new Error(`GitHub's schema has no ${name}`);
    const found = pruned(bare(definition));
    kept.push(found);
    for (const type of typesIn(found)) wanted.add(nameOf(type));
  }
  const definitions = kept.toSorted((one, other) => one.name.value.localeCompare(other.name.value, 'en'));
  return { kind: Kind.DOCUMENT, definitions };
}

const text = `${NOTICE}\n\n${print(cut(parse(schema.idl)))}\n`;
// Refuses a cut through an interface or a union that leaves no schema.
assertValidSchema(buildSchema(text));
const file = join(import.meta.dirname, '..', 'schema.graphql');
writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
