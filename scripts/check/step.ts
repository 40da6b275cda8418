/** One step of `npm run check`. */

export type StepOutcome = { readonly kind: 'passed' } | { readonly kind: 'failed'; readonly output: string };

export interface Step {
  /** What `--only` takes. */
  readonly name: string;
  /** Half a line: what the step makes sure of. */
  readonly claim: string;
  /** Names of steps that must have ended before this one starts, because it reads what they write. */
  readonly after?: readonly string[];
  /** Judges the repository at `root`; throws only when the step itself is broken. */
  readonly run: (root: string) => Promise<StepOutcome>;
}
