/** A clock that stands still while anything is under way, and jumps to whoever wakes next when nothing is. */

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

export class VirtualClock {
  #nowMs: number;
  #underWay = 0;
  #isLooking = false;
  readonly #sleepers: Sleeper[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  readonly nowMs = (): number => this.#nowMs;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ untilMs: this.#nowMs + Math.max(0, ms), wake });
      this.#look();
    });

  /** The clock waits for the work, as if it took no time. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#look();
    }
  }

  /** Once everything that could go on has had its turn. */
  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    setTimeout(() => {
      this.#isLooking = false;
      if (this.#underWay > 0) return;
      const [first, ...later] = this.#sleepers.splice(0).toSorted((a, b) => a.untilMs - b.untilMs);
      if (first === undefined) return;
      this.#sleepers.push(...later);
      this.#nowMs = Math.max(this.#nowMs, first.untilMs);
      first.wake();
      this.#look();
    }, 0);
  }
}
