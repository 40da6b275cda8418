/** What the pages of a plan and of drift say of one object in the same words: its fields, and what was accepted of them. */

import { groupKept, sideLines, sidesOf, type KeptField, type Place } from '@signalwright/sync';
import { countOf } from '../phrase.ts';
import type { Section } from './fit.ts';
import { code, fence, prose } from './markdown.ts';

/** Fields of one object; a rule has fewer, what somebody made of a workflow may not. */
const MAX_FIELDS = 40;
const MAX_VALUE_CHARS = 300;
/** Characters of a section that sections before it may not take. */
const RESERVE = 12_000;

type Field = Parameters<typeof sidesOf>[0];

/** One fence: the path of each field, its place in a file where one is known, and both sides. */
export function fieldsFence(fields: readonly Field[], places: readonly (Place | undefined)[] = []): string {
  const more = fields.length - MAX_FIELDS;
  const lines = fields.slice(0, MAX_FIELDS).flatMap((field, at) => fieldLines(field, places[at]));
  return fence('diff', more > 0 ? [...lines, `@@ ${countOf(more, 'more field')} @@`] : lines);
}

function fieldLines(field: Field, place: Place | undefined): readonly string[] {
  const { removed, added } = sidesOf(field);
  const where = place === undefined ? '' : ` ${place.file}:${place.line}:${place.col}`;
  return [
    `@@ ${field.path} @@${where}`,
    ...sideLines('-', removed, MAX_VALUE_CHARS),
    ...sideLines('+', added, MAX_VALUE_CHARS),
  ];
}

/** A sentence for each consent, with the fields that it is about. */
export function keptItems(kept: readonly KeptField[]): readonly string[] {
  return groupKept(kept)
    .slice(0, MAX_FIELDS)
    .map(({ until, reason, fields }) => {
      const more = fields.length - MAX_FIELDS;
      const paths = fields.slice(0, MAX_FIELDS).map(({ path }) => code(path));
      const names = [...paths, ...(more > 0 ? [`${more} more`] : [])].join(', ');
      return `${names} ${fields.length === 1 ? 'is' : 'are'} left as at the target until ${code(until)}: ${prose(reason)}`;
    });
}

/** Objects, of which those that do not fit are counted. */
export function objectsSection(items: readonly string[], noun: string, command: 'plan' | 'drift'): Section {
  return {
    open: '',
    items,
    close: '',
    reserve: items.length === 0 ? 0 : RESERVE,
    cutNotice: (omitted) =>
      `**Cut here: ${countOf(omitted, `more ${noun}`)} did not fit.** \`signalwright ${command}\` prints all of them.`,
  };
}

/** A line of the frame, which is small and always wanted. */
export function frameSection(open: string, items: readonly string[]): Section {
  return { open, items, close: '', reserve: 1_000, cutNotice: () => '' };
}
