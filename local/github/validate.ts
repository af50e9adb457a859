/**
 * The referee: holds every request, answer and webhook to GitHub's published OpenAPI description, cut to what the box
 * serves (schema/github.json). Beyond the schemas, which allow any extra field, a field or query parameter that GitHub
 * does not document is a violation too: a client must not come to lean on what only the box has.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import type { CutOperation, CutSchema, GitHubSchema } from './schema/cut-schema.ts';
import { EXCEPTIONS, type Side } from './schema/exceptions.ts';

export interface Violation {
  readonly side: Side;
  /** The operation as in GitHub's description, or `WEBHOOK <event>.<action>`. */
  readonly subject: string;
  /** Where in the body, as a JSON pointer; `?name` for a query parameter. */
  readonly where: string;
  readonly problem: string;
}

export interface RequestToCheck {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed body, undefined where there was none. */
  readonly body: unknown;
}

export interface Referee {
  request(seen: RequestToCheck): Violation[];
  /** `body` is undefined for an answer without one; text and bytes (raw files, diffs) have no schema and pass. */
  answer(operation: string, status: number, body: unknown): Violation[];
  webhook(event: string, action: string | undefined, payload: unknown): Violation[];
  /** True where GitHub's description, as cut, has the operation or it is a listed exception. */
  knows(operation: string): boolean;
}

const SCHEMA_FILE = join(import.meta.dirname, 'schema/github.json');
const MAX_PROBLEMS_PER_BODY = 20;
const ANY_ERROR: CutSchema = {
  anyOf: ['basic-error', 'validation-error', 'validation-error-simple'].map((name) => ({
    $ref: `github#/$defs/${name}`,
  })),
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const judged = (violations: readonly Violation[]): Violation[] =>
  violations.filter(
    ({ side, subject, where }) =>
      !EXCEPTIONS.some(
        (each) =>
          each.side === side && each.subject.test(subject) && (each.where === undefined || each.where.test(where)),
      ),
  );

const missing = (side: Side, subject: string): Violation[] =>
  judged([{ side, subject, where: '', problem: "not in the cut of GitHub's description" }]);

/** The description is checked where it is cut, and most validators judge a few bodies: neither is worth more time. */
const THRIFTY = {
  strict: false,
  meta: false,
  validateSchema: false,
  inlineRefs: false,
  code: { optimize: false },
} as const;

const described = (): GitHubSchema & { readonly ajv: Ajv; readonly coercing: Ajv } => {
  // The file is written by schema/cut.ts and committed; its type is that script's.
  const schema: GitHubSchema = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'));
  const judge = (options: Options): Ajv => {
    const made = new Ajv({ ...THRIFTY, ...options });
    // ajv-formats is CommonJS: under Node's ESM its function is the `default` of the module object.
    addFormatsModule.default(made);
    return made.addSchema({ $id: 'github', $defs: schema.$defs });
  };
  return { ...schema, ajv: judge({ allErrors: true }), coercing: judge({ coerceTypes: 'array' }) };
};

let only: Referee | undefined;

/** One for all boxes of a process: it remembers no box, and what it has compiled serves the next one too. */
export function referee(): Referee {
  return (only ??= referring());
}

/** Reads the description when it is first asked for, and compiles an operation's validators at their first use. */
function referring(): Referee {
  let read: ReturnType<typeof described> | undefined;
  const github = (): ReturnType<typeof described> => (read ??= described());

  const compiled = new Map<CutSchema, ValidateFunction>();
  const validatorOf = (part: CutSchema, by: Ajv): ValidateFunction => {
    const known = compiled.get(part);
    if (known !== undefined) return known;
    const made = by.compile({ ...part });
    compiled.set(part, made);
    return made;
  };

  const followed = new WeakMap<object, CutSchema[]>();
  /** The schemas that `part` is made of, references and alternatives followed. */
  const alternatives = (part: unknown): CutSchema[] => {
    if (!isRecord(part)) return [];
    const before = followed.get(part);
    if (before !== undefined) return before;
    const { $ref: reference } = part;
    const parts = [part['allOf'], part['anyOf']].flatMap((each) => (Array.isArray(each) ? each : []));
    const made =
      typeof reference === 'string'
        ? alternatives(github().$defs[reference.slice('github#/$defs/'.length)])
        : [part, ...parts.flatMap(alternatives)];
    followed.set(part, made);
    return made;
  };

  /** Fields that none of the alternatives documents. An object for which nothing is documented may hold anything. */
  function* undocumented(value: unknown, part: unknown, where: string): Generator<string> {
    if (typeof value !== 'object' || value === null) return;
    const schemas = alternatives(part);
    if (Array.isArray(value)) {
      const items = schemas.map((each) => each['items']).filter((each) => each !== undefined);
      if (items.length === 0) return;
      const item = { anyOf: items };
      for (const [index, each] of value.entries()) yield* undocumented(each, item, `${where}/${index}`);
    } else if (isRecord(value)) {
      const documented = schemas.map((each) => each['properties']).filter(isRecord);
      const open = schemas.map((each) => each['additionalProperties']).filter((each) => each !== undefined);
      if (documented.every((each) => Object.keys(each).length === 0)) return;
      for (const [key, each] of Object.entries(value)) {
        const known = documented.filter((properties) => Object.hasOwn(properties, key)).map((all) => all[key]);
        if (known.length > 0) yield* undocumented(each, { anyOf: known }, `${where}/${key}`);
        else if (open.every((extra) => extra === false)) yield `${where}/${key}`;
      }
    }
  }

  const bodyProblems = (side: Side, subject: string, body: unknown, part: CutSchema): Violation[] => {
    const validate = validatorOf(part, github().ajv);
    const wrong = validate(body)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message, params }) => ({
          side,
          subject,
          where: instancePath,
          problem: `${message ?? 'does not fit'} ${JSON.stringify(params)}`,
        }));
    const extra = [...undocumented(body, part, '')].map((where) => ({ side, subject, where, problem: 'undocumented' }));
    return [...wrong, ...extra].slice(0, MAX_PROBLEMS_PER_BODY);
  };

  return {
    knows: (operation) => github().operations[operation] !== undefined || missing('answer', operation).length === 0,

    request({ operation, params, query, body }) {
      const known = github().operations[operation];
      if (known === undefined) return missing('request', operation);
      const problem = (where: string, text: string): Violation => ({
        side: 'request',
        subject: operation,
        where,
        problem: text,
      });
      const found: Violation[] = [];
      const checked = (parameter: CutOperation['parameters'][number], value: string | readonly string[]): void => {
        const holder = { value };
        const validate = validatorOf(parameter.schema, github().coercing);
        // Coercion ("2" to 2) writes into the parent, so the value is judged through one.
        if (validate(value, { instancePath: '', parentData: holder, parentDataProperty: 'value', rootData: holder, dynamicAnchors: {} })) return; // prettier-ignore
        found.push(problem(`?${parameter.name}`, validate.errors?.[0]?.message ?? 'does not fit'));
      };
      for (const parameter of known.parameters) {
        const given = parameter.in === 'path' ? params[parameter.name] : query.get(parameter.name);
        if (given !== null && given !== undefined) checked(parameter, given);
        else if (parameter.required && parameter.in === 'query')
          found.push(problem(`?${parameter.name}`, 'is required'));
      }
      const names = new Set(known.parameters.filter((each) => each.in === 'query').map((each) => each.name));
      for (const name of new Set(query.keys())) {
        if (!names.has(name)) found.push(problem(`?${name}`, 'undocumented'));
      }
      if (known.body !== undefined && (body !== undefined || known.body.required)) {
        found.push(...bodyProblems('request', operation, body ?? {}, known.body.schema));
      } else if (isRecord(body) && Object.keys(body).length > 0) found.push(problem('', 'takes no body'));
      return judged(found);
    },

    answer(operation, status, body) {
      const known = github().operations[operation];
      if (known === undefined) return missing('answer', operation);
      const part = known.answers[String(status)];
      if (typeof body === 'string' || body instanceof Uint8Array) return [];
      if ((part === undefined || part === null) && status >= 400) {
        // GitHub documents only some of an operation's errors, some without their body; all of them have this shape.
        return body === undefined ? [] : judged(bodyProblems('answer', operation, body, ANY_ERROR));
      }
      const problem = (text: string): Violation => ({
        side: 'answer',
        subject: operation,
        where: '',
        problem: `${status}: ${text}`,
      });
      if (part === undefined) return judged([problem('status not documented')]);
      if (part === null) return judged(body === undefined ? [] : [problem('has no body')]);
      if (body === undefined) return judged([problem('needs a body')]);
      return judged(bodyProblems('answer', operation, body, part));
    },

    webhook(event, action, payload) {
      const subject = `WEBHOOK ${event}${action === undefined ? '' : `.${action}`}`;
      // GitHub's description names this one after an example: its action is whatever the dispatcher chose.
      const name =
        event === 'repository_dispatch'
          ? 'repository-dispatch-sample.collected'
          : [event, ...(action === undefined ? [] : [action])].join('-').replaceAll('_', '-');
      const part = github().webhooks[name];
      if (part === undefined) return missing('webhook', subject);
      return judged(bodyProblems('webhook', subject, payload, part));
    },
  };
}
