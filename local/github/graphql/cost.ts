/** What a query costs: https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export interface Cost {
  /** Points of the hourly limit. */
  readonly points: number;
  readonly nodes: number;
  /** The connection by which the sum first became too large. */
  readonly beyond: { readonly field: FieldNode; readonly nodes: number } | undefined;
}

export const MAX_NODES = 500_000;
const REQUESTS_PER_POINT = 100;

type Variables = Readonly<Record<string, unknown>>;

function sizeOf(field: FieldNode, variables: Variables): number {
  for (const wanted of ['first', 'last']) {
    const value = field.arguments?.find(({ name }) => name.value === wanted)?.value;
    const given: unknown =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : value?.kind === Kind.INT
          ? Number(value.value)
          : undefined;
    if (typeof given === 'number') return Math.max(0, given);
  }
  return 0;
}

/** One request for each connection and each node above it; every connection is taken to be as full as it may be. */
export function costOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
): Cost {
  let requests = 0;
  let nodes = 0;
  let beyond: Cost['beyond'];
  const visit = ({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, parents: number): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        const on = schema.getType(fragment?.typeCondition.name.value ?? '');
        if (fragment !== undefined) visit(fragment.selectionSet, on, parents);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition === undefined ? type : schema.getType(selection.typeCondition.name.value);
        visit(selection.selectionSet, on, parents);
      } else {
        const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
        const given = fields[selection.name.value]?.type;
        const inner = given === undefined ? undefined : getNamedType(given);
        let children = parents;
        if (inner?.name.endsWith('Connection') === true) {
          requests += parents;
          children = parents * sizeOf(selection, variables);
          nodes += children;
          if (nodes > MAX_NODES) beyond ??= { field: selection, nodes };
        }
        if (selection.selectionSet !== undefined) visit(selection.selectionSet, inner, children);
      }
    }
  };
  visit(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, 1);
  return { points: Math.max(1, Math.round(requests / REQUESTS_PER_POINT)), nodes, beyond };
}
