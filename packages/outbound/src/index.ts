/** Everything that leaves the process: egress rules, secrets and their redaction, connectors. */

export { type Fact, type SignalMessage } from './connectors/message.ts';
export { mailAddressOf, tellMail, type MailConnector } from './connectors/mail.ts';
export { originOf, tellPeople, type PeopleConnector } from './connectors/tell.ts';
export { type DeliveryOutcome } from './delivery.ts';
export { isPublicAddress } from './address.ts';
export { parseAllowList, type AllowedHost, type AllowListResult } from './allow-list.ts';
export {
  DEADLINE_MS,
  openEgress,
  REDIRECTS_MAX,
  REQUEST_MAX_BYTES,
  RESPONSE_MAX_BYTES,
  type EgressBroker,
  type EgressOptions,
  type Resolve,
} from './egress.ts';
export { EgressError, fetchThrough } from './fetch-through.ts';
export {
  type EgressOutcome,
  type EgressRequest,
  type EgressResponse,
  type FailureReason,
  type RefusalReason,
} from './outcome.ts';
export { redactor, type Redactor } from './redact.ts';
export { RETRY_AFTER_MAX_MS, retryAfterMs } from './retry-after.ts';
export { MASK, Secret, type SecretOptions } from './secret.ts';
export {
  deliverWebhook,
  isSignedBy,
  SIGNATURE_TOLERANCE_MS,
  signatureHeaders,
  WEBHOOK_MAX_BYTES,
  type WebhookDelivery,
} from './webhook.ts';
