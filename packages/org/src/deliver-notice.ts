/** From a notice in the outbox to the world: a connector for a handle, a run for a workflow. */

import type { Signal } from '@signalwright/model';
import {
  deliverWebhook,
  tellPeople,
  type EgressBroker,
  type PeopleConnector,
  type Secret,
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
  const connector = context.connectors.get(handle);
  if (connector === undefined) return { kind: 'failed', reason: `No connector has the handle ${handle}.` };
  const { notice, dedupeKey } = item;
  const signal = readSignal(context.db, notice.signalId);
  if (signal === undefined) return { kind: 'failed', reason: 'The signal is gone.' };
  const outcome =
    connector.kind === 'webhook'
      ? await deliverWebhook(webhookDelivery(connector, signal, item, context.nowMs()), context.egress)
      : await tellPeople(
          connector,
          messageOf(signal, notice, dedupeKey, context.teller),
          context.egress,
          context.nowMs(),
        );
  return outcome.kind === 'done' ? { kind: 'done' } : outcome;
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
