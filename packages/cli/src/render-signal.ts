/** One signal in full for a terminal, in the order of the Signals Explorer's side panel. */

import { UNASSIGNED, type Attributes, writeAge } from '@signalwright/model';
import { inertTerminal } from '@signalwright/template';
import type { SignalAnswer } from '@signalwright/wire';
import pc from 'picocolors';
import { entitiesOf, severityPaint, STATE_NAMES, type SignalTableOptions } from './signal-table.ts';
import { clipColumns, oneLine, wrapColumns } from './text-width.ts';

const INDENT = '  ';
const NAME_COLUMNS = 13;
/** A message is a page at most; the rest is a number. */
const MAX_MESSAGE_LINES = 60;
const MAX_VALUE_LINES = 6;

/** What people mostly do from here. */
const NEXT_STATES = { open: 'under_review', under_review: 'archived', archived: 'open' } as const;

/** Title and facts, then the message. Values of others are inert. Ends without a line feed. */
export function renderSignal(signal: SignalAnswer, options: SignalTableOptions): string {
  const { bold, dim } = pc.createColors(options.color);
  const title = oneLine(signal.title) || 'no title';
  const heading = `${severityPaint(signal.severity, options.color)(signal.severity.toUpperCase())}  ${bold(clipColumns(title, options.width - 10))}`;
  const facts = factsOf(signal, options.nowMs).flatMap(([name, value]) =>
    wrapColumns(oneLine(value), options.width - NAME_COLUMNS - INDENT.length, MAX_VALUE_LINES).map(
      (line, index) => `${INDENT}${dim((index === 0 ? name : '').padEnd(NAME_COLUMNS))}${line}`,
    ),
  );
  const message = messageLines(signal.message, options.width);
  return [
    heading,
    ...facts,
    ...(message.length === 0 ? [] : ['', bold('What happened'), ...message]),
    '',
    dim(`Next: signalwright signals state ${oneLine(signal.id)} ${NEXT_STATES[signal.state]}`),
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}

function factsOf(signal: SignalAnswer, nowMs: number): readonly (readonly [name: string, value: string])[] {
  const workflow = objectAt(signal.custom, 'workflow');
  const rule = objectAt(workflow, 'rule');
  const isTaken = signal.assignee.id !== UNASSIGNED.id;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['id', signal.id],
    ['state', `${STATE_NAMES[signal.state]}, ${isTaken ? signal.assignee.name : 'unassigned'}`],
    ['service', signal.services.join(', ')],
    ['env', signal.env],
    ['host', signal.host],
    ['entities', listMany(entitiesOf(signal.custom))],
    ['rule', textAt(rule, 'name')],
    ['events', numberAt(workflow, 'events_matched')?.toString()],
    ['first seen', writeMoment(numberAt(workflow, 'first_seen'), nowMs)],
    ['last seen', writeMoment(numberAt(workflow, 'last_seen'), nowMs)],
    ['detected', writeMoment(signal.timestampMs, nowMs)],
    ['incidents', signal.incidentIds.join(', ')],
    ['tags', signal.tags.join(', ')],
    ['version', signal.version?.toString()],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  );
}

const MAX_LISTED = 12;

function listMany(values: readonly string[]): string {
  const more = values.length - MAX_LISTED;
  return `${values.slice(0, MAX_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `2026-11-22 10:04:05 UTC (3 min ago)` */
function writeMoment(atMs: number | undefined, nowMs: number): string | undefined {
  if (atMs === undefined) return undefined;
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return String(atMs);
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC (${writeAge(atMs, nowMs)})`;
}

function messageLines(message: string, width: number): readonly string[] {
  const lines = inertTerminal(message)
    .trim()
    .split('\n')
    .flatMap((line) => wrapColumns(line.replaceAll('\t', '  '), width - INDENT.length, MAX_MESSAGE_LINES));
  if (lines.length === 1 && lines[0] === '') return [];
  const shown = lines.slice(0, MAX_MESSAGE_LINES).map((line) => `${INDENT}${line}`);
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, `${INDENT}… and ${more} more lines, see --json`] : shown;
}

function objectAt(from: Attributes, key: string): Attributes {
  const value: unknown = Object.hasOwn(from, key) ? from[key] : undefined;
  return typeof value === 'object' && value !== null ? (value as Attributes) : {};
}

function textAt(from: Attributes, key: string): string | undefined {
  const value: unknown = from[key];
  return typeof value === 'string' ? value : undefined;
}

function numberAt(from: Attributes, key: string): number | undefined {
  const value: unknown = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
