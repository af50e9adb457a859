/** The two tables as plain values: the CDK app, the emulators and the tests build the same. */

type KeyAttribute = { readonly name: string; readonly type: 'S' | 'N' };

export type IndexDefinition = {
  readonly name: string;
  readonly partition: KeyAttribute;
  readonly sort: KeyAttribute;
  readonly projection: 'ALL' | 'KEYS_ONLY';
};

export type TableDefinition = {
  /** Where nobody chose another name. */
  readonly name: string;
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute | undefined;
  readonly indexes: readonly IndexDefinition[];
  /** The attribute that holds when an item expires; seconds since the epoch. */
  readonly expires?: string | undefined;
};

/** `<at>#<id>`: sorts by time, and two records of one millisecond have their order. */
const MOMENT: KeyAttribute = { name: 'moment', type: 'S' };

export const AUDIT_TABLE = {
  name: 'bowsprit-audit',
  partition: { name: 'pull', type: 'S' },
  sort: { name: 'sequence', type: 'N' },
  indexes: [
    { name: 'by-repository', partition: { name: 'repository', type: 'S' }, sort: MOMENT, projection: 'ALL' },
    { name: 'by-person', partition: { name: 'person', type: 'S' }, sort: MOMENT, projection: 'ALL' },
    { name: 'by-command', partition: { name: 'command', type: 'S' }, sort: MOMENT, projection: 'ALL' },
    { name: 'by-id', partition: { name: 'id', type: 'S' }, sort: MOMENT, projection: 'KEYS_ONLY' },
  ],
} as const satisfies TableDefinition;

export const CACHE_TABLE = {
  name: 'bowsprit-cache',
  partition: { name: 'key', type: 'S' },
  indexes: [],
  expires: 'expires',
} as const satisfies TableDefinition;

/**
 * An item may weigh 400 KB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html); the
 * rest is for names and keys.
 */
export const MAX_STORED_BYTES = 350_000;
