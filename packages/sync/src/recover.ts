/**
 * Finds out what became of the calls that an earlier apply left open: it was killed, or the outcome stayed unclear.
 * Nothing is written remotely here.
 */

import { reasonOf, type ItemContext } from './apply-item.ts';
import type { Recovery } from './apply-result.ts';
import { findSettled } from './find-owned.ts';
import type { OpenIntent } from './journal-entry.ts';
import { observeContent } from './observe.ts';
import { remoteKindOf } from './ownership-match.ts';

export async function recoverIntents(
  intents: readonly OpenIntent[],
  context: ItemContext,
): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = [];
  for (const intent of intents) {
    const found =
      intent.operation === 'create'
        ? await recoverCreate(intent, context)
        : await recoverChange(intent, context);
    recoveries.push({ address: intent.address, outcome: found.outcome, reason: found.reason });
    if (found.outcome === 'unknown') continue;
    await context.record({
      kind: 'outcome',
      target: context.target,
      address: intent.address,
      outcome: found.outcome,
      reason: found.reason,
      ...(found.left !== undefined && { left: found.left }),
      ...(found.remoteId !== undefined && { remoteId: found.remoteId }),
      ...(found.digest !== undefined && { digest: found.digest }),
    });
  }
  return recoveries;
}

interface Found {
  readonly outcome: Recovery['outcome'];
  readonly reason: string;
  readonly left?: 'disabled' | 'deleted';
  readonly remoteId?: string;
  readonly digest?: string;
}

async function recoverCreate(intent: OpenIntent, context: ItemContext): Promise<Found> {
  const search = await findSettled(intent.address, intent.atMs, context);
  switch (search.kind) {
    case 'one': {
      const { remote, digest } = search.object;
      return { outcome: 'done', reason: `found as ${remote.id}`, remoteId: remote.id, digest };
    }
    case 'none':
      return { outcome: 'not-done', reason: 'nothing carries its mark' };
    case 'several':
      return { outcome: 'unknown', reason: `several objects carry its mark: ${search.remoteIds.join(', ')}` };
    case 'unknown':
      return { outcome: 'unknown', reason: search.reason };
  }
}

async function recoverChange(intent: OpenIntent, context: ItemContext): Promise<Found> {
  const remoteId = intent.remoteId ?? '';
  const read = await context.client.objects(remoteKindOf(intent.address)).get(remoteId);
  const isDelete = intent.operation === 'delete';
  if (read.kind === 'refused' && read.error.status === 404) {
    return isDelete
      ? { outcome: 'done', reason: 'the object is gone', left: 'deleted', remoteId }
      : { outcome: 'not-done', reason: 'the object is gone' };
  }
  if (read.kind !== 'done') return { outcome: 'unknown', reason: reasonOf(read) };
  if (isDelete) return { outcome: 'not-done', reason: 'the object is there' };
  const { digest } = observeContent(read.value);
  if (digest === intent.digest) {
    const left = intent.operation === 'disable' ? { left: 'disabled' as const } : {};
    return { outcome: 'done', reason: 'the change is there', ...left, remoteId, digest };
  }
  const reason =
    digest === intent.beforeDigest ? 'the object is as it was' : 'the object was changed by somebody else';
  return { outcome: 'not-done', reason };
}
