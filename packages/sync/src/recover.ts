/**
 * Finds out what became of the calls that an earlier apply left open: it was killed, or the outcome stayed unclear.
 * Nothing is written remotely here.
 */

import type { Address } from '@signalwright/model';
import { REMOTE_KINDS } from '@signalwright/wire';
import type { ItemContext } from './apply-item.ts';
import type { Recovery } from './apply-result.ts';
import { findAllSettled, type Search } from './find-owned.ts';
import type { Intent } from './journal-entry.ts';
import { observeContent } from './observe.ts';
import { remoteKindOf } from './ownership-match.ts';
import { reasonOf } from './write-answer.ts';

export async function recoverIntents(
  intents: readonly Intent[],
  context: ItemContext,
): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = [];
  const creates = await findCreates(intents, context);
  for (const intent of intents) {
    const search = intent.operation === 'create' ? creates.get(intent.address) : undefined;
    const found = search === undefined ? await recoverChange(intent, context) : recoverCreate(search);
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

/** An apply that writes side by side leaves several open: those of a kind are looked for together. */
async function findCreates(
  intents: readonly Intent[],
  context: ItemContext,
): Promise<ReadonlyMap<Address, Search>> {
  const found = new Map<Address, Search>();
  const creates = intents.filter(({ operation }) => operation === 'create').map(({ address }) => address);
  for (const kind of REMOTE_KINDS) {
    const ofKind = creates.filter((address) => remoteKindOf(address) === kind);
    if (ofKind.length === 0) continue;
    for (const [address, search] of await findAllSettled(kind, ofKind, context)) found.set(address, search);
  }
  return found;
}

interface Found {
  readonly outcome: Recovery['outcome'];
  readonly reason: string;
  readonly left?: 'disabled' | 'deleted';
  readonly remoteId?: string;
  readonly digest?: string;
}

function recoverCreate(search: Search): Found {
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

async function recoverChange(intent: Intent, context: ItemContext): Promise<Found> {
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
