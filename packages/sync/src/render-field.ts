/** A field that differs, as text for people: its path, its place in a file, and both sides. */

import { showText } from '@signalwright/template';
import { TIMESTAMP_FIELDS } from '@signalwright/wire';
import { OUTPUT_WIDTH, showValue, wrapText, type Paint } from './paint.ts';
import type { KeptField } from './accept-drift.ts';
import type { Place } from './plan.ts';

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
    ...removed.map((value) => `${INDENT}  ${paint('red', `- ${showValue(value, width)}`)}`),
    ...added.map((value) => `${INDENT}  ${paint('green', `+ ${showValue(value, width)}`)}`),
  ];
}

/** Of a list only what left and what came, unless only its order changed; dates as people write them. */
export function sidesOf(field: {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}): {
  readonly removed: readonly unknown[];
  readonly added: readonly unknown[];
} {
  const { before, after } = field;
  if (Array.isArray(before) && Array.isArray(after)) {
    const removed = before.filter((value) => !after.includes(value));
    const added = after.filter((value) => !before.includes(value));
    if (removed.length + added.length > 0) return { removed, added };
  }
  const text = (value: unknown): unknown =>
    TIMESTAMP_FIELDS.includes(field.path) && typeof value === 'number'
      ? new Date(value).toISOString()
      : value;
  return { removed: [text(before)], added: [text(after)] };
}

export function placeText(place: Place): string {
  return `${showText(place.file)}:${place.line}:${place.col}`;
}

/** Drift that was accepted: what is left alone, until when and why. */
export function keptLines(kept: readonly KeptField[], paint: Paint): readonly string[] {
  return kept.flatMap((field) => [
    ...wrapText(`left as it is at the target until ${field.until}: ${field.reason}`, INDENT).map((line) =>
      paint('cyan', line),
    ),
    ...renderField(field, undefined, paint),
  ]);
}
