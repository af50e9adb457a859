/** Keys of ours that say where Prow has the same: what stands there, as our file would say it. */
import { code, spelledInFiles, type Setting, type Shape } from '../../language/index.ts';
import { isOrganization, organizationOf, type Scope } from './enabled.ts';
import { flagIn, isNothing, numberIn, textIn } from './scalars.ts';
import type { Node, Pair } from './yaml.ts';

/** Undefined scope: everywhere. */
export type Taken = { readonly scope: Scope | undefined; readonly value: unknown; readonly node: Node };
/** What stands there and cannot be taken over. */
export type Untaken = { readonly problem: string; readonly node: Node };

/** All that a file says for one key of ours. */
export function takenFrom(content: Node, setting: Setting): readonly (Taken | Untaken)[] {
  const { prow, shape } = setting;
  if (prow === undefined) return [];
  const found = foundAt(content, prow.at.split('.'), undefined);
  const taken = found.flatMap(({ scope, node, entry: silent }): readonly (Taken | Untaken)[] => {
    if (node === undefined) return [{ scope, value: unset(setting), node: silent }];
    if (isNothingAt(node)) return [];
    // Prow lists where it is so.
    if (shape.is === 'on-off' && node.is === 'list') {
      return node.entries.flatMap((entry) =>
        entry.is === 'scalar' ? [{ scope: textIn(entry), value: prow.negated !== true, node: entry }] : [],
      );
    }
    const read = valueOf(shape, node);
    if (read === undefined) return [];
    if ('problem' in read) return [{ problem: read.problem, node }];
    const value = prow.negated === true ? read.value !== true : read.value;
    return [{ scope, value, node }];
  });
  return taken;
}

/** What Prow has where an entry says nothing: zero, which for everything but a switch is our default. */
function unset({ shape, byDefault, prow }: Setting): unknown {
  return shape.is === 'on-off' ? prow?.negated === true : byDefault;
}

type Found = { readonly scope: Scope | undefined } & (
  { readonly node: Node; readonly entry?: never } | { readonly node: undefined; readonly entry: Node }
);

/** Nothing at a scope: an entry for it is there, and takes the place of a wider one without saying this key. */
function foundAt(node: Node, [segment, ...rest]: readonly string[], scope: Scope | undefined): readonly Found[] {
  if (segment === undefined) return [{ scope, node }];
  if (segment === '*') {
    if (node.is !== 'map') return [];
    return node.pairs.flatMap(({ key, value }) => {
      const name = textIn(key);
      return foundAt(value, rest, name === '' || name === '*' ? undefined : name);
    });
  }
  const name = segment.replace(/\[\]$/, '');
  const inside = fieldOf(node, name);
  if (inside === undefined) return scope === undefined ? [] : [{ scope, node: undefined, entry: node }];
  if (name === segment) return foundAt(inside, rest, scope);
  return inside.is === 'list' ? firstOf(inside.entries, rest) : [];
}

/** The first entry that names a repository or organization counts for it, and no other. */
function firstOf(entries: readonly Node[], rest: readonly string[]): readonly Found[] {
  const found = new Map<Scope, readonly Found[]>();
  for (const entry of entries) {
    for (const scope of scopesOf(entry)) if (!found.has(scope)) found.set(scope, foundAt(entry, rest, scope));
  }
  const said = new Set(
    [...found].filter(([, each]) => each.some(({ node }) => node !== undefined)).map(([scope]) => scope),
  );
  // That an entry is silent matters only where it hides what its organization says.
  return [...found].flatMap(([scope, each]) =>
    each.filter(({ node }) => node !== undefined || (!isOrganization(scope) && said.has(organizationOf(scope)))),
  );
}

function scopesOf(entry: Node): readonly Scope[] {
  const repos = fieldOf(entry, 'repos');
  if (repos?.is === 'list') return repos.entries.flatMap((each) => (each.is === 'scalar' ? [textIn(each)] : []));
  const [organization, repository] = [wordAt(entry, 'org'), wordAt(entry, 'repo')];
  if (organization === '') return [];
  return [repository === '' ? organization : `${organization}/${repository}`];
}

function wordAt(node: Node, name: string): string {
  const field = fieldOf(node, name);
  return field?.is === 'scalar' ? textIn(field) : '';
}

/** As Prow finds it: by its name, else in any case; the last one counts. */
export function fieldOf(node: Node, name: string): Node | undefined {
  return pairOf(node, name)?.value;
}

export function pairOf(node: Node, name: string): Pair | undefined {
  if (node.is !== 'map') return undefined;
  const lower = name.toLowerCase();
  return (
    node.pairs.findLast(({ key }) => key.text === name) ??
    node.pairs.findLast(({ key }) => key.text.toLowerCase() === lower)
  );
}

function isNothingAt(node: Node): boolean {
  return node.is === 'scalar' && isNothing(node);
}

type Read = { readonly value: unknown } | { readonly problem: string } | undefined;

/** As our file would say it; undefined: as good as not said. */
function valueOf(shape: Shape, node: Node): Read {
  switch (shape.is) {
    case 'on-off': {
      const value = node.is === 'scalar' ? flagIn(node) : undefined;
      return value === undefined ? { problem: 'It must be true or false here.' } : { value };
    }
    case 'number': {
      const value = node.is === 'scalar' ? numberIn(node) : undefined;
      // To Prow, 0 is what was left out.
      if (value === 0) return undefined;
      const fits = value !== undefined && Number.isInteger(value) && value >= shape.least && value <= shape.most;
      return fits ? { value } : { problem: `It must be a whole number from ${shape.least} to ${shape.most} here.` };
    }
    case 'choice':
    case 'text':
    case 'pattern': {
      if (node.is !== 'scalar') return { problem: 'It must be text here.' };
      const value = textIn(node);
      if (shape.is === 'choice' && !shape.of.includes(value)) {
        return { problem: `${code(value)} is none of ${shape.of.map(code).join(', ')}.` };
      }
      if (shape.is === 'text' && !shape.fits.test(value)) return { problem: `${code(value)} is not ${shape.what}.` };
      return value === '' && shape.is === 'pattern' ? undefined : { value };
    }
    case 'list': {
      if (node.is !== 'list') return { problem: 'It must be a list here.' };
      if (node.entries.length > shape.most)
        return { problem: `It has more than the ${shape.most} entries that are allowed here.` };
      return gathered(
        node.entries.map((entry) => valueOf(shape.of, entry)),
        (values) => values,
      );
    }
    case 'group': {
      const names = Object.keys(shape.of).flatMap((key) => {
        const [spelled, field] = [spelledInFiles(key), fieldOf(node, spelledInFiles(key))];
        const of = shape.of[key];
        return of === undefined || field === undefined || isNothingAt(field)
          ? []
          : [{ key, spelled, read: valueOf(of, field) }];
      });
      const lacking = shape.required.find((key) => !names.some((each) => each.key === key));
      if (lacking !== undefined) return { problem: `It lacks ${code(spelledInFiles(lacking))}.` };
      const said = names.filter(({ read }) => read !== undefined);
      return gathered(
        said.map(({ read }) => read),
        (values) => Object.fromEntries(said.map(({ spelled }, index) => [spelled, values[index]])),
      );
    }
    default:
      return { problem: 'Who may is said in another way here.' };
  }
}

function gathered(parts: readonly Read[], together: (values: readonly unknown[]) => unknown): Read {
  const values: unknown[] = [];
  for (const part of parts) {
    if (part === undefined) continue;
    if ('problem' in part) return part;
    values.push(part.value);
  }
  return { value: together(values) };
}
