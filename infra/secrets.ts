/** Secrets live in Secrets Manager; functions get their names, never their values. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export class Secrets extends Construct {
  /** One webhook secret, or two separated by a comma while it is being rotated. */
  readonly webhook: Secret;
  /** The App's private key, PEM; what is generated here only holds its place until the real one is put. */
  readonly privateKey: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.webhook = new Secret(this, 'Webhook', {
      description: 'Bowsprit: secret of the GitHub App webhook; two, comma-separated, while rotating',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.privateKey = new Secret(this, 'PrivateKey', {
      description: 'Bowsprit: private key of the GitHub App (PEM); put it with aws secretsmanager put-secret-value',
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
