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
} from '@signalwright/wire';
import type { ApplyEvidence } from './apply-evidence.ts';
import { createObject, reasonOf, updateObject, type ItemContext, type Write } from './apply-item.ts';
import { removeObject } from './apply-removal.ts';
import { countEnds, type AppliedItem, type ApplyResult, type ItemEnd } from './apply-result.ts';
import { checkPlan, type PlanExpectation } from './check-plan.ts';
import { contentDigest } from './desired.ts';
import { searchObserved } from './find-owned.ts';
import { readHistory, type LastApplied } from './journal-entry.ts';
import { LeaseLost, type Lease } from './lease.ts';
import { observe, type ObservedState } from './observe.ts';
import { remoteKindOf } from './ownership-match.ts';
import type { Plan, PlanItem } from './plan.ts';
import { JournalFailure, recordEntry } from './record-outcome.ts';
import { recoverIntents } from './recover.ts';
import type { Removal } from './removals.ts';
import type { SyncJournal } from './sync-journal.ts';
import { targetKey } from './target.ts';

export interface ApplyOptions {
  readonly clock: ApiClock;
  /** What the caller knows about the plan; a plan made for something else is rejected. */
  readonly expect: PlanExpectation;
  /** Value of a secret that a body names, undefined when there is none; read right before it is sent. */
  readonly secret?: (name: string) => string | undefined;
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
    stop: options.stop,
  };
  const apply = new Apply(plan, journal, context, options);
  return apply.run();
}

/** One apply: the items that have ended so far. */
class Apply {
  readonly #plan: Plan;
  readonly #journal: SyncJournal;
  readonly #context: ItemContext;
  readonly #options: ApplyOptions;
  readonly #items: AppliedItem[] = [];
  readonly #ends = new Map<Address, ItemEnd>();
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
        ...(commit !== undefined && { commit: commit.id, continues: commit.continues }),
        ...evidence,
        ...(this.#options.lease !== undefined && { leaseToken: this.#options.lease.token }),
      });
      const unclear = new Set(
        recovered.filter(({ outcome }) => outcome === 'unknown').map(({ address }) => address),
      );
      const stopped = await this.#applyItems(observed.value, unclear);
      if (stopped === undefined) {
        const { done, refused, skipped, unknown } = countEnds(this.#items);
        const failed = refused + skipped + unknown;
        await record({ kind: 'apply-finished', target, planDigest: digest, done, failed });
      }
      return {
        kind: 'applied',
        items: this.#items,
        blocked: this.#plan.blocked,
        recovered,
        ...(stopped !== undefined && { stopped }),
      };
    } catch (error) {
      if (error instanceof JournalFailure) {
        const { blocked } = this.#plan;
        return { kind: 'applied', items: this.#items, blocked, recovered: [], stopped: error.message };
      }
      throw error;
    }
  }

  /** @returns why the rest was not tried */
  async #applyItems(observed: ObservedState, unclear: ReadonlySet<Address>): Promise<string | undefined> {
    let stopped: string | undefined;
    for (const item of this.#plan.items) {
      if (this.#options.stop?.aborted === true) stopped ??= 'Interrupted.';
      if (stopped !== undefined) this.#end(item, { kind: 'skipped', reason: stopped });
      else {
        try {
          this.#end(item, await this.#applyItem(item, observed, unclear));
        } catch (error) {
          if (!(error instanceof JournalFailure || error instanceof LeaseLost)) throw error;
          stopped = error.message;
          const isBeforeCall = error instanceof LeaseLost || error.entry === 'intent';
          this.#end(item, { kind: isBeforeCall ? 'refused' : 'unknown', reason: stopped });
        }
      }
    }
    return stopped;
  }

  async #applyItem(item: PlanItem, observed: ObservedState, unclear: ReadonlySet<Address>): Promise<ItemEnd> {
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
    const write = this.#writeOf(item);
    const [unresolved] = unresolvedReferences(write.body);
    if (unresolved !== undefined) {
      return { kind: 'skipped', reason: `The rule "${unresolved}", which it names, has no remote id.` };
    }
    if (change.kind === 'noop') {
      return this.#adopt(write, { kind: 'unchanged', remoteId: item.remote?.id ?? '' });
    }
    const put = putSecrets(write.body, (name) => this.#options.secret?.(name));
    if (!put.ok) return { kind: 'refused', reason: put.reason };
    const sent = { ...write, body: put.body };
    switch (change.kind) {
      case 'create': {
        const search = searchObserved(address, observed.objects, this.#context.stack);
        return this.#adopt(write, await createObject(sent, search, this.#context));
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
    const failed = this.#items.find(({ end }) => end.kind === 'refused' || end.kind === 'unknown');
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
  async #adopt(write: Write, end: ItemEnd): Promise<ItemEnd> {
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
    const applied: AppliedItem = { address: item.address, change: item.change.kind, end };
    this.#ends.set(item.address, end);
    this.#items.push(applied);
    this.#options.onProgress?.({ done: this.#items.length, total: this.#plan.items.length, item: applied });
  }
}
