/** The deployment's settings, its own file and Prow's, beside the functions that read them. */
import { FileSystem } from 'aws-cdk-lib';
import { Code, LayerVersion, Runtime, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FunSet } from '../shared/fun/settings.ts';
import type { EnginesSet } from '../shared/pipelines/settings.ts';
import { bookFrom } from '../shared/settings/index.ts';
import type { Deployment } from './deployment.ts';

const NAME = 'bowsprit.yaml';
const PROW_FOLDER = 'prow';
const PROW_FILES = ['plugins.yaml', 'config.yaml'];

export class SettingsFile extends Construct {
  readonly layers: readonly ILayerVersion[];
  /** Where a function finds them; each is empty where there is none. */
  readonly environment: { readonly BOWSPRIT_SETTINGS: string; readonly BOWSPRIT_PROW_CONFIG: string };

  /** Logins of bots whose comments count as commands: the door, which reads no file, is given them. */
  readonly bots: readonly string[];
  /** Whether it takes deleted branches. */
  readonly deletions: boolean;
  /** What may be started elsewhere. */
  readonly engines: EnginesSet;
  /** Where fun comes from. */
  readonly fun: FunSet;

  /** @throws Error when there is no such file or folder, or for a mistake in it. */
  constructor(scope: Construct, id: string, { settings, prow }: Pick<Deployment, 'settings' | 'prow'>) {
    super(scope, id);
    const book = bookFrom({
      settingsFile: settings === '' ? undefined : settings,
      prowFolder: prow === '' ? undefined : prow,
    });
    this.bots = book.bots;
    this.deletions = book.deletions;
    ({ engines: this.engines, fun: this.fun } = book.general.settings);
    // https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    this.environment = {
      BOWSPRIT_SETTINGS: settings === '' ? '' : `/opt/${NAME}`,
      BOWSPRIT_PROW_CONFIG: prow === '' ? '' : `/opt/${PROW_FOLDER}`,
    };
    if (settings === '' && prow === '') {
      this.layers = [];
      return;
    }
    const folder = FileSystem.mkdtemp('bowsprit-settings-');
    if (settings !== '') copyFileSync(settings, join(folder, NAME));
    if (prow !== '') {
      mkdirSync(join(folder, PROW_FOLDER));
      for (const name of PROW_FILES.filter((each) => existsSync(join(prow, each)))) {
        copyFileSync(join(prow, name), join(folder, PROW_FOLDER, name));
      }
    }
    const description = 'Bowsprit: the settings of this deployment';
    this.layers = [
      new LayerVersion(this, 'Layer', {
        code: Code.fromAsset(folder),
        compatibleRuntimes: [Runtime.NODEJS_24_X],
        description,
      }),
    ];
  }
}
