/** From a notice in the outbox to the world: a connector for a handle, a run for a workflow. */

import type { Signal } from '@signalwright/model';
import {
  deliverWebhook,
  mailAddressOf,
  tellMail,
  tellPeople,
  type DeliveryOutcome,
  type EgressBroker,
  type MailConnector,
  type PeopleConnector,
  type Secret,
  type SignalMessage,
  type WebhookDelivery,
} from '@signalwright/outbound';
import { readSignal, type Delivery, type OutboxItem } from '@signalwright/signals';
import type { Database } from '@signalwright/store';
import { encodeSignal } from '@signalwright/wire';

import type { LiveContent } from './live-content.ts';
import { messageOf, type Teller } from './signal-message.ts';
import type { WorkflowPort } from './workflow-port.ts';

/** Where a handle leads: to people, or to a program that takes the signal itself. */
export type Connector =
  | PeopleConnector
  | {
      readonly kind: 'webhook';
      readonly url: string;
      /** Signs what is sent, so that the receiver knows where it comes from. */
      readonly signingSecret?: Secret;
    };

export interface DeliveryContext {
  readonly db: Database;
  readonly nowMs: () => number;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** The server for handles that are addresses; without it nobody gets mail. */
  readonly mail: MailConnector | undefined;
  readonly egress: EgressBroker;
  readonly teller: Teller;
  readonly content: () => LiveContent;
  /** Undefined when this org runs no workflows. */
  readonly workflows: () => WorkflowPort | undefined;
}

export function deliverNotice(context: DeliveryContext, item: OutboxItem): Promise<Delivery> {
  const { target } = item.notice;
  return target.kind === 'handle'
    ? tellHandle(context, item, target.handle)
    : startWorkflow(context, item, target.handle, target.inputs);
}

async function tellHandle(context: DeliveryContext, item: OutboxItem, handle: string): Promise<Delivery> {
  const { notice, dedupeKey } = item;
  const signal = readSignal(context.db, notice.signalId);
  if (signal === undefined) return { kind: 'failed', reason: 'The signal is gone.' };
  const connector = context.connectors.get(handle);
  const message = messageOf(signal, notice, dedupeKey, context.teller);
  const outcome =
    connector === undefined
      ? await sendMail(context, handle, message)
      : connector.kind === 'webhook'
        ? await deliverWebhook(webhookDelivery(connector, signal, item, context.nowMs()), context.egress)
        : await tellPeople(connector, message, context.egress, context.nowMs());
  return outcome.kind === 'done' ? { kind: 'done' } : outcome;
}

async function sendMail(
  { mail }: DeliveryContext,
  handle: string,
  message: SignalMessage,
): Promise<DeliveryOutcome> {
  const address = mailAddressOf(handle);
  if (address === undefined) return { kind: 'failed', reason: `No connector has the handle ${handle}.` };
  if (mail === undefined) return { kind: 'failed', reason: 'This org has no mail server.' };
  return tellMail(mail, address, message);
}

function webhookDelivery(
  { url, signingSecret }: Extract<Connector, { kind: 'webhook' }>,
  signal: Signal,
  { notice, dedupeKey }: OutboxItem,
  nowMs: number,
): WebhookDelivery {
  return {
    url,
    deliveryId: dedupeKey,
    nowMs,
    body: {
      schemaVersion: 1,
      event: `signal.${notice.reason}`,
      source: notice.source,
      severity: notice.severity,
      signal: encodeSignal(signal, 'one'),
    },
    ...(signingSecret !== undefined && { signingSecret }),
  };
}

/** Rate limits, loop guard and inputs are the runner's to judge: they hold for every way a run can start. */
async function startWorkflow(
  context: DeliveryContext,
  item: OutboxItem,
  handle: string,
  inputs: Readonly<Record<string, unknown>>,
): Promise<Delivery> {
  const { notice, dedupeKey } = item;
  const port = context.workflows();
  if (port === undefined) return { kind: 'failed', reason: 'This org runs no workflows.' };
  const live = context.content().workflows.get(handle);
  if (live === undefined) return { kind: 'failed', reason: `No workflow has the handle ${handle}.` };
  const signal = readSignal(context.db, notice.signalId);
  if (signal === undefined) return { kind: 'failed', reason: 'The signal is gone.' };
  const { cause } = notice;
  const started = await port.start({ workflow: live.workflow, signal, inputs, cause, key: dedupeKey });
  return started.ok
    ? { kind: 'done', reason: `run:${started.runId}` }
    : { kind: 'failed', reason: started.reason };
}
