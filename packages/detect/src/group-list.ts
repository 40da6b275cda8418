/** Groups from the longest untouched to the newest: a doubly linked list through the groups themselves. */

import type { GroupState } from './group-state.ts';

export class GroupList {
  #oldest: GroupState | undefined;
  #newest: GroupState | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): GroupState | undefined {
    return this.#oldest;
  }

  /** Puts a group that is in no list at the newest end. */
  push(group: GroupState): void {
    group.older = this.#newest;
    group.newer = undefined;
    if (this.#newest !== undefined) this.#newest.newer = group;
    else this.#oldest = group;
    this.#newest = group;
    this.#size += 1;
  }

  /** Takes out a group that is in this list. */
  remove(group: GroupState): void {
    if (group.older !== undefined) group.older.newer = group.newer;
    else this.#oldest = group.newer;
    if (group.newer !== undefined) group.newer.older = group.older;
    else this.#newest = group.older;
    group.older = undefined;
    group.newer = undefined;
    this.#size -= 1;
  }

  touch(group: GroupState): void {
    if (this.#newest === group) return;
    this.remove(group);
    this.push(group);
  }

  /** From the longest untouched. The list may be changed while it is walked, at the group in hand only. */
  *[Symbol.iterator](): Generator<GroupState> {
    let group = this.#oldest;
    while (group !== undefined) {
      const next = group.newer;
      yield group;
      group = next;
    }
  }
}
