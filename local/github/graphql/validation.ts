/** What is wrong with a query before it is carried out. The commonest mistakes are worded as GitHub words them. */
import {
  type ASTVisitor,
  type ASTNode,
  FieldsOnCorrectTypeRule,
  getNamedType,
  GraphQLError,
  isCompositeType,
  isRequiredArgument,
  Kind,
  KnownArgumentNamesRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

type Ancestors = readonly (ASTNode | readonly ASTNode[])[];

const isNode = (each: ASTNode | readonly ASTNode[]): each is ASTNode => !Array.isArray(each);

/** GitHub's path names the operation and then the fields as they are called in the answer. */
function pathTo(ancestors: Ancestors, ...rest: readonly string[]): readonly string[] {
  const steps = ancestors.filter(isNode).flatMap((node) => {
    switch (node.kind) {
      case Kind.OPERATION_DEFINITION:
        return [node.name === undefined ? node.operation : `${node.operation} ${node.name.value}`];
      case Kind.FRAGMENT_DEFINITION:
        return [`fragment ${node.name.value}`];
      case Kind.INLINE_FRAGMENT:
        return node.typeCondition === undefined ? [] : [`... on ${node.typeCondition.name.value}`];
      case Kind.FIELD:
        return [node.alias?.value ?? node.name.value];
      default:
        return [];
    }
  });
  return [...steps, ...rest];
}

interface Mistake {
  readonly message: string;
  readonly path: readonly string[];
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
}

const report = (context: ValidationContext, nodes: ASTNode, { message, path, code, facts }: Mistake): void =>
  context.reportError(new GraphQLError(message, { nodes, path, extensions: { code, ...facts } }));

/** Fields, their arguments and their selections. */
const fieldsAsGitHub: ValidationRule = (context: ValidationContext): ASTVisitor => ({
  Field(node, _key, _parent, _path, ancestors) {
    const name = node.name.value;
    const path = pathTo(ancestors, node.alias?.value ?? name);
    const parent = context.getParentType();
    const field = context.getFieldDef();
    if (!parent) return;
    if (!field) {
      const message = `Field '${name}' doesn't exist on type '${parent.name}'`;
      report(context, node, {
        message,
        path,
        code: 'undefinedField',
        facts: { typeName: parent.name, fieldName: name },
      });
      return;
    }
    const given = (node.arguments ?? []).map((each) => each.name.value);
    for (const argument of node.arguments ?? []) {
      const argumentName = argument.name.value;
      if (field.args.some((each) => each.name === argumentName)) continue;
      const message = `Field '${name}' doesn't accept argument '${argumentName}'`;
      const facts = { name, typeName: 'Field', argumentName };
      report(context, argument, { message, path: [...path, argumentName], code: 'argumentNotAccepted', facts });
    }
    const missing = field.args.filter((each) => isRequiredArgument(each) && !given.includes(each.name));
    if (missing.length > 0) {
      const names = missing.map((each) => each.name).join(', ');
      const message = `Field '${name}' is missing required arguments: ${names}`;
      const facts = { className: 'Field', name, arguments: names };
      report(context, node, { message, path, code: 'missingRequiredArguments', facts });
    }
    const type = getNamedType(field.type);
    if (isCompositeType(type) && node.selectionSet === undefined) {
      const message = `Field must have selections (field '${name}' returns ${type.name} but has no selections. Did you mean '${name} { ... }'?)`;
      const facts = { nodeName: `field '${name}'`, typeName: type.name };
      report(context, node, { message, path, code: 'selectionMismatch', facts });
    }
    if (!isCompositeType(type) && node.selectionSet !== undefined) {
      const message = `Selections can't be made on scalars (field '${name}' returns ${type.name} but has selections)`;
      const facts = { nodeName: `field '${name}'`, typeName: type.name };
      report(context, node, { message, path, code: 'selectionMismatch', facts });
    }
  },
});

const REPLACED: ReadonlySet<ValidationRule> = new Set([
  FieldsOnCorrectTypeRule,
  KnownArgumentNamesRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
]);

export const RULES: readonly ValidationRule[] = [
  ...specifiedRules.filter((rule) => !REPLACED.has(rule)),
  fieldsAsGitHub,
];
