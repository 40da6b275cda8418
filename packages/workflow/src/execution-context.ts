/**
 * What the interpreter needs of the engine below it. One interpreter runs on each: the embedded journal,
 * the test runner, later a cluster. Every call names the step, never an ordinal, so that a replay finds what was
 * recorded whatever order branches finish in.
 */

import type { StepRetry } from '@signalwright/model';

export interface ExecutionContext {
  /**
   * Runs an action once and records its result before it resolves; a recorded result is given back without
   * running anything. The step in flight when the process dies runs again, with the input it started with.
   */
  step(path: string, work: StepWork): Promise<StepResult>;
  /** Records a decision before it resolves; on replay the recorded one holds, whatever `decide` would say. */
  decide(path: string, decide: () => boolean): Promise<boolean>;
  /** Asked before each step: a cancelled run starts nothing more. */
  isCancelled(): boolean;
}

export interface StepWork {
  readonly action: string;
  readonly retry?: StepRetry;
  /** Worked out when the step starts for the first time, then recorded. */
  input(): InputResult;
}

export type InputResult =
  | { readonly ok: true; readonly input: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

export type StepResult =
  | {
      readonly kind: 'done';
      readonly output: unknown;
      /** On which it ended; left out: `main`. */
      readonly branch?: string;
    }
  | { readonly kind: 'failed'; readonly reason: string }
  /** It may have happened or not, and repeating could do it twice: a person decides. */
  | { readonly kind: 'unclear'; readonly reason: string };
