/** What a child says of one input: a line when it begins, and this line when it has ended. */

export interface Measured {
  readonly number: number;
  readonly family: string;
  readonly name: string;
  /**
   * Of the slower of the two checks: the time that passed or the time that the process worked, whichever is less, so
   * that neither a busy machine nor its collectors of garbage on other cores are held against an input.
   */
  readonly tookMs: number;
  /** Of the process so far, in KiB. */
  readonly peakRssKb: number;
  readonly codes: readonly string[];
  /** Why the answer was wrong; empty when it was right. */
  readonly problems: readonly string[];
}

export interface Begun {
  readonly begun: number;
}
