/** What the org asks of whoever runs workflows. The embedded runner is one answer; see `embedded-workflows.ts`. */

import type { Signal, Workflow } from '@signalwright/model';

import type { Replacement } from './upkeep/forget-in-tables.ts';

export interface WorkflowStart {
  /** As it stands now: a run keeps the version it began with. */
  readonly workflow: Workflow;
  readonly signal: Signal;
  /** Who starts it by hand; undefined when a signal does. */
  readonly actorId?: string;
  /** Inputs by name, defaults not filled in. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What led here, oldest first. The runner adds `run:<id>` to whatever the run does. */
  readonly cause: readonly string[];
  /** A second start with the same key is the same run. */
  readonly key: string;
}

/** Refusals are final: inputs, rate limit, loop guard, a workflow that may not be started this way. */
export type WorkflowStarted =
  | { readonly ok: true; readonly runId: string }
  | { readonly ok: false; readonly reason: string };

/** One run as the API shows it. */
export interface WorkflowInstance {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly signalId: string;
  readonly status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'NEEDS_PERSON';
  /** Why it ended as it did, when it did not succeed. */
  readonly reason?: string;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** Steps that have begun, in that order. */
  readonly steps: readonly WorkflowInstanceStep[];
}

export interface WorkflowInstanceStep {
  readonly name: string;
  readonly state: string;
  readonly output?: unknown;
  readonly reason?: string;
}

/** A run of which nothing is known but that it was under way. */
export interface PlantedRun {
  readonly id: string;
  readonly workflow: Workflow;
  readonly startedAtMs: number;
}

export interface WorkflowPort {
  /** Resolves once the run would survive a crash. */
  start(request: WorkflowStart): Promise<WorkflowStarted>;
  /** Runs of a workflow, newest first. */
  list(workflowId: string): readonly WorkflowInstance[];
  /** Runs on a signal, newest first. */
  listOfSignal(signalId: string): readonly WorkflowInstance[];
  find(instanceId: string): WorkflowInstance | undefined;
  /** @returns false when the run has ended before */
  cancel(instanceId: string): Promise<boolean>;
  /** Removes at most `limit` runs that ended before. @returns how many */
  removeEnded(beforeMs: number, limit: number): Promise<number>;
  /** Replaces a value in all runs, or counts it; `underWay` go on and may write it again until they end. */
  forget(replacement: Replacement): Promise<{
    readonly rows: Readonly<Record<string, number>>;
    readonly underWay: number;
  }>;
  /** Puts in a run that was under way before: it waits at its first step until it is cancelled. */
  plant(run: PlantedRun): Promise<void>;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
  /** Runs under way are carried on after the next start. */
  close(): Promise<void>;
}

/** How a runner reaches the org it works for: over the API, like any other client. */
export interface OrgAccess {
  /** Calls the org in process; the URL must begin with `baseUrl`. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly applicationKey: string;
}
