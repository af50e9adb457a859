/** Values as DynamoDB writes them in JSON: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */

export type Item = Readonly<Record<string, unknown>>;

/** What is undefined is left out. @throws Error where the table knows no such value: ours to mend. */
export function attributesOf(values: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, attributeOf(value)]])),
  );
}

function attributeOf(value: unknown): Readonly<Record<string, unknown>> {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'boolean':
      return { BOOL: value };
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`no table holds ${value}`);
      return { N: String(value) };
    case 'object':
      return objectOf(value);
    default:
      throw new Error(`no table holds a ${typeof value}`);
  }
}

function objectOf(value: object | null): Readonly<Record<string, unknown>> {
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return { L: list.filter((each) => each !== undefined).map(attributeOf) };
  }
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
    throw new Error(`no table holds a ${value.constructor.name}`);
  return { M: attributesOf({ ...value }) };
}

export function valuesIn(attributes: object): Item {
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, valueIn(attribute)]));
}

/** @throws Error on what we never write: sets, and numbers that no number of ours holds. */
function valueIn(attribute: unknown): unknown {
  if (!isObject(attribute)) throw new Error('not a value of a table');
  const [[type, held] = ['nothing', undefined]]: [string, unknown][] = Object.entries(attribute);
  if (type === 'S' && typeof held === 'string') return held;
  if (type === 'N' && typeof held === 'string') return numberIn(held);
  if (type === 'BOOL' && typeof held === 'boolean') return held;
  if (type === 'NULL') return null;
  if (type === 'B' && typeof held === 'string') return new Uint8Array(Buffer.from(held, 'base64'));
  if (type === 'L' && Array.isArray(held)) return held.map(valueIn);
  if (type === 'M' && isObject(held)) return valuesIn(held);
  throw new Error(`not a value of a table that we write: ${type}`);
}

function numberIn(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number)))
    throw new Error(`not a number that we write: ${text}`);
  return number;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
