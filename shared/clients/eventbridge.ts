/** What of the SDK the bus asks for: its package, loaded whole, has every operation of the service. */
export { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
