/** Runs steps, a few at a time, and reports them in the order of the list. */

import type { Step, StepOutcome } from './step.ts';

export interface StepReport {
  readonly name: string;
  readonly claim: string;
  readonly outcome: StepOutcome;
  readonly durationMs: number;
}

export interface RunOptions {
  readonly root: string;
  /** How many steps run at once. */
  readonly lanes: number;
  readonly nowMs: () => number;
  /** Called once a step, in list order, as soon as it and all before it have ended. */
  readonly onReport: (report: StepReport) => void;
}

/** Runs every step, whatever the others say: one failure must not hide another. */
export async function runSteps(steps: readonly Step[], options: RunOptions): Promise<StepReport[]> {
  const names = new Set(steps.map((step) => step.name));
  const reports = new Map<string, StepReport>();
  const waiting = [...steps];
  const running = new Set<Promise<void>>();
  let printed = 0;
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((step) => isReady(step, names, reports));
    if (next >= 0 && running.size < options.lanes) {
      const [step] = waiting.splice(next, 1);
      if (step === undefined) break;
      const work = runStep(step, options).then((report) => {
        reports.set(step.name, report);
        running.delete(work);
      });
      running.add(work);
      continue;
    }
    if (running.size === 0)
      throw new Error(`steps wait for each other: ${waiting.map((s) => s.name).join(', ')}`);
    await Promise.race(running);
    for (; printed < steps.length; printed += 1) {
      const report = reports.get(steps[printed]?.name ?? '');
      if (report === undefined) break;
      options.onReport(report);
    }
  }
  return steps.flatMap((step) => reports.get(step.name) ?? []);
}

/** A step waits only for steps that take part in this run. */
function isReady(step: Step, names: ReadonlySet<string>, reports: ReadonlyMap<string, StepReport>): boolean {
  return (step.after ?? []).every((name) => !names.has(name) || reports.has(name));
}

async function runStep(step: Step, options: RunOptions): Promise<StepReport> {
  const startMs = options.nowMs();
  const outcome = await step.run(options.root).catch((error: unknown): StepOutcome => ({
    kind: 'failed',
    output: `The step itself broke.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  }));
  return { name: step.name, claim: step.claim, outcome, durationMs: options.nowMs() - startMs };
}
