/** The GraphQL endpoint: GitHub's own schema, cut to what is served, over the state that REST serves. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  buildSchema,
  defaultFieldResolver,
  execute,
  type FragmentDefinitionNode,
  getVariableValues,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import type { Access } from '../apps.ts';
import { type Answer, type Call, GitHubError, type Handler } from '../box.ts';
import { isRecord } from '../gate.ts';
import type { Limits } from '../limits.ts';
import { type Cost, costOf, MAX_NODES } from './cost.ts';
import { Failure, failureOf } from './failing.ts';
import type { GraphNode } from './graph-node.ts';
import { mutationRoot } from './mutations.ts';
import { queryRoot } from './query.ts';
import { RULES } from './validation.ts';

const TEXT = readFileSync(join(import.meta.dirname, 'schema.graphql'), 'utf8');
const SCHEMA = buildSchema(TEXT);

/** As it was before these fields came, each as `Type.field`. */
function schemaWithout(fields: readonly string[]): GraphQLSchema {
  if (fields.length === 0) return SCHEMA;
  const gone = new Set(fields);
  const left = visit(parse(TEXT), {
    FieldDefinition: (node, _key, _parent, _path, ancestors) => {
      const type = ancestors.findLast((each) => 'kind' in each && each.kind === Kind.OBJECT_TYPE_DEFINITION);
      const name = type !== undefined && 'name' in type && type.name !== undefined ? type.name.value : '';
      return gone.delete(`${name}.${node.name.value}`) ? null : undefined;
    },
  });
  if (gone.size > 0) throw new Error(`the box's schema has no ${[...gone].join(', ')}`);
  return buildASTSchema(left);
}

/** A field of the schema that no resolver knows is a mistake of the box: it must not look like null. */
const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  if (!isRecord(source) || !(info.fieldName in source))
    throw new Error(`nothing serves ${info.parentType.name}.${info.fieldName}`);
  return defaultFieldResolver(source, args, context, info);
};

/** Throws what is a mistake of the box, so that the front reports it as one. */
function errorJson(error: GraphQLError): Readonly<Record<string, unknown>> {
  const { originalError, path, locations, message, extensions } = error;
  const failure = failureOf(originalError);
  if (originalError !== undefined && failure === undefined) throw originalError;
  return {
    ...(failure === undefined ? {} : { type: failure.type }),
    ...(path === undefined ? {} : { path }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
    ...(locations === undefined ? {} : { locations }),
    message: failure?.message ?? message,
  };
}

/** Nothing was carried out. GitHub says so with status 200. */
const refused = (errors: readonly GraphQLError[]): Answer => ({
  status: 200,
  body: { errors: errors.map(errorJson) },
});

interface Request {
  readonly operation: OperationDefinitionNode;
  readonly document: ReturnType<typeof parse>;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Checked = (query: string) => Request['document'] | readonly GraphQLError[];

/** Clients ask the same few questions over and over; what has been found to fit the schema goes on to. */
const MAX_QUERIES = 200;

function checkedBy(schema: GraphQLSchema): Checked {
  const known = new Map<string, Request['document']>();
  return (query) => {
    const before = known.get(query);
    if (before !== undefined) return before;
    let document: Request['document'];
    try {
      document = parse(query);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
    const mistakes = validate(schema, document, RULES);
    if (mistakes.length > 0) return mistakes;
    if (known.size >= MAX_QUERIES) known.clear();
    known.set(query, document);
    return document;
  };
}

/** One operation, known to fit the schema, with the variables it asks for; errors otherwise. */
function requestIn({ body }: Call, schema: GraphQLSchema, checked: Checked): Request | readonly GraphQLError[] {
  const { query, operationName } = body;
  if (typeof query !== 'string') return [new GraphQLError('A query attribute must be specified and must be a string.')];
  const document = checked(query);
  if (!('kind' in document)) return document;
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const named = typeof operationName === 'string' && operationName !== '';
  const operation = named ? operations.find(({ name }) => name?.value === operationName) : operations[0];
  if (operation === undefined) return [new GraphQLError(`No operation named "${String(operationName)}"`)];
  if (!named && operations.length > 1) return [new GraphQLError('An operation name is required')];
  const given = isRecord(body['variables']) ? body['variables'] : {};
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (values.errors === undefined) return { operation, document, variables: values.coerced };
  return values.errors.map((error) => variableError(error, given));
}

function variableError(error: GraphQLError, given: Readonly<Record<string, unknown>>): GraphQLError {
  const node = error.nodes?.find((each) => each.kind === Kind.VARIABLE_DEFINITION);
  if (node === undefined) return error;
  const name = node.variable.name.value;
  return new GraphQLError(`Variable $${name} of type ${print(node.type)} was provided invalid value`, {
    nodes: node,
    extensions: { value: given[name] ?? null, problems: [{ path: [], explanation: error.message }] },
  });
}

function rateLimitNode({ points, nodes }: Cost, { caller }: Call, limits: Limits): GraphNode {
  const { limit, remaining, used, reset } = limits.state(caller, 'graphql');
  return {
    cost: points,
    limit,
    nodeCount: nodes,
    remaining: Math.max(0, remaining - points),
    resetAt: new Date(reset * 1000).toISOString().replace('.000Z', 'Z'),
    used: used + points,
  };
}

function tooMany({ beyond }: Cost): Answer | undefined {
  if (beyond === undefined) return undefined;
  const message = `By the time this query traverses to the ${beyond.field.name.value} connection, it is requesting up to ${beyond.nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of ${MAX_NODES.toLocaleString('en')}.`;
  const originalError = new Failure('MAX_NODE_LIMIT_EXCEEDED', message);
  return refused([new GraphQLError(message, { nodes: beyond.field, originalError })]);
}

async function answered(
  call: Call,
  { operation, document, variables }: Request,
  { limits, schema }: { readonly limits: Limits; readonly schema: GraphQLSchema },
): Promise<Answer> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const cost = costOf(schema, operation, fragments, variables);
  const refusal = tooMany(cost);
  if (refusal !== undefined) return refusal;
  const rateLimit = (): GraphNode => rateLimitNode(cost, call, limits);
  const { data, errors } = await execute({
    schema,
    document,
    fieldResolver,
    operationName: operation.name?.value,
    variableValues: variables,
    rootValue: operation.operation === OperationTypeNode.MUTATION ? mutationRoot(call) : queryRoot(call, rateLimit),
  });
  // The front charges every request one point.
  limits.charge(call.caller, 'graphql', cost.points - 1);
  return { status: 200, body: { data, ...(errors === undefined ? {} : { errors: errors.map(errorJson) }) } };
}

export const graphql = (_access: Access, limits: Limits, without: readonly string[]): Handler => {
  const schema = schemaWithout(without);
  const checked = checkedBy(schema);
  return (call) => {
    const { caller } = call;
    if (caller.is === 'nobody') throw new GitHubError(401, 'This endpoint requires you to be authenticated.');
    if (caller.is === 'app') throw new GitHubError(403, 'Resource not accessible by integration');
    const request = requestIn(call, schema, checked);
    return 'operation' in request ? answered(call, request, { limits, schema }) : refused(request);
  };
};
