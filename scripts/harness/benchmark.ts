/**
 * A benchmark measures two things in one run and reports their ratio. One file a goal, `bench/<name>.ts`,
 * that exports `bench`. The rules for honest figures are in bench/README.md.
 */

export interface Benchmark {
  /** The same as the file name. */
  readonly name: string;
  /** In words, with the figure: `<= 1.6`. Read by people; no run fails on a time. */
  readonly goal: string;
  readonly run: (options: BenchmarkOptions) => Promise<BenchmarkResult>;
}

export interface BenchmarkOptions {
  /** A smoke test of a few seconds: shows that the benchmark still runs, not how fast we are. */
  readonly short: boolean;
  /** One line of progress, to stderr. */
  readonly log: (line: string) => void;
}

export interface BenchmarkResult {
  /** Ours divided by theirs, or as the goal says. */
  readonly ratio: number;
  /** The measured parts with their units, the workload, and what is left out. */
  readonly detail: Readonly<Record<string, unknown>>;
}
