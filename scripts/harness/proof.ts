/**
 * A proof tries something many times (kills, faults, hostile inputs, recorded conversations) and counts how
 * often it went wrong. One file a proof, `scripts/prove/<name>.ts`, that exports `proof`.
 */

export interface Proof {
  /** The same as the file name. */
  readonly name: string;
  /** What holds when `failed` is 0, in one sentence. */
  readonly claim: string;
  readonly run: (options: ProofOptions) => Promise<ProofResult>;
}

export interface ProofOptions {
  /** A form that fits in CI: seconds to a few minutes. */
  readonly short: boolean;
  /** All randomness comes from here, so that a failure can be repeated. */
  readonly seed: number;
  /** One line of progress, to stderr. */
  readonly log: (line: string) => void;
}

export interface ProofResult {
  /** How many trials were made; a proof that tried nothing has proven nothing, and fails. */
  readonly tried: number;
  readonly failed: number;
  /** Further figures, printed beside the counts; e.g. the first failures with their seeds. */
  readonly detail?: Readonly<Record<string, unknown>>;
}
