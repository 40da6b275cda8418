/**
 * Carries out a plan. Effects: the API through the client, the journal, nothing else.
 * A plan is applied only as it was made: digest, target and tool are checked before the first call, and each object
 * is looked at again before it is written. What fails stops only what depends on it, and removals. A kill at any point
 * leaves an intent without an outcome for each call that was under way, and the next apply finds out about those first.
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
  type SecretLookup,
} from '@signalwright/wire';
import type { ApplyEvidence } from './apply-evidence.ts';
import { createObject, updateObject, type ItemContext, type Write } from './apply-item.ts';
import { removeObject } from './apply-removal.ts';
import {
  countEnds,
  stillUnclear,
  type AppliedItem,
  type ApplyResult,
  type ItemEnd,
  type Recovery,
} from './apply-result.ts';
import { checkPlan, type PlanExpectation } from './check-plan.ts';
import { contentDigest } from './desired.ts';
import { SETTLE_MS, indexObserved, type Search } from './find-owned.ts';
import { readHistory, type LastApplied, type SyncEntry } from './journal-entry.ts';
import { newLinks } from './known-links.ts';
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
import { reasonOf } from './write-answer.ts';

export interface ApplyOptions {
  readonly clock: ApiClock;
  /** What the caller knows about the plan; a plan made for something else is rejected. */
  readonly expect: PlanExpectation;
  /** Of a secret that a body names; read right before it is sent. */
  readonly secret?: SecretLookup;
  /** Objects that are written at once, where their kind allows it. @default DEFAULT_PARALLEL */
  readonly parallel?: number;
  /** How long after a call an object may be missing from lists. @default SETTLE_MS */
  readonly settleMs?: number | undefined;
  /**
   * How long ago the journal was taken, in ms, by a clock that nobody sets. Whoever wrote in it before had ended by then, so
   * what that one had called has had so much of the settle wait already.
   */
  readonly quietMs?: number | undefined;
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
  return new Apply(plan, client, journal, options).run();
}

/** What carries the mark of an address, as listed at the start. */
type Look = (address: Address) => Search;

/** One apply: the items that have ended so far. */
class Apply {
  readonly #plan: Plan;
  readonly #journal: SyncJournal;
  readonly #context: ItemContext;
  readonly #options: ApplyOptions;
  readonly #blocked: ReadonlySet<Address>;
  readonly #ends = new Map<Address, ItemEnd>();
  /** Objects with a call on record of which no outcome is. */
  readonly #open = new Set<Address>();
  #recovered: readonly Recovery[] = [];
  /** The first object that is not as the plan wants it. */
  #failed: Address | undefined;
  /** Why nothing more may be tried. */
  #stopped: string | undefined;
  /** As it stood when the items began. */
  #lastApplied: ReadonlyMap<Address, LastApplied> = new Map();

  constructor(plan: Plan, client: ApiClient, journal: SyncJournal, options: ApplyOptions) {
    this.#plan = plan;
    this.#journal = journal;
    this.#options = options;
    this.#blocked = new Set(plan.blocked.map(({ address }) => address));
    this.#failed = plan.blocked[0]?.address;
    this.#context = {
      client,
      clock: options.clock,
      stack: plan.target.stack,
      planDigest: plan.digest,
      target: targetKey(plan.target),
      record: (entry) => this.#record(entry),
      hold: async () => options.lease?.hold(),
      settleMs: options.settleMs,
      stop: options.stop,
    };
  }

  async run(): Promise<ApplyResult> {
    try {
      const { openIntents } = readHistory(this.#journal.entries(), this.#plan.target);
      this.#recovered = await recoverIntents(openIntents, this.#recoveryContext());
      this.#failed ??= this.#recovered.find(({ outcome }) => outcome === 'unknown')?.address;
      const { lastApplied, links } = readHistory(this.#journal.entries(), this.#plan.target);
      this.#lastApplied = lastApplied;
      const observed = await observe(this.#context.client, this.#context.stack, this.#lastApplied);
      if (observed.kind !== 'done') {
        return { kind: 'rejected', reasons: [`The target cannot be read: ${reasonOf(observed)}`] };
      }
      await this.#recordStart(newLinks(this.#plan.items, links));
      await this.#forgetGone(observed.value);
      await this.#applyItems(observed.value);
      if (this.#stopped === undefined) await this.#recordFinish();
    } catch (error) {
      if (!(error instanceof JournalFailure)) throw error;
      this.#stopped ??= error.message;
    }
    return {
      kind: 'applied',
      items: this.#items(),
      blocked: this.#plan.blocked,
      recovered: this.#recovered,
      ...(this.#stopped !== undefined && { stopped: this.#stopped }),
    };
  }

  #recoveryContext(): ItemContext {
    const { settleMs = SETTLE_MS, quietMs = 0 } = this.#options;
    return { ...this.#context, settleMs: Math.max(0, settleMs - quietMs) };
  }

  async #record(entry: SyncEntry): Promise<void> {
    await recordEntry(this.#journal, entry);
    if (entry.kind === 'intent') this.#open.add(entry.address);
    if (entry.kind === 'outcome') this.#open.delete(entry.address);
  }

  #recordStart(links: Readonly<Record<string, string>>): Promise<void> {
    const { digest, contentDigest: content, toolVersion } = this.#plan;
    const { commit, evidence, lease } = this.#options;
    return this.#record({
      kind: 'apply-started',
      target: this.#context.target,
      planDigest: digest,
      contentDigest: content,
      toolVersion,
      ...(this.#plan.target.org !== undefined && { org: this.#plan.target.org }),
      ...(commit !== undefined && { commit: commit.id, continues: commit.continues }),
      ...evidence,
      ...(lease !== undefined && { leaseToken: lease.token }),
      ...(Object.keys(links).length > 0 && { links }),
    });
  }

  #recordFinish(): Promise<void> {
    const items = this.#items();
    const { done, refused, skipped, unknown } = countEnds(items);
    const failed = refused + skipped + unknown + stillUnclear({ items, recovered: this.#recovered }).length;
    const { target, planDigest } = this.#context;
    return this.#record({ kind: 'apply-finished', target, planDigest, done, failed });
  }

  /** What somebody has deleted and content no longer asks for is not on record any more: it counts as ours no longer. */
  async #forgetGone({ gone }: ObservedState): Promise<void> {
    const wanted = new Set([...this.#plan.items.map(({ address }) => address), ...this.#blocked]);
    const { target } = this.#context;
    for (const address of gone) {
      const remoteId = this.#lastApplied.get(address)?.remoteId;
      if (wanted.has(address) || remoteId === undefined) continue;
      const reason = 'found deleted';
      await this.#record({
        kind: 'outcome',
        target,
        address,
        outcome: 'done',
        left: 'deleted',
        remoteId,
        reason,
      });
    }
  }

  /** What is written goes side by side. What is taken away follows alone, one by one, when all of that has ended. */
  async #applyItems(observed: ObservedState): Promise<void> {
    const search = indexObserved(observed.objects, this.#context.stack);
    const apply = async (item: PlanItem): Promise<void> => this.#end(item, await this.#tryItem(item, search));
    const writes = this.#plan.items.filter(isWrite).map((item) => ({
      name: item.address,
      lane: remoteKindOf(item.address),
      after: item.dependsOn,
      run: () => apply(item),
    }));
    await runSideBySide(writes, { most: this.#options.parallel ?? DEFAULT_PARALLEL, lanes: WRITERS });
    for (const item of this.#plan.items) if (!isWrite(item)) await apply(item);
  }

  async #tryItem(item: PlanItem, search: Look): Promise<ItemEnd> {
    if (this.#options.stop?.aborted === true) this.#stopped ??= 'Interrupted.';
    if (this.#stopped !== undefined) return { kind: 'skipped', reason: this.#stopped };
    const end = await this.#endOf(item, search);
    // Not carried out this time; of a call before it nothing is known.
    const isOpen = this.#open.has(item.address) && (end.kind === 'refused' || end.kind === 'skipped');
    return isOpen ? { kind: 'unknown', reason: end.reason } : end;
  }

  async #endOf(item: PlanItem, search: Look): Promise<ItemEnd> {
    try {
      return await this.#applyItem(item, search);
    } catch (error) {
      if (!(error instanceof JournalFailure || error instanceof LeaseLost)) throw error;
      this.#stopped ??= error.message;
      return { kind: 'refused', reason: error.message };
    }
  }

  async #applyItem(item: PlanItem, search: Look): Promise<ItemEnd> {
    const { address, change } = item;
    if (change.kind === 'link') return { kind: 'linked' };
    const blocker = this.#blockerOf(item);
    if (blocker !== undefined) return { kind: 'skipped', reason: blocker };
    if (this.#recovered.some((call) => call.address === address && call.outcome === 'unknown')) {
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
    if (this.#failed !== undefined) {
      const reason = `${this.#failed} was not applied: nothing is removed before all is.`;
      return { kind: 'skipped', reason };
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
        if (this.#blocked.has(address)) return `${address}, on which it depends, is blocked.`;
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
    if (end.kind === 'refused' || end.kind === 'skipped' || end.kind === 'unknown')
      this.#failed ??= item.address;
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
