import { defineControl } from '@signalwright/action';

/** Input of `signalwright.approval`. */
export interface ApprovalInput {
  /** Handle of who is asked. */
  readonly to: string;
  /** The question, as they read it. */
  readonly prompt: string;
  /** What they may answer; each is a branch of the step. */
  readonly choices: readonly string[];
  /** How long an answer is waited for, such as 30m; then the branch timeout is taken. */
  readonly timeLimit: string;
}

export interface ApprovalOutput {
  readonly choice: string;
}

/** Asks a person, waits for the answer, and goes on at the branch of the choice, or at timeout. */
export const approval = defineControl<ApprovalInput, ApprovalOutput>({
  id: 'signalwright.approval',
  // The question is asked under one key, so that a crash does not ask twice.
  replay: 'keyed',
  branches: { named: ['timeout'], from: 'choices' },
});
