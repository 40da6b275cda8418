/** A run and its steps as they are recorded. Source of the state model: workflow instances of the public API. */

import type { Workflow } from '@signalwright/model';

export type RunStatus =
  /** Waits for a slot. */
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  /** The outcome of a step is unclear and must not be repeated blindly: a person decides. */
  | 'needs_person';

export type RunTrigger =
  | { readonly kind: 'security'; readonly signalId: string }
  | { readonly kind: 'manual'; readonly signalId: string; readonly actorId: string };

export interface Run {
  readonly id: string;
  /** Pinned: a run finishes on the workflow it started with. */
  readonly workflow: Workflow;
  readonly interpreterVersion: number;
  readonly trigger: RunTrigger;
  /** The signal at the start, as the public API writes it. */
  readonly securitySignal: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What led here, oldest first; see `Actor`. */
  readonly cause: readonly string[];
  readonly status: RunStatus;
  /** Why it ended as it did, when it did not succeed. */
  readonly reason?: string;
  /** The step that decided that. */
  readonly step?: string;
  readonly isCancelRequested: boolean;
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
}

export type StepStatus = 'started' | 'done' | 'failed' | 'unclear' | 'true' | 'false';

export interface StepRecord {
  readonly path: string;
  /** Undefined for an `if`. */
  readonly action?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly status: StepStatus;
  readonly output?: unknown;
  readonly reason?: string;
  /** Attempts that ended, without the one in flight. */
  readonly attempts: number;
  /** How often the process ended while the step ran. */
  readonly interruptions: number;
  /** Not before this time is the next attempt made. */
  readonly nextAttemptAtMs?: number;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
}

/** Reasons may quote what others sent, so they are cut; the record keeps what people read. Chosen. */
const MAX_REASON_CHARACTERS = 2_000;

export function clipReason(reason: string): string {
  return reason.slice(0, MAX_REASON_CHARACTERS);
}
