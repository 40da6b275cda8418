/** What happened to a signal, in words: its audit entries, comments and workflow runs in one order. */

import type { AuditEntry } from '@signalwright/model';

import type { WorkflowInstance } from '../workflow-port.ts';

export interface TimelineEntry {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  /** Words of a person or workflow, shown as a quotation. */
  readonly text?: string;
}

export type TimelineRun = Pick<WorkflowInstance, 'workflowName' | 'status' | 'startedAtMs' | 'reason'>;

/** @returns oldest first; at one moment detection comes first, then runs, then what they and people did */
export function composeTimeline(
  audit: readonly AuditEntry[],
  runs: readonly TimelineRun[],
): readonly TimelineEntry[] {
  const ranked = [
    ...audit.map((entry) => ({
      entry: describeEntry(entry),
      rank: DETECTED.has(entry.action) ? 0 : 2,
      seq: entry.seq,
    })),
    ...runs.map((run) => ({ entry: describeRun(run), rank: 1, seq: 0 })),
  ];
  return ranked
    .toSorted((a, b) => a.entry.atMs - b.entry.atMs || a.rank - b.rank || a.seq - b.seq)
    .map(({ entry }) => entry);
}

const DETECTED: ReadonlySet<string> = new Set(['signal.open', 'signal.raise']);

function describeRun(run: TimelineRun): TimelineEntry {
  const outcome = RUN_WORDS[run.status];
  return {
    atMs: run.startedAtMs,
    who: run.workflowName,
    what: `started on this signal; ${outcome}`,
    ...(run.reason !== undefined && { text: run.reason }),
  };
}

const RUN_WORDS = {
  IN_PROGRESS: 'it is running',
  SUCCEEDED: 'it succeeded',
  FAILED: 'it failed',
  CANCELED: 'it was canceled',
  NEEDS_PERSON: 'it needs a person',
} as const satisfies Record<TimelineRun['status'], string>;

function describeEntry(entry: AuditEntry): TimelineEntry {
  const text = textOf(entry.after, 'text') ?? textOf(entry.after, 'archiveComment');
  return {
    atMs: entry.atMs,
    who: entry.actorName,
    what: describeAction(entry),
    ...(text !== undefined && { text }),
  };
}

function describeAction(entry: AuditEntry): string {
  const { action, before, after, subject } = entry;
  switch (action) {
    case 'signal.open':
      return `opened this signal at ${textOf(after, 'severity') ?? 'an unknown severity'}`;
    case 'signal.raise':
      return `raised the severity from ${textOf(before, 'severity') ?? '?'} to ${textOf(after, 'severity') ?? '?'}`;
    case 'signal.state':
      return `set the state from ${words(textOf(before, 'state'))} to ${words(textOf(after, 'state'))}${reasonOf(after)}`;
    case 'signal.assignee':
      return `assigned ${textOf(after, 'name') ?? '?'}`;
    case 'signal.comment':
      return 'commented';
    case 'denylist.block':
      return `blocked ${subject}`;
    case 'denylist.unblock':
      return `unblocked ${subject}`;
    default:
      return `${action} ${subject}`;
  }
}

function reasonOf(after: unknown): string {
  const reason = textOf(after, 'archiveReason');
  return reason === undefined || reason === 'none' ? '' : ` (${words(reason)})`;
}

function words(value: string | undefined): string {
  return (value ?? '?').replaceAll('_', ' ');
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const text = (value as Readonly<Record<string, unknown>>)[key];
  return typeof text === 'string' ? text : undefined;
}
