/** Secrets live in Secrets Manager; functions get their names, never their values. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { WorkerEnvironment } from '../shared/config.ts';

type Minting =
  | Required<Pick<Extract<WorkerEnvironment, { GITHUB_APP_KMS_KEY_ID: string }>, 'GITHUB_APP_KMS_KEY_ID'>>
  | Required<
      Pick<Extract<WorkerEnvironment, { GITHUB_APP_PRIVATE_KEY_SECRET_ID: string }>, 'GITHUB_APP_PRIVATE_KEY_SECRET_ID'>
    >;

export class Secrets extends Construct {
  /** One webhook secret, or two separated by a comma while it is being rotated. */
  readonly webhook: Secret;
  /**
   * The App's private key, PEM; what is generated here only holds its place until the real one is put. Undefined where a key
   * in KMS signs instead, which nobody can read.
   */
  readonly privateKey: Secret | undefined;
  private readonly signingKey: IKey | undefined;

  constructor(scope: Construct, id: string, { githubAppKmsKey }: { readonly githubAppKmsKey: string }) {
    super(scope, id);
    this.webhook = new Secret(this, 'Webhook', {
      description: 'Bowsprit: secret of the GitHub App webhook; two, comma-separated, while rotating',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    if (githubAppKmsKey !== '') {
      this.signingKey = Key.fromKeyArn(this, 'SigningKey', githubAppKmsKey);
      return;
    }
    this.privateKey = new Secret(this, 'PrivateKey', {
      description: 'Bowsprit: private key of the GitHub App (PEM); put it with aws secretsmanager put-secret-value',
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** For those who mint tokens, and for nobody else: one secret to read, or one key to sign with. */
  grantMinting(grantee: IGrantable): void {
    this.privateKey?.grantRead(grantee);
    this.signingKey?.grant(grantee, 'kms:Sign');
  }

  /** How they find it. */
  get minting(): Minting {
    if (this.signingKey !== undefined) return { GITHUB_APP_KMS_KEY_ID: this.signingKey.keyArn };
    return { GITHUB_APP_PRIVATE_KEY_SECRET_ID: this.privateKey?.secretName ?? '' };
  }
}
