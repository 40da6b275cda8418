/** What happened to a signal, in words: its audit entries, comments and workflow runs in one order. */

import type { AuditEntry, Signal } from '@signalwright/model';

export interface TimelineEntry {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  /** Words of a person or workflow, shown as a quotation. */
  readonly text?: string;
}

export interface TimelineRun {
  readonly workflowName: string;
  readonly status: string;
  readonly startedAtMs: number;
}

/** @returns oldest first */
export function composeTimeline(
  signal: Signal,
  audit: readonly AuditEntry[],
  runs: readonly TimelineRun[],
): readonly TimelineEntry[] {
  const entries = [
    ...audit.map((entry) => describeEntry(entry)),
    ...runs.map((run): TimelineEntry => ({
      atMs: run.startedAtMs,
      who: run.workflowName,
      what: `ran: ${run.status}`,
    })),
  ];
  const hasOpening = audit.some((entry) => entry.action === 'signal.open');
  const opening: TimelineEntry = {
    atMs: signal.createdAtMs,
    who: signal.rule.name,
    what: 'opened this signal',
  };
  return [...(hasOpening ? [] : [opening]), ...entries].toSorted((a, b) => a.atMs - b.atMs);
}

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
