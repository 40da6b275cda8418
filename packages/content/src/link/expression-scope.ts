/** What a text with expressions may read, and where. */

import type { ActionManifest, Workflow, WorkflowStep } from '@signalwright/model';
import type { ExpressionSegment } from '@signalwright/template';
import type { WorkflowFlow } from './workflow-flow.ts';

export interface ExpressionScope {
  readonly workflow: Workflow;
  /** Undefined when two steps have one id. */
  readonly flow: WorkflowFlow | undefined;
  readonly manifest: ActionManifest | undefined;
  /** The step that reads; undefined for an output, which is read when all have ended. */
  readonly step?: WorkflowStep;
  /** A gate reads the output of its own step, by its bare names too. */
  readonly isGate?: true;
  /** Collects what is read of `Trigger`; `undefined` stands for all of it, or for a text that nobody could read. */
  readonly reads: Set<string | undefined>;
}

export type PathPart = Extract<ExpressionSegment, { kind: 'path' }>;
