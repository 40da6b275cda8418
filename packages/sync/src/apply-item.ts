/**
 * Carries out one item of a plan. The order never changes: look, write the intent, call, look again if the answer
 * says nothing, write the outcome. A create is called again only after a search has found nothing.
 */

import { unreachable, type Address, type Payload } from '@signalwright/model';
import {
  encodeCreate,
  encodeUpdate,
  readOwnership,
  type ApiOutcome,
  type BeforeSend,
  type RemoteObject,
} from '@signalwright/wire';
import type { ItemEnd } from './apply-result.ts';
import { diffFields } from './diff-fields.ts';
import { findOwned, findSettled, type Search, type SearchContext } from './find-owned.ts';
import type { SyncEntry } from './journal-entry.ts';
import { observeContent } from './observe.ts';
import { carriesMark, remoteKindOf } from './ownership-match.ts';
import type { RemoteState } from './remote-state.ts';
import { isNotNow, isStale, mostWrites, reasonOf, waitForLimit } from './write-answer.ts';

export interface ItemContext extends SearchContext {
  readonly planDigest: string;
  readonly target: string;
  /** Resolves when the entry is durable. */
  readonly record: (entry: SyncEntry) => Promise<void>;
  /** Before the intent of each call that writes, and once more before the call. @throws LeaseLost when somebody else may be writing by now */
  readonly hold: () => Promise<void>;
}

/** A call that is announced in the journal right before it is sent: no wait for a limit lies between the two. */
export interface Announced {
  readonly before: BeforeSend;
  /** Whether the client gave up before its turn came. @throws for an answer to a call that nobody announced */
  readonly isUnsent: (answer: ApiOutcome<unknown>) => boolean;
}

export function announce({ hold }: ItemContext, intent: () => Promise<void>): Announced {
  let isSent = false;
  return {
    before: async () => {
      await hold();
      await intent();
      // The record may have taken as long as a lease lasts: a machine sleeps, a process is stopped. An intent without a
      // call is found out about by the next apply, a second object is not.
      await hold();
      isSent = true;
    },
    isUnsent: (answer) => {
      if (!isSent && answer.kind !== 'unknown')
        throw new Error('A call was sent that is not in the journal.');
      return !isSent;
    },
  };
}

export const NOT_SENT: ItemEnd = { kind: 'skipped', reason: 'Interrupted before its call.' };

/** A remote write with everything that it needs. */
export interface Write {
  readonly address: Address;
  /** Create body. */
  readonly body: Payload;
  /** Normal form of the body, and its digest. */
  readonly content: Payload;
  readonly digest: string;
}

/** @param found what carries the mark, as listed at the start of the apply */
export async function createObject(write: Write, found: Search, context: ItemContext): Promise<ItemEnd> {
  const existing = judgeExisting(write, found);
  if (existing !== undefined) return existing;
  for (let attempt = 1; ; attempt += 1) {
    const kind = remoteKindOf(write.address);
    const call = announce(context, () => recordIntent(write, 'create', undefined, context));
    const answer = await context.client.objects(kind).create(encodeCreate(kind, write.body), call.before);
    if (call.isUnsent(answer)) return NOT_SENT;
    if (answer.kind === 'done' && carriesOurMark(write, answer.value, context)) {
      return settle(write, answer.value, 'answered', context);
    }
    const reason = reasonOf(answer);
    if (answer.kind === 'refused' && !isNotNow(answer.error.status))
      return notDone(write.address, reason, context);
    await waitForLimit(answer, context);
    // A refusal is an answer: one look suffices. Silence is none: lists may still lag behind what was done.
    const search =
      answer.kind === 'refused'
        ? await findOwned(write.address, context)
        : await findSettled(write.address, context);
    if (search.kind === 'one') return settle(write, search.object.remote, 'found', context);
    if (search.kind !== 'none') return { kind: 'unknown', reason: `${reason}; ${describeSearch(search)}` };
    // The search is the proof that the call left nothing: only now may it be repeated.
    const end = await notDone(write.address, reason, context);
    if (attempt >= mostWrites(answer)) return end;
  }
}

/** An object that is there although the plan says create: done by an earlier apply, or somebody else's doing. */
function judgeExisting(write: Write, found: Search): ItemEnd | undefined {
  if (found.kind === 'none') return undefined;
  if (found.kind !== 'one') return { kind: 'refused', reason: describeSearch(found) };
  const { remote, digest } = found.object;
  if (digest === write.digest) return { kind: 'unchanged', remoteId: remote.id };
  return {
    kind: 'refused',
    reason: `${remote.id} carries its mark and has appeared or changed since the plan. Plan again.`,
  };
}

function describeSearch(search: Exclude<Search, { kind: 'one' | 'none' }>): string {
  switch (search.kind) {
    case 'several':
      return `${search.remoteIds.length} objects carry its mark: ${search.remoteIds.join(', ')}`;
    case 'unknown':
      return `whether it exists cannot be found out: ${search.reason}`;
    default:
      return unreachable(search);
  }
}

/** An answer that speaks of another object is no answer. */
function carriesOurMark(write: Write, remote: RemoteObject, context: ItemContext): boolean {
  return carriesMark(readOwnership(remote.payload), context.stack, write.address);
}

/** @param planned what the plan saw: the write goes through only while it is still so */
export async function updateObject(
  write: Write,
  planned: RemoteState,
  before: Payload,
  context: ItemContext,
): Promise<ItemEnd> {
  const api = context.client.objects(remoteKindOf(write.address));
  for (let attempt = 1; ; attempt += 1) {
    const read = await api.get(planned.id);
    if (read.kind !== 'done') return unreadable(attempt, reasonOf(read));
    const now = observeContent(read.value);
    if (now.digest === write.digest) {
      if (attempt === 1) return { kind: 'unchanged', remoteId: planned.id };
      return settle(write, read.value, 'found', context);
    }
    const moved = movedReason(planned, before, read.value);
    if (moved !== undefined) {
      return attempt === 1 ? { kind: 'refused', reason: moved } : notDone(write.address, moved, context);
    }
    const call = announce(context, () => recordIntent(write, 'update', planned, context));
    const answer = await api.update(planned.id, encodeUpdate(write.body, read.value), call.before);
    if (call.isUnsent(answer)) return NOT_SENT;
    if (answer.kind === 'done' && carriesOurMark(write, answer.value, context)) {
      return settle(write, answer.value, 'answered', context);
    }
    if (answer.kind === 'refused' && !isNotNow(answer.error.status) && !isStale(answer.error.status)) {
      return notDone(write.address, reasonOf(answer), context);
    }
    await waitForLimit(answer, context);
    if (attempt >= mostWrites(answer)) return endUpdate(write, planned, answer, context);
  }
}

function unreadable(attempt: number, reason: string): ItemEnd {
  return attempt === 1
    ? { kind: 'refused', reason: `It cannot be read before the write: ${reason}` }
    : { kind: 'unknown', reason: `It cannot be read after the write: ${reason}` };
}

/** After the last attempt: what does the object say? */
async function endUpdate(
  write: Write,
  planned: RemoteState,
  answer: ApiOutcome<RemoteObject>,
  context: ItemContext,
): Promise<ItemEnd> {
  const read = await context.client.objects(remoteKindOf(write.address)).get(planned.id);
  if (read.kind !== 'done') return { kind: 'unknown', reason: reasonOf(answer) };
  const isThere = observeContent(read.value).digest === write.digest;
  return isThere
    ? settle(write, read.value, 'found', context)
    : notDone(write.address, reasonOf(answer), context);
}

/** A version counts even where the content is the same: somebody changed it there and back. */
export function movedReason(planned: RemoteState, before: Payload, remote: RemoteObject): string | undefined {
  const now = observeContent(remote);
  const sameVersion = remote.version === planned.version && remote.updatedAt === planned.updatedAt;
  if (now.digest === planned.digest && sameVersion) return undefined;
  const fields = diffFields(before, now.content).map((field) => field.path);
  return `It has changed since the plan (${fields.join(', ') || 'version'}). Plan again.`;
}

async function recordIntent(
  write: Write,
  operation: 'create' | 'update',
  planned: RemoteState | undefined,
  context: ItemContext,
): Promise<void> {
  await context.record({
    kind: 'intent',
    target: context.target,
    planDigest: context.planDigest,
    address: write.address,
    operation,
    digest: write.digest,
    ...(planned !== undefined && { remoteId: planned.id, beforeDigest: planned.digest }),
  });
}

/** Writes the outcome of a call that is known to have been carried out. */
async function settle(
  write: Write,
  remote: RemoteObject,
  how: 'answered' | 'found',
  context: ItemContext,
): Promise<ItemEnd> {
  const { content, digest } = observeContent(remote);
  const { target } = context;
  await context.record({
    kind: 'outcome',
    target,
    address: write.address,
    outcome: 'done',
    remoteId: remote.id,
    digest,
  });
  const differs = diffFields(write.content, content).map((field) => field.path);
  return { kind: 'done', remoteId: remote.id, how, ...(differs.length > 0 && { differs }) };
}

export async function notDone(address: Address, reason: string, context: ItemContext): Promise<ItemEnd> {
  const { target } = context;
  await context.record({ kind: 'outcome', target, address, outcome: 'not-done', reason });
  return { kind: 'refused', reason };
}
