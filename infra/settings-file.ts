/** The deployment's settings file, beside the functions that read it. */
import { FileSystem } from 'aws-cdk-lib';
import { Code, LayerVersion, Runtime, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { bookFrom } from '../shared/settings/index.ts';

const NAME = 'bowsprit.yaml';

export class SettingsFile extends Construct {
  readonly layers: readonly ILayerVersion[];
  /** Where a function finds it; empty where there is none. */
  readonly path: string;

  /** Logins of bots whose comments count as commands: the door, which reads no file, is given them. */
  readonly bots: readonly string[];

  /** @throws Error when there is no such file, or for a mistake in it. */
  constructor(scope: Construct, id: string, file: string) {
    super(scope, id);
    this.bots = bookFrom({ settingsFile: file === '' ? undefined : file }).bots;
    if (file === '') {
      this.layers = [];
      this.path = '';
      return;
    }
    const folder = FileSystem.mkdtemp('bowsprit-settings-');
    copyFileSync(file, join(folder, NAME));
    const description = 'Bowsprit: the settings of this deployment';
    this.layers = [
      new LayerVersion(this, 'Layer', {
        code: Code.fromAsset(folder),
        compatibleRuntimes: [Runtime.NODEJS_24_X],
        description,
      }),
    ];
    // https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    this.path = `/opt/${NAME}`;
  }
}
