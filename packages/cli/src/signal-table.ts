/**
 * Signals as a table for a terminal: two lines each, what it is above, and below that its age, its id (to copy into
 * the next command), where it happened and who has it. The columns are those of the Signals Explorer.
 */

import { isIP } from 'node:net';
import { UNASSIGNED, type Attributes, type Severity, type TriageState, writeAge } from '@signalwright/model';
import type { SignalAnswer } from '@signalwright/wire';
import pc from 'picocolors';
import { clipColumns, columnsOf, oneLine, padColumns, wrapColumns } from './text-width.ts';

export interface SignalTableOptions {
  /** Unix time in milliseconds; ages count from here. */
  readonly nowMs: number;
  readonly color: boolean;
  /** Columns of the terminal. No line is wider, but for an id that is, or where it is too narrow for any table. */
  readonly width: number;
}

/** The table, header first, without a line feed at its end. Values of others are inert: nothing moves the cursor. */
export function renderSignalTable(signals: readonly SignalAnswer[], options: SignalTableOptions): string {
  const rows = signals.map((signal) => rowOf(signal, options.nowMs));
  const widths = columnWidths(rows, options.width);
  const header = joinCells(HEADER, widths, () => pc.createColors(options.color).dim);
  return [header, ...rows.flatMap((row) => renderRow(row, widths, options.color))]
    .map((line) => line.trimEnd())
    .join('\n');
}

function renderRow(row: Row, widths: readonly number[], color: boolean): readonly string[] {
  const { bold, dim } = pc.createColors(color);
  const paint = severityPaint(row.severity, color);
  const titleColumns = widths[TITLE] ?? 0;
  const [first = '', ...more] = wrapColumns(row.title, titleColumns, MAX_TITLE_LINES);
  const isIdLong = columnsOf(row.id) > titleColumns;
  const above = [row.severity, first, row.services, row.attackers, STATE_NAMES[row.state]];
  const below = [row.age, isIdLong ? '' : row.id, row.env, row.others, row.assignee];
  return [
    joinCells(above, widths, (cell) => (cell === 0 ? paint : cell === TITLE ? bold : String)),
    ...more.map((line) => joinCells(['', line], widths, () => bold)),
    joinCells(below, widths, () => dim),
    // Never cut: somebody copies it into the next command.
    ...(isIdLong ? [`${' '.repeat((widths[0] ?? 0) + GAP.length)}${dim(row.id)}`] : []),
  ];
}

/** Severity, title, service, entities, state: what stands above; the id stands under the title. */
const HEADER = ['SEVERITY', 'SIGNAL', 'SERVICE', 'ENTITIES', 'STATE'];
const TITLE = 1;
const GAP = '  ';
const MAX_TITLE_LINES = 2;
/** Chosen: most titles fit in two such lines. */
const WANTED_TITLE_COLUMNS = 40;
const MIN_TITLE_COLUMNS = 24;
const ENTITIES = 3;
/** Widest that a column gets, so that no attacker can push the others off the line. The title takes the rest. */
const MAX_COLUMNS = [9, Number.POSITIVE_INFINITY, 16, 39, 14];
/** Of entities, when the title needs room: an IPv4 address and how many more there are. */
const MIN_ENTITY_COLUMNS = 20;

/** Source: the names of the three states in the Signals Explorer. */
export const STATE_NAMES = {
  open: 'open',
  under_review: 'under review',
  archived: 'archived',
} as const satisfies Record<TriageState, string>;

interface Row {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly services: string;
  readonly env: string;
  /** IP addresses. */
  readonly attackers: string;
  /** Users first; whatever else the signal is grouped by. */
  readonly others: string;
  readonly state: TriageState;
  readonly assignee: string;
  readonly age: string;
}

function rowOf(signal: SignalAnswer, nowMs: number): Row {
  const entities = entitiesOf(signal.custom);
  const [firstService = '–', ...services] = signal.services;
  return {
    id: oneLine(signal.id),
    severity: signal.severity,
    title: oneLine(signal.title) || 'no title',
    services: oneLine(services.length === 0 ? firstService : `${firstService} +${services.length}`),
    env: oneLine(signal.env ?? ''),
    attackers: listShort(entities.filter((value) => isIP(value) !== 0)),
    others: listShort(entities.filter((value) => isIP(value) === 0)),
    state: signal.state,
    assignee: signal.assignee.id === UNASSIGNED.id ? 'unassigned' : oneLine(signal.assignee.name),
    age: writeAge(signal.timestampMs, nowMs),
  };
}

/** The first one; the rest is a number. */
function listShort(values: readonly string[]): string {
  const [first, ...more] = values.map(oneLine);
  if (first === undefined) return '';
  return more.length === 0 ? first : `${first} +${more.length}`;
}

/** Values that the signal is about, each once: `entities` as the embedded org writes them, else what it is grouped by. */
export function entitiesOf(custom: Attributes): readonly string[] {
  return [...new Set(entityValues(custom))];
}

function entityValues(custom: Attributes): readonly string[] {
  const entities: unknown = custom['entities'];
  if (Array.isArray(entities)) {
    return entities.filter((each) => typeof each === 'string').map((each) => each.replace(/^@[^:]*:/, ''));
  }
  const paths: unknown = custom['groupByPaths'];
  if (!Array.isArray(paths)) return [];
  return paths
    .filter((path): path is string => typeof path === 'string' && path.startsWith('@'))
    .map((path) => valueAt(custom, path.slice(1).split('.')))
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map(String);
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined,
    from,
  );
}

function columnWidths(rows: readonly Row[], width: number): readonly number[] {
  const columns = [
    rows.flatMap((row) => [row.severity, row.age]),
    [],
    rows.flatMap((row) => [row.services, row.env]),
    rows.flatMap((row) => [row.attackers, row.others]),
    rows.flatMap((row) => [STATE_NAMES[row.state], row.assignee]),
  ];
  const widths = columns.map((cells, index) =>
    Math.min(MAX_COLUMNS[index] ?? 0, Math.max(...[HEADER[index] ?? '', ...cells].map(columnsOf))),
  );
  widths[TITLE] = 0;
  const roomFor = (): number =>
    width - GAP.length * (HEADER.length - 1) - widths.reduce((sum, columnsOfCell) => sum + columnsOfCell, 0);
  const missing = WANTED_TITLE_COLUMNS - roomFor();
  const entities = widths[ENTITIES] ?? 0;
  if (missing > 0) widths[ENTITIES] = Math.min(entities, Math.max(MIN_ENTITY_COLUMNS, entities - missing));
  widths[TITLE] = Math.max(MIN_TITLE_COLUMNS, roomFor());
  return widths;
}

type Paint = (text: string) => string;

/** Padded before it is painted, so that escape sequences do not count. */
function joinCells(
  cells: readonly string[],
  widths: readonly number[],
  paintOf: (index: number) => Paint,
): string {
  return cells
    .map((cell, index) => {
      const columns = widths[index] ?? 0;
      const clipped = clipColumns(cell, columns);
      return paintOf(index)(index === cells.length - 1 ? clipped : padColumns(clipped, columns));
    })
    .join(GAP);
}

export function severityPaint(severity: Severity, color: boolean): Paint {
  const { bold, red, yellow, cyan, dim } = pc.createColors(color);
  switch (severity) {
    case 'critical':
      return (text) => bold(red(text));
    case 'high':
      return red;
    case 'medium':
      return yellow;
    case 'low':
      return cyan;
    case 'info':
      return dim;
  }
}
