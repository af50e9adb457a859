/** What of the SDK the secrets ask for: its package, loaded whole, has every operation of the service. */
export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
