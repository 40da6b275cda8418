/** What a test of content came to. */

export interface TestOutcome {
  readonly name: string;
  readonly passed: boolean;
  /** Why it could not be run: then it neither passed nor failed. */
  readonly notRun?: string;
  /** Empty when it passed, or was not run. */
  readonly differences: readonly TestDifference[];
}

export function isFailed({ passed, notRun }: TestOutcome): boolean {
  return !passed && notRun === undefined;
}

export interface TestDifference {
  /** Where in what comes out: `signals[0].severity`, `path[2]`, `calls.block.ip`, `state`. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** One more sentence when the values alone do not explain it. */
  readonly note?: string;
}
