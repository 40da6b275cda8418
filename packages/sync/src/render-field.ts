/** A field that differs, as text for people: its path, its place in a file, and both sides. */

import { showText } from '@signalwright/template';
import { TIMESTAMP_FIELDS } from '@signalwright/wire';
import { OUTPUT_WIDTH, showValue, wrapText, type Paint } from './paint.ts';
import { dateText } from './date-text.ts';
import type { KeptField } from './accept-drift.ts';
import type { Place } from './plan.ts';
import { textSides, type Sides } from './text-sides.ts';

const INDENT = '    ';

export function renderField(
  field: { readonly path: string; readonly before: unknown; readonly after: unknown },
  place: Place | undefined,
  paint: Paint,
): readonly string[] {
  const where = place === undefined ? '' : `  ${paint('dim', placeText(place))}`;
  const width = OUTPUT_WIDTH - INDENT.length - 4;
  const { removed, added } = sidesOf(field);
  return [
    `${INDENT}${showText(field.path)}${where}`,
    ...sideLines('-', removed, width).map((line) => `${INDENT}  ${paint('red', line)}`),
    ...sideLines('+', added, width).map((line) => `${INDENT}  ${paint('green', line)}`),
  ];
}

/** Of a side of one field: a message may have a thousand lines. */
const MAX_SIDE_VALUES = 20;

/** `- "a"`, and how many more there are. */
export function sideLines(sign: '-' | '+', values: readonly unknown[], width: number): readonly string[] {
  const more = values.length - MAX_SIDE_VALUES;
  const lines = values.slice(0, MAX_SIDE_VALUES).map((value) => `${sign} ${showValue(value, width)}`);
  return more > 0 ? [...lines, `${sign} … and ${more} more`] : lines;
}

/**
 * Of a list or of lines only what left and what came, unless only their order changed; of a long text what differs; dates
 * as people write them.
 */
export function sidesOf(field: {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}): Sides {
  const { before, after } = field;
  if (typeof before === 'string' && typeof after === 'string') return textSides(before, after);
  if (Array.isArray(before) && Array.isArray(after)) {
    const removed = before.filter((value) => !after.includes(value));
    const added = after.filter((value) => !before.includes(value));
    if (removed.length + added.length > 0) return { removed, added };
  }
  const text = (value: unknown): unknown =>
    TIMESTAMP_FIELDS.includes(field.path) && typeof value === 'number' ? dateText(value) : value;
  return { removed: [text(before)], added: [text(after)] };
}

export function placeText(place: Place): string {
  return `${showText(place.file)}:${place.line}:${place.col}`;
}

/** Drift that was accepted: what is left alone, until when and why; said once for all fields of one consent. */
export function keptLines(kept: readonly KeptField[], paint: Paint): readonly string[] {
  return groupKept(kept).flatMap(({ until, reason, fields }) => [
    ...wrapText(`left as it is at the target until ${until}: ${reason}`, INDENT).map((line) =>
      paint('cyan', line),
    ),
    ...fields.flatMap((field) => renderField(field, undefined, paint)),
  ]);
}

/** Fields that were accepted until the same day for the same reason, in their order. */
export interface KeptGroup {
  readonly until: string;
  readonly reason: string;
  readonly fields: readonly KeptField[];
}

export function groupKept(kept: readonly KeptField[]): readonly KeptGroup[] {
  const groups: { until: string; reason: string; fields: KeptField[] }[] = [];
  for (const field of kept) {
    const { until, reason } = field;
    const group = groups.find((each) => each.until === until && each.reason === reason);
    if (group === undefined) groups.push({ until, reason, fields: [field] });
    else group.fields.push(field);
  }
  return groups;
}
