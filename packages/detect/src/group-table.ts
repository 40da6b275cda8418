/** The groups of one rule: found by key, forgotten by age, and accounted for in memory. */

import type { CompiledRule } from './compile-rule.ts';
import { GroupList } from './group-list.ts';
import { GroupState } from './group-state.ts';

/** Rough memory of all rules of a detector together. */
export interface MemoryLedger {
  heldBytes: number;
}

export class GroupTable {
  readonly #rule: CompiledRule;
  readonly #ledger: MemoryLedger;
  readonly #groups = new Map<string, GroupState>();
  readonly #watching = new GroupList();
  readonly #signalling = new GroupList();
  #heldBytes = 0;

  constructor(rule: CompiledRule, ledger: MemoryLedger) {
    this.#rule = rule;
    this.#ledger = ledger;
  }

  get size(): number {
    return this.#groups.size;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Groups without a signal, longest untouched first. */
  get watching(): Iterable<GroupState> {
    return this.#watching;
  }

  /** Groups that have a signal, or would have but for a suppression, longest untouched first. */
  get signalling(): Iterable<GroupState> {
    return this.#signalling;
  }

  /** The group of that key, made when it is new, as the last one touched. */
  take(key: string, values: readonly string[]): GroupState {
    const known = this.#groups.get(key);
    if (known !== undefined) {
      this.#listOf(known).touch(known);
      return known;
    }
    const group = new GroupState(this.#rule, key, values);
    this.#groups.set(key, group);
    this.#watching.push(group);
    return group;
  }

  /** Changes a group, and puts it where it then belongs: a change of its signal may move it. */
  change(group: GroupState, change: () => void): void {
    const before = this.#listOf(group);
    change();
    const after = this.#listOf(group);
    if (before === after) return;
    before.remove(group);
    after.push(group);
  }

  /** The first to be forgotten: the longest untouched without a signal, else with one. Never `spared`. */
  quietest(spared?: GroupState): GroupState | undefined {
    const quiet = this.#watching.oldest;
    if (quiet !== undefined && quiet !== spared) return quiet;
    const signalling = this.#signalling.oldest;
    return signalling === spared ? undefined : signalling;
  }

  forget(group: GroupState): void {
    this.#listOf(group).remove(group);
    this.#groups.delete(group.key);
    this.#hold(-group.accountedBytes);
  }

  /** Brings the account up to date after a group changed. */
  account(group: GroupState): void {
    const bytes = group.heldBytes();
    this.#hold(bytes - group.accountedBytes);
    group.accountedBytes = bytes;
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.#ledger.heldBytes += bytes;
  }

  #listOf(group: GroupState): GroupList {
    return group.signal !== undefined || group.hiddenLife !== undefined ? this.#signalling : this.#watching;
  }
}
