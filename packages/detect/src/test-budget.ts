/**
 * The time that tests of content may take: the file of a stranger must not keep a pipeline busy. Counts alone do not
 * bound it, since an event may be as long as its file. Nothing here reads a clock; whoever runs the tests brings it.
 */

/** Chosen: hundreds of times what the most careful of our own rules takes, on a busy machine too. */
const FILE_TESTS_BUDGET_MS = 30_000;
/** Chosen: thousands of files are tested within it. */
const ALL_TESTS_BUDGET_MS = 15 * 60_000;

/** Whether the time of the file whose tests run is over. */
export type IsOver = () => boolean;

export class TestBudget {
  readonly #nowMs: () => number;
  readonly #allEndMs: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#allEndMs = nowMs() + ALL_TESTS_BUDGET_MS;
  }

  /** The time of one file begins. */
  ofFile(): IsOver {
    const endMs = Math.min(this.#nowMs() + FILE_TESTS_BUDGET_MS, this.#allEndMs);
    return () => this.#nowMs() >= endMs;
  }
}

/** What a test that ran out of time expected. */
export const BUDGET_TEXT = `an end within ${FILE_TESTS_BUDGET_MS / 1_000} s for the tests of one file, and ${ALL_TESTS_BUDGET_MS / 60_000} min for all`;
