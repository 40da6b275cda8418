/** What a test of content came to. */

export interface TestOutcome {
  readonly name: string;
  readonly passed: boolean;
  /** Empty when it passed. */
  readonly differences: readonly TestDifference[];
}

export interface TestDifference {
  /** Where in what comes out: `signals[0].severity`, `path[2]`, `calls.block.ip`, `state`. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** One more sentence when the values alone do not explain it. */
  readonly note?: string;
}
