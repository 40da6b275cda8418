/**
 * Carries out a plan. Effects: the API through the client, the journal, nothing else.
 * A plan is applied only as it was made: digest, target and tool are checked before the first call, and each object
 * is looked at again before it is written. What fails stops only what depends on it. A kill at any point leaves at
 * most one intent without an outcome, and the next apply finds out about that one first.
 */

import { addressOf, unreachable, type Address } from '@signalwright/model';
import {
  normalisePayload,
  putSecrets,
  resolveReferences,
  unresolvedReferences,
  type ApiClient,
  type ApiClock,
  type RemoteKind,
} from '@signalwright/wire';
import type { ApplyEvidence } from './apply-evidence.ts';
import { createObject, reasonOf, updateObject, type ItemContext, type Write } from './apply-item.ts';
import { removeObject } from './apply-removal.ts';
import { countEnds, type AppliedItem, type ApplyResult, type ItemEnd } from './apply-result.ts';
import { checkPlan, type PlanExpectation } from './check-plan.ts';
import { contentDigest } from './desired.ts';
import { indexObserved, type Search } from './find-owned.ts';
import { readHistory, type LastApplied } from './journal-entry.ts';
import { LeaseLost, type Lease } from './lease.ts';
import { observe, type ObservedState } from './observe.ts';
import { remoteKindOf } from './ownership-match.ts';
import type { Plan, PlanItem } from './plan.ts';
import { JournalFailure, recordEntry } from './record-outcome.ts';
import { recoverIntents } from './recover.ts';
import type { Removal } from './removals.ts';
import { runSideBySide } from './side-by-side.ts';
import type { SyncJournal } from './sync-journal.ts';
import { targetKey } from './target.ts';

export interface ApplyOptions {
  readonly clock: ApiClock;
  /** What the caller knows about the plan; a plan made for something else is rejected. */
  readonly expect: PlanExpectation;
  /** Value of a secret that a body names, undefined when there is none; read right before it is sent. */
  readonly secret?: (name: string) => string | undefined;
  /** Objects that are written at once, where their kind allows it. @default DEFAULT_PARALLEL */
  readonly parallel?: number;
  /** How long after a call an object may be missing from lists. @default SETTLE_MS */
  readonly settleMs?: number | undefined;
  /** Held before each write; when somebody else has it, the rest is not tried. */
  readonly lease?: Pick<Lease, 'hold' | 'token'>;
  /** Objects that are not written, although the plan would, and why; see `bindPlan`. */
  readonly held?: ReadonlyMap<Address, string>;
  /** The commit that content is, and whether those applied before are in its history; for the record. */
  readonly commit?: { readonly id: string; readonly continues: boolean };
  /** Who applies, where, and who agreed; for the record. */
  readonly evidence?: ApplyEvidence;
  readonly onProgress?: (progress: ApplyProgress) => void;
  /** Once it fires no further item is begun; what is under way ends, and its outcome is put on record. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * How many objects of a kind are written at once. Suppressions refuse to be written side by side even where they are
 * different ones (terraform-provider-datadog 2441: 409 "Concurrent modifications detected"), and peers write
 * notification rules one at a time. Of the others no such thing is known.
 */
const WRITERS: Readonly<Record<RemoteKind, number>> = {
  'detection-rule': Infinity,
  workflow: Infinity,
  suppression: 1,
  'notification-rule': 1,
};

/** Chosen: near what the peers do; limits of the service are waited for, whoever writes. */
export const DEFAULT_PARALLEL = 8;

export interface ApplyProgress {
  readonly done: number;
  readonly total: number;
  readonly item: AppliedItem;
}

export async function applyPlan(
  plan: Plan,
  client: ApiClient,
  journal: SyncJournal,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const reasons = checkPlan(plan, options.expect);
  if (reasons.length > 0) return { kind: 'rejected', reasons };
  const context: ItemContext = {
    client,
    clock: options.clock,
    stack: plan.target.stack,
    planDigest: plan.digest,
    target: targetKey(plan.target),
    record: (entry) => recordEntry(journal, entry),
    hold: async () => options.lease?.hold(),
    settleMs: options.settleMs,
    stop: options.stop,
  };
  const apply = new Apply(plan, journal, context, options);
  return apply.run();
}

/** What carries the mark of an address, as listed at the start. */
type Look = (address: Address) => Search;

/** One apply: the items that have ended so far. */
class Apply {
  readonly #plan: Plan;
  readonly #journal: SyncJournal;
  readonly #context: ItemContext;
  readonly #options: ApplyOptions;
  readonly #ends = new Map<Address, ItemEnd>();
  /** Why nothing more may be tried. */
  #stopped: string | undefined;
  /** As it stood when the items began. */
  #lastApplied: ReadonlyMap<Address, LastApplied> = new Map();

  constructor(plan: Plan, journal: SyncJournal, context: ItemContext, options: ApplyOptions) {
    this.#plan = plan;
    this.#journal = journal;
    this.#context = context;
    this.#options = options;
  }

  async run(): Promise<ApplyResult> {
    const { digest, contentDigest: content, toolVersion } = this.#plan;
    const { target, record } = this.#context;
    try {
      const { openIntents } = readHistory(this.#journal.entries(), this.#plan.target);
      const recovered = await recoverIntents(openIntents, this.#context);
      this.#lastApplied = readHistory(this.#journal.entries(), this.#plan.target).lastApplied;
      const observed = await observe(this.#context.client, this.#context.stack, this.#lastApplied);
      if (observed.kind !== 'done') {
        return { kind: 'rejected', reasons: [`The target cannot be read: ${reasonOf(observed)}`] };
      }
      const { commit, evidence } = this.#options;
      await record({
        kind: 'apply-started',
        target,
        planDigest: digest,
        contentDigest: content,
        toolVersion,
        ...(this.#plan.target.org !== undefined && { org: this.#plan.target.org }),
        ...(commit !== undefined && { commit: commit.id, continues: commit.continues }),
        ...evidence,
        ...(this.#options.lease !== undefined && { leaseToken: this.#options.lease.token }),
      });
      const unclear = new Set(
        recovered.filter(({ outcome }) => outcome === 'unknown').map(({ address }) => address),
      );
      const stopped = await this.#applyItems(observed.value, unclear);
      if (stopped === undefined) {
        const { done, refused, skipped, unknown } = countEnds(this.#items());
        const failed = refused + skipped + unknown;
        await record({ kind: 'apply-finished', target, planDigest: digest, done, failed });
      }
      return {
        kind: 'applied',
        items: this.#items(),
        blocked: this.#plan.blocked,
        recovered,
        ...(stopped !== undefined && { stopped }),
      };
    } catch (error) {
      if (error instanceof JournalFailure) {
        const { blocked } = this.#plan;
        return { kind: 'applied', items: this.#items(), blocked, recovered: [], stopped: error.message };
      }
      throw error;
    }
  }

  /**
   * What is written goes side by side. What is taken away follows alone, one by one, when all of that has ended.
   *
   * @returns why the rest was not tried
   */
  async #applyItems(observed: ObservedState, unclear: ReadonlySet<Address>): Promise<string | undefined> {
    const search = indexObserved(observed.objects, this.#context.stack);
    const apply = async (item: PlanItem): Promise<void> =>
      this.#end(item, await this.#tryItem(item, search, unclear));
    const writes = this.#plan.items.filter(isWrite).map((item) => ({
      name: item.address,
      lane: remoteKindOf(item.address),
      after: item.dependsOn,
      run: () => apply(item),
    }));
    await runSideBySide(writes, { most: this.#options.parallel ?? DEFAULT_PARALLEL, lanes: WRITERS });
    for (const item of this.#plan.items) if (!isWrite(item)) await apply(item);
    return this.#stopped;
  }

  async #tryItem(item: PlanItem, search: Look, unclear: ReadonlySet<Address>): Promise<ItemEnd> {
    if (this.#options.stop?.aborted === true) this.#stopped ??= 'Interrupted.';
    if (this.#stopped !== undefined) return { kind: 'skipped', reason: this.#stopped };
    try {
      return await this.#applyItem(item, search, unclear);
    } catch (error) {
      if (!(error instanceof JournalFailure || error instanceof LeaseLost)) throw error;
      this.#stopped ??= error.message;
      const isBeforeCall = error instanceof LeaseLost || error.entry === 'intent';
      return { kind: isBeforeCall ? 'refused' : 'unknown', reason: error.message };
    }
  }

  async #applyItem(item: PlanItem, search: Look, unclear: ReadonlySet<Address>): Promise<ItemEnd> {
    const { address, change } = item;
    if (change.kind === 'link') return { kind: 'linked' };
    const blocker = this.#blockerOf(item);
    if (blocker !== undefined) return { kind: 'skipped', reason: blocker };
    if (unclear.has(address)) {
      return { kind: 'unknown', reason: 'The outcome of an earlier call is still not known.' };
    }
    const held = this.#options.held?.get(address);
    if (held !== undefined) return { kind: 'refused', reason: held };
    if (change.kind === 'disable' || change.kind === 'delete') return this.#remove(item, change);
    if (change.kind === 'noop') {
      const digest = item.desiredDigest ?? '';
      return this.#adopt({ address, digest }, { kind: 'unchanged', remoteId: item.remote?.id ?? '' });
    }
    const write = this.#writeOf(item);
    const [unresolved] = unresolvedReferences(write.body);
    if (unresolved !== undefined) {
      return { kind: 'skipped', reason: `The rule "${unresolved}", which it names, has no remote id.` };
    }
    const put = putSecrets(write.body, (name) => this.#options.secret?.(name));
    if (!put.ok) return { kind: 'refused', reason: put.reason };
    const sent = { ...write, body: put.body };
    switch (change.kind) {
      case 'create': {
        return this.#adopt(write, await createObject(sent, search(address), this.#context));
      }
      case 'update': {
        if (item.remote === undefined) throw new Error(`The update of ${address} names no remote object.`);
        return this.#adopt(write, await updateObject(sent, item.remote, change.before, this.#context));
      }
      default:
        return unreachable(change);
    }
  }

  /** Nothing is taken away while something else of the plan has gone wrong: it may have been needed. */
  async #remove(item: PlanItem, change: Removal['change']): Promise<ItemEnd> {
    if (item.remote === undefined) throw new Error(`The removal of ${item.address} names no remote object.`);
    const failed = this.#items().find(({ end }) => end.kind === 'refused' || end.kind === 'unknown');
    if (failed !== undefined) {
      return {
        kind: 'skipped',
        reason: `${failed.address} was not applied: nothing is removed before all is.`,
      };
    }
    return removeObject({ address: item.address, change, remote: item.remote }, this.#context);
  }

  /** The body with the remote ids of rules that this apply has made. */
  #writeOf(item: PlanItem): Write {
    if (item.body === undefined) throw new Error(`The plan holds no body for ${item.address}.`);
    const kind = remoteKindOf(item.address);
    const body = resolveReferences(item.body, (id) => {
      const end = this.#ends.get(addressOf('detection-rule', id));
      return end?.kind === 'done' || end?.kind === 'unchanged' ? end.remoteId : undefined;
    });
    const content = normalisePayload(kind, body);
    return { address: item.address, body, content, digest: contentDigest(content) };
  }

  /** What is as it should be, but not on record (a lost journal), is put on record. */
  async #adopt(write: Pick<Write, 'address' | 'digest'>, end: ItemEnd): Promise<ItemEnd> {
    if (end.kind !== 'unchanged') return end;
    const last = this.#lastApplied.get(write.address);
    if (last?.remoteId === end.remoteId && last.digest === write.digest) return end;
    const { target, record } = this.#context;
    await record({
      kind: 'outcome',
      target,
      address: write.address,
      outcome: 'done',
      remoteId: end.remoteId,
      digest: write.digest,
      reason: 'found as it should be',
    });
    return end;
  }

  /** Why something that the item depends on is not there; undefined when all of it is. */
  #blockerOf(item: PlanItem): string | undefined {
    for (const address of item.dependsOn) {
      const end = this.#ends.get(address);
      if (end === undefined) {
        const blocked = this.#plan.blocked.some((object) => object.address === address);
        if (blocked) return `${address}, on which it depends, is blocked.`;
        continue;
      }
      if (end.kind === 'refused' || end.kind === 'skipped' || end.kind === 'unknown') {
        return `${address}, on which it depends, was not applied (${end.kind}).`;
      }
    }
    return undefined;
  }

  #end(item: PlanItem, end: ItemEnd): void {
    this.#ends.set(item.address, end);
    const applied = { address: item.address, change: item.change.kind, end };
    this.#options.onProgress?.({ done: this.#ends.size, total: this.#plan.items.length, item: applied });
  }

  /** What has ended so far, in the order of the plan. */
  #items(): readonly AppliedItem[] {
    return this.#plan.items.flatMap(({ address, change }) => {
      const end = this.#ends.get(address);
      return end === undefined ? [] : [{ address, change: change.kind, end }];
    });
  }
}

function isWrite({ change }: PlanItem): boolean {
  return change.kind === 'create' || change.kind === 'update' || change.kind === 'noop';
}
