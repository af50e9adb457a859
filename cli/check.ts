/** `bowsprit check`: what is wrong with the settings and the owners' files of a checkout, before anybody is asked to merge it. */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkedSettings,
  inOrder,
  misplacedSettings,
  outOfReachFindings,
  ownersFindings,
  ownersPathsIn,
  type CheckedFile,
  type Finding,
  type RepositoryKind,
} from '../shared/checkout.ts';
import { ownersOptions } from '../shared/ownership.ts';
import { ORGANIZATION_FILE, REPOSITORY_FILE, type Layer, type Where } from '../shared/settings/index.ts';
import { repositoryNamed } from './audit-filters.ts';
import {
  checkoutAt,
  fileIn,
  filesIn,
  givenFile,
  isFolder,
  prowIn,
  type Checkout,
  type ProwFolder,
} from './checkout.ts';
import { visible } from './printing.ts';
import { WrongUsage, type Verb } from './verb.ts';

export const check: Verb = {
  name: 'check',
  summary: 'What is wrong with the settings and OWNERS of a checkout.',
  usage: `[<folder>] [options]; without one, the checkout it is called in
  --as acme/widgets           which repository it is, where its remote does not say so
  --deployment <file>         the deployment's settings: checked, and with what they lock
  --organization <file>       the organization's bowsprit.yaml, likewise
  --prow <folder>             Prow's plugins.yaml and config.yaml, below all of these
  --json                      an array instead of lines

Looks at ${REPOSITORY_FILE}, at ${ORGANIZATION_FILE} of an organization's .github repository, and at every
OWNERS, OWNERS_ALIASES and CODEOWNERS: what git would commit of them, or all that lie there.`,
  async run(args, world) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        as: { type: 'string' },
        deployment: { type: 'string' },
        organization: { type: 'string' },
        prow: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (positionals.length > 1) throw new WrongUsage('One folder at a time.');
    const folder = resolve(world.folder, positionals[0] ?? '.');
    if (!(await isFolder(folder))) throw new WrongUsage(`${JSON.stringify(positionals[0] ?? '.')} is not a folder.`);
    const checkout = await checkoutAt(folder);
    const taken = takenFor(checkout, values.as);
    if (taken.kind === 'organization' && values.organization !== undefined) {
      throw new WrongUsage(
        `This is the organization's own repository: its ${ORGANIZATION_FILE} is looked at as it is.`,
      );
    }
    const { findings, checked } = await findingsIn(checkout, taken, {
      deployment: await givenFile(world.folder, values.deployment),
      organization: await givenFile(world.folder, values.organization),
      prow: values.prow === undefined ? undefined : prowIn(world.folder, values.prow),
    });
    if (values.json === true) {
      await world.print(`${JSON.stringify(findings, null, 2)}\n`);
    } else {
      const lines = findings.map(({ path, line, column, problem }) => `${path}:${line}:${column}: ${problem}`);
      await world.print([...lines, summaryOf(findings, checked, taken)].map((line) => `${visible(line)}\n`).join(''));
    }
    return findings.length === 0 ? 0 : 1;
  },
};

type Taken = { readonly kind: RepositoryKind; readonly where: Where | undefined; readonly because: string };

/** Only an organization's `.github` repository holds the organization's settings. */
function takenFor({ root, paths, where: remote }: Checkout, as: string | undefined): Taken {
  const where = as === undefined ? remote : whereIn(as);
  if (where !== undefined) {
    return { kind: kindOf(where.name), where, because: as === undefined ? 'its remote says so' : 'as it was called' };
  }
  if (basename(root) === '.github') return { kind: 'organization', where, because: 'so its folder is called' };
  if (paths.includes(ORGANIZATION_FILE) && !paths.includes(REPOSITORY_FILE)) {
    return { kind: 'organization', where, because: `${ORGANIZATION_FILE} lies in its root` };
  }
  return { kind: 'repository', where, because: 'nothing says otherwise' };
}

function kindOf(name: string): RepositoryKind {
  return name.toLowerCase() === '.github' ? 'organization' : 'repository';
}

function whereIn(text: string): Where {
  const [owner = '', name = ''] = repositoryNamed(text)
    .replace(/^[\w-]+:/, '')
    .split('/');
  return { owner, name };
}

type Given = Readonly<Record<'deployment' | 'organization', CheckedFile | undefined>> & {
  readonly prow: ProwFolder | undefined;
};
type Checked = { readonly findings: readonly Finding[]; readonly checked: number };

async function findingsIn(
  { root, paths }: Checkout,
  { kind, where }: Taken,
  { deployment, organization, prow }: Given,
): Promise<Checked> {
  const findings: Finding[] = [...(prow?.findings ?? [])];
  let checked = prow?.files ?? 0;
  let layers: readonly Layer[] = prow?.layers ?? [];
  const settle = (file: CheckedFile | undefined, layer: 'deployment' | 'organization' | 'repository'): void => {
    const settled = checkedSettings(file, layer, layers, where);
    findings.push(...settled.findings);
    layers = settled.layers;
    checked += file === undefined ? 0 : 1;
  };
  const own = async (path: string): Promise<CheckedFile | undefined> =>
    paths.includes(path) ? fileIn(root, path) : undefined;
  settle(deployment, 'deployment');
  settle(kind === 'organization' ? await own(ORGANIZATION_FILE) : organization, 'organization');
  settle(await own(REPOSITORY_FILE), 'repository');
  const { settings } = checkedSettings(undefined, 'repository', layers, where).inForce;

  const options = ownersOptions(settings);
  const owners = await filesIn(root, ownersPathsIn(paths, options));
  findings.push(
    ...misplacedSettings(paths, kind),
    ...ownersFindings(owners, options),
    ...outOfReachFindings(owners, options),
  );
  return { findings: inOrder(findings), checked: checked + owners.length };
}

function summaryOf(findings: readonly Finding[], checked: number, { kind, where, because }: Taken): string {
  const name = where === undefined ? 'the checkout' : `${where.owner}/${where.name}`;
  const what = kind === 'organization' ? "an organization's .github repository" : 'an ordinary repository';
  const looked = `${counted(checked, 'file')} of ${name}, taken for ${what} (${because}).`;
  if (findings.length === 0) return `Nothing wrong in ${looked}`;
  const lost = new Set(findings.flatMap(({ path, breaks }) => (breaks ? [path] : [])));
  const effect = lost.size === 0 ? '' : ` ${counted(lost.size, 'file')} would not take effect.`;
  return `${counted(findings.length, 'mistake')} in ${looked}${effect}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
