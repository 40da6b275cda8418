/**
 * Takes away what has gone from content: switched off first, deleted after its time of grace. Looks before each call,
 * and again when the answer says nothing; an object that is not exactly what the plan saw stays.
 */

import type { Address } from '@signalwright/model';
import {
  encodeSwitchOff,
  readOwnership,
  switchedOff,
  type ApiOutcome,
  type RemoteObject,
} from '@signalwright/wire';
import { NOT_SENT, announce, movedReason, notDone, type ItemContext } from './apply-item.ts';
import type { ItemEnd } from './apply-result.ts';
import { observeContent } from './observe.ts';
import { carriesMark, remoteKindOf } from './ownership-match.ts';
import type { Removal } from './removals.ts';
import { isNotNow, isStale, mostWrites, reasonOf, waitForLimit } from './write-answer.ts';

export async function removeObject(removal: Removal, context: ItemContext): Promise<ItemEnd> {
  const { address, change, remote: planned } = removal;
  const api = context.client.objects(remoteKindOf(address));
  for (let attempt = 1; ; attempt += 1) {
    const read = await api.get(planned.id);
    if (read.kind === 'refused' && read.error.status === 404) return gone(removal, attempt, context);
    if (read.kind !== 'done') {
      const reason = `It cannot be read: ${reasonOf(read)}`;
      return attempt === 1 ? { kind: 'refused', reason } : { kind: 'unknown', reason };
    }
    const remote = read.value;
    const wanted = observeContent(switchedOff(remote)).digest;
    if (attempt > 1 && change.kind === 'disable' && observeContent(remote).digest === wanted) {
      return disabled(address, remote, 'found', context);
    }
    const stays = reasonToStay(removal, remote, context);
    if (stays !== undefined) {
      return attempt === 1 ? { kind: 'refused', reason: stays } : notDone(address, stays, context);
    }
    const call = announce(context, () => recordIntent(removal, remote, wanted, context));
    const answer: ApiOutcome<RemoteObject | void> =
      change.kind === 'disable'
        ? await api.update(planned.id, encodeSwitchOff(remote), call.before)
        : await api.delete(planned.id, call.before);
    if (call.isUnsent(answer)) return NOT_SENT;
    if (answer.kind === 'done') {
      if (change.kind === 'delete') return deleted(address, planned.id, 'answered', context);
      if (answer.value !== undefined && observeContent(answer.value).digest === wanted) {
        return disabled(address, answer.value, 'answered', context);
      }
    }
    if (answer.kind === 'refused' && !isNotNow(answer.error.status) && !isStale(answer.error.status)) {
      return notDone(address, reasonOf(answer), context);
    }
    await waitForLimit(answer, context);
    if (attempt >= mostWrites(answer)) return { kind: 'unknown', reason: reasonOf(answer) };
  }
}

/** It is not there: by this apply, which is what was wanted, or by somebody else, which is the same. */
function gone({ address, remote }: Removal, attempt: number, context: ItemContext): Promise<ItemEnd> {
  return deleted(address, remote.id, attempt === 1 ? 'answered' : 'found', context);
}

function reasonToStay(
  { address, change, remote: planned }: Removal,
  remote: RemoteObject,
  { stack }: ItemContext,
): string | undefined {
  if (!carriesMark(readOwnership(remote.payload), stack, address))
    return 'It does not carry our mark any more.';
  return movedReason(planned, change.before, remote);
}

async function recordIntent(
  { address, change, remote: planned }: Removal,
  remote: RemoteObject,
  wanted: string,
  context: ItemContext,
): Promise<void> {
  await context.record({
    kind: 'intent',
    target: context.target,
    planDigest: context.planDigest,
    address,
    operation: change.kind,
    digest: change.kind === 'disable' ? wanted : planned.digest,
    remoteId: planned.id,
    beforeDigest: planned.digest,
    ...(change.kind === 'delete' && { archived: remote.payload }),
  });
}

async function disabled(
  address: Address,
  remote: RemoteObject,
  how: 'answered' | 'found',
  { target, record }: ItemContext,
): Promise<ItemEnd> {
  const { digest } = observeContent(remote);
  await record({
    kind: 'outcome',
    target,
    address,
    outcome: 'done',
    left: 'disabled',
    remoteId: remote.id,
    digest,
  });
  return { kind: 'done', remoteId: remote.id, how };
}

async function deleted(
  address: Address,
  remoteId: string,
  how: 'answered' | 'found',
  { target, record }: ItemContext,
): Promise<ItemEnd> {
  await record({ kind: 'outcome', target, address, outcome: 'done', left: 'deleted', remoteId });
  return { kind: 'done', remoteId, how };
}
