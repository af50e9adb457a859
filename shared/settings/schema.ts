/** The schema of settings files, made of the declared keys: validation, editor completion and the README table read it. */
import * as z from 'zod/mini';
import { code, ROLES, spelledInFiles, type Setting, type Shape } from '../language/index.ts';
import { builtInRequirement, declaredKeys, sections } from './declared.ts';

/** Whose file it is: each kind knows the keys of the one below it, and who may be told apart in it. */
export type FileKind = 'deployment' | 'organization' | 'repository';

const MAX_LOCKED = 200;
/** Accounts and repositories with settings of their own in one file. */
export const MAX_PLACES = 5_000;
const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/;
const REPOSITORY = /^[A-Za-z0-9._-]{1,100}$/;
const FULL_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/[A-Za-z0-9._-]{1,100}$/;

/** `org/team`, or a team of the organization that owns the repository. */
const TEAM = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}(?:\/[A-Za-z0-9][A-Za-z0-9_-]{0,99})?$/;
const STANDINGS = [
  'anyone',
  'author',
  'reviewer',
  'approver',
  'root-approver',
  'collaborator',
  'member',
  'trusted',
] as const;

/** A requirement as it is written; a list is met by any of its members. */
export const whoIs: z.ZodMiniType = z.lazy(() =>
  z.union(
    [
      z.enum(STANDINGS),
      z.strictObject({
        team: z.string().check(z.regex(TEAM, { error: 'must be a team, as `release` or `acme/release`' })),
      }),
      z.strictObject({ role: z.enum(ROLES.filter((each) => each !== 'none')) }),
      z.strictObject({ not: whoIs }),
      z.strictObject({ any: someone }),
      z.strictObject({ all: someone }),
      someone,
    ],
    {
      error: `must be who may: ${STANDINGS.map(code).join(', ')}, \`{ team: name }\`, \`{ role: write }\`, \`{ not: … }\`, \`{ all: […] }\`, or a list of which one suffices`,
    },
  ),
);
const MAX_SOMEONE = 20;
const someone = z.array(whoIs).check(z.minLength(1), z.maxLength(MAX_SOMEONE));

function schemaOf(shape: Shape): z.ZodMiniType {
  switch (shape.is) {
    case 'on-off':
      return z.boolean();
    case 'choice':
      return z.enum([...shape.of]);
    case 'number':
      return z.int().check(z.gte(shape.least), z.lte(shape.most));
    case 'text':
      return z.string().check(z.regex(shape.fits, { error: `must be ${shape.what}` }));
    case 'pattern':
      return z.string().check(z.minLength(1));
    case 'who':
      return whoIs;
    case 'list':
      return z.array(schemaOf(shape.of)).check(z.maxLength(shape.most));
    default: {
      const { required, of } = shape;
      return z.strictObject(
        Object.fromEntries(
          Object.entries(of).map(([key, each]) => [
            spelledInFiles(key),
            required.includes(key) ? schemaOf(each) : z.optional(schemaOf(each)),
          ]),
        ),
      );
    }
  }
}

function settingSchema({ shape, byDefault, summary }: Setting): z.ZodMiniType {
  const written = inFile(shape, byDefault);
  const meta = { description: summary, ...(written === undefined ? {} : { default: written }) };
  return z.optional(schemaOf(shape).check(z.meta(meta)));
}

function sectionSchemas(kind: FileKind): Record<string, z.ZodMiniType> {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([name, { keys }]) => {
      const known = Object.entries(keys).filter(([, { scope }]) => scope === 'anywhere' || kind === 'deployment');
      if (known.length === 0) return [];
      const each = z.strictObject(
        Object.fromEntries(known.map(([key, declared]) => [spelledInFiles(key), settingSchema(declared)])),
      );
      return [[spelledInFiles(name), z.optional(each)]];
    }),
  );
}

const LOCKED = 'Keys or whole groups that later files cannot change: `merge.method`, `allow`.';
const locked = z.optional(
  z.array(z.string()).check(z.maxLength(MAX_LOCKED), z.meta({ description: LOCKED, default: [] })),
);

/** Names are checked where they are read, so that what is said of them names them. */
function placesOf(of: z.ZodMiniType, description: string): z.ZodMiniType {
  return z.optional(z.record(z.string(), z.nullish(of)).check(z.meta({ description })));
}

function fileSchema(kind: FileKind): z.ZodMiniType<Record<string, unknown>> {
  const own = sectionSchemas(kind);
  const below = z.strictObject(sectionSchemas('repository'));
  switch (kind) {
    case 'repository':
      return z.strictObject(own);
    case 'organization':
      return z.strictObject({
        ...own,
        locked,
        repositories: placesOf(below, 'Settings of single repositories, by their names.'),
      });
    default:
      return z.strictObject({
        ...own,
        locked,
        organizations: placesOf(
          z.strictObject({ ...sectionSchemas('organization'), locked }),
          'Settings of single organizations, by their names.',
        ),
        repositories: placesOf(below, 'Settings of single repositories, by `organization/repository`.'),
      });
  }
}

const schemas = new Map<FileKind, z.ZodMiniType<Record<string, unknown>>>();

/** Built when the first file of the kind is read: most processes read none. */
export function schemaFor(kind: FileKind): z.ZodMiniType<Record<string, unknown>> {
  const schema = schemas.get(kind) ?? fileSchema(kind);
  schemas.set(kind, schema);
  return schema;
}

/** Places that a file may tell apart, the form of their names, and what it is called. */
export const PLACES = {
  organizations: { deployment: { fits: ACCOUNT, what: 'the name of an organization' }, organization: undefined },
  repositories: {
    deployment: { fits: FULL_NAME, what: 'a repository with its organization, as `acme/widgets`' },
    organization: { fits: REPOSITORY, what: 'the name of a repository, without its organization' },
  },
} as const;

/** A default as it would be written in a file. */
export function inFile(shape: Shape, value: unknown): unknown {
  if (shape.is === 'list' && Array.isArray(value)) return value.map((each) => inFile(shape.of, each));
  if (shape.is !== 'group' || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      const of = shape.of[key];
      return of === undefined ? [] : [[spelledInFiles(key), inFile(of, each)]];
    }),
  );
}

export type SettingRow = {
  readonly key: string;
  /** As written in a file, or in words where it is no one value. */
  readonly byDefault:
    { readonly is: 'value'; readonly value: unknown } | { readonly is: 'words'; readonly words: string };
  readonly summary: string;
  /** Only the deployment may set it. */
  readonly deploymentOnly: boolean;
};

/** Every setting by its path, `hold.lifted_by`, in the order of the schema. */
export function settingRows(): readonly SettingRow[] {
  return declaredKeys.map((declared) => {
    const { shape, byDefault, summary, scope } = declared.setting;
    const built = builtInRequirement(declared);
    return {
      key: declared.name,
      byDefault: built === undefined ? { is: 'value', value: inFile(shape, byDefault) } : { is: 'words', words: built },
      summary,
      deploymentOnly: scope === 'deployment',
    };
  });
}
