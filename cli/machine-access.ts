/** AWS as the person at this machine reaches it: by environment, profile, sign-on or role, which the SDK knows how to find. */
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Connect } from '../shared/aws-client.ts';

export function machineAccess(): Connect {
  const { config } = new SQSClient();
  return { region: () => config.region(), credentials: () => config.credentials() };
}
