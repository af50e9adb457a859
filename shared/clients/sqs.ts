/** What of the SDK the queue asks for: its package, loaded whole, has every operation of the service. */
export { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
