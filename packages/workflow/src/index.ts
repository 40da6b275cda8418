export { BUILT_IN_ACTIONS, BUILT_IN_MANIFEST } from './built-in-actions.ts';
export { cannotRun, type CannotRun } from './cannot-run.ts';
export { createInputChecker, runInputs, type InputCheck, type RunInputs } from './check-inputs.ts';
export {
  type ExecutionContext,
  type InputResult,
  type StepResult,
  type StepWork,
} from './execution-context.ts';
export { type StepEnd } from './graph.ts';
export { interpret, INTERPRETER_VERSION, type RunResult, type StepObserver } from './interpreter.ts';
export {
  ATTEMPT_TIMEOUT_MS,
  DurableContext,
  MAX_OUTPUT_BYTES,
  type ActionWorld,
  type Clock,
} from './journal/durable-context.ts';
export { RUN_MIGRATIONS } from './journal/migrations.ts';
export { RunJournal, type NewRun, type RunFilter, type StepOutcome } from './journal/run-journal.ts';
export { type Run, type RunStatus, type RunTrigger, type StepRecord, type StepStatus } from './run.ts';
export { runWorkflowTest, runWorkflowTests } from './run-workflow-test.ts';
export {
  MAX_ACTIVE_RUNS,
  MAX_CAUSE_DEPTH,
  Runner,
  type RunnerOptions,
  type StartRefusal,
  type StartRequest,
  type StartResult,
} from './runner.ts';
export { type RunFacts } from './scope.ts';
export { createSecurityOrg } from './security-org.ts';
