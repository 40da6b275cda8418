/**
 * What a run is doing: steps at work, and steps that wait for their next attempt. A run of which everything waits
 * needs no slot; before it works again it asks for one.
 */

export interface SlotKeeper {
  /** A run may have fallen asleep: its slot is free for another. */
  onAsleep(): void;
  /** Calls `wake` and resolves when there is a slot for a run that slept. */
  awaken(wake: () => void): Promise<void>;
}

export class RunPauses {
  readonly #keeper: SlotKeeper;
  #underWay = 0;
  #waiting = 0;

  constructor(keeper: SlotKeeper) {
    this.#keeper = keeper;
  }

  /** Whether every step that is under way waits. */
  get isAsleep(): boolean {
    return this.#waiting > 0 && this.#waiting === this.#underWay;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      // Later: the steps that follow this one begin first.
      if (this.isAsleep) setImmediate(() => this.#tellAsleep());
    }
  }

  /** @throws what `pause` throws, which is when the runner closes */
  async whileWaiting(pause: () => Promise<void>): Promise<void> {
    this.#waiting += 1;
    let isWaiting = true;
    const wake = (): void => {
      if (isWaiting) this.#waiting -= 1;
      isWaiting = false;
    };
    this.#tellAsleep();
    try {
      await pause();
      if (this.isAsleep) await this.#keeper.awaken(wake);
    } finally {
      wake();
    }
  }

  #tellAsleep(): void {
    if (this.isAsleep) this.#keeper.onAsleep();
  }
}
