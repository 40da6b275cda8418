/**
 * Written form to the text of a file, as a person lays it out: keys in the order of the schema, a blank line around
 * what takes several lines, short lists in brackets. `fmt` has nothing to change in it.
 */

import type { ContentPath } from '@signalwright/model';
import { keyOrder, schemaNameOf } from '../format/key-order.ts';
import { QUERY_KEYS } from '../parse/guard-tokens.ts';
import type { SchemaName } from '../schema/schemas.ts';
import { scalarLines } from './scalar-text.ts';

/** Values as JSON has them; keys whose value is undefined are left out. */
export type WrittenMap = Readonly<Record<string, unknown>>;

/** What fits into brackets on one line. */
const MAX_FLOW_CHARS = 90;

/** Lists whose items are short maps by design: one verb with its value. */
const FLOW_ITEMS: ReadonlySet<string> = new Set(['actions']);
/** Lists whose items are paragraphs of their own. */
const SPACED_ITEMS: ReadonlySet<string> = new Set(['steps']);

/** @param data written form of one object; its `kind` says which schema orders the keys */
export function printYaml(data: WrittenMap): string {
  const name = schemaNameOf(data);
  const chunks = entriesInOrder(data, [], name).map(([key, value]) => printEntry(key, value, [key], name));
  const lines = chunks.flatMap((chunk, index) => {
    const before = chunks[index - 1];
    const isParted =
      before !== undefined && (chunk.length > 1 || before.length > 1) && !keepsBlankLines(before);
    return isParted ? ['', ...chunk] : chunk;
  });
  return `${lines.join('\n')}\n`;
}

/** The lines of one key with its value, as they stand at the left margin. */
export function printEntry(
  key: string,
  value: unknown,
  path: ContentPath,
  name: SchemaName | undefined,
): readonly string[] {
  const written = `${scalarLines(key, 'flow')[0] ?? ''}:`;
  if (isMapOrList(value) && !isInBrackets(key, value))
    return [written, ...indent(printBlock(value, path, name))];
  const [first = '', ...rest] = printLeaf(key, value);
  return [`${written} ${first}`, ...indent(rest)];
}

/** The lines of the item of a list, its dash included. */
export function printItem(
  value: unknown,
  path: ContentPath,
  name: SchemaName | undefined,
): readonly string[] {
  const key = path.findLast((step): step is string => typeof step === 'string') ?? '';
  const lines =
    isMapOrList(value) && !isInBrackets('', value) && !(FLOW_ITEMS.has(key) && isShort(value))
      ? printBlock(value, path, name)
      : printLeaf(key, value);
  return lines.map((line, index) => (index === 0 ? `- ${line}` : shift(line)));
}

function printBlock(
  value: WrittenMap | readonly unknown[],
  path: ContentPath,
  name: SchemaName | undefined,
): readonly string[] {
  if (!isList(value)) {
    return entriesInOrder(value, path, name).flatMap(([key, inner]) =>
      printEntry(key, inner, [...path, key], name),
    );
  }
  const isSpaced = SPACED_ITEMS.has(String(path.at(-1)));
  return value.flatMap((item, index) => {
    const lines = printItem(item, [...path, index], name);
    return isSpaced && index > 0 ? ['', ...lines] : lines;
  });
}

/** Keys of a point in time: everybody writes one without quotes, and it reads as text. */
const TIME_KEYS: ReadonlySet<string> = new Set(['starts', 'expires']);
const POINT_IN_TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z$/;

function printLeaf(key: string, value: unknown): readonly string[] {
  if (isMapOrList(value)) return [flowText(value)];
  if (typeof value === 'string' && TIME_KEYS.has(key) && POINT_IN_TIME.test(value)) return [value];
  return scalarLines(value as string | number | boolean | null, QUERY_KEYS.has(key) ? 'query' : 'text');
}

function entriesInOrder(
  map: WrittenMap,
  path: ContentPath,
  name: SchemaName | undefined,
): readonly (readonly [string, unknown])[] {
  const order = name === undefined ? [] : keyOrder(name, path);
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => rank(a) - rank(b));
}

/** Empty ones, and short lists of scalars or of such lists; maps of scalars where a key gives them a name. */
function isInBrackets(key: string, value: WrittenMap | readonly unknown[]): boolean {
  const items = isList(value) ? value : Object.values(value).filter((each) => each !== undefined);
  if (items.length === 0) return true;
  if (isList(value)) {
    return (FLOW_ITEMS.has(key) || !value.some(isMap)) && isShort(value);
  }
  return key !== '' && items.length <= 2 && !items.some(isMapOrList) && isShort(value);
}

function isShort(value: WrittenMap | readonly unknown[]): boolean {
  return !hasLineBreak(value) && flowText(value).length <= MAX_FLOW_CHARS;
}

function hasLineBreak(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\n');
  return isMapOrList(value) && Object.values(value).some(hasLineBreak);
}

function flowText(value: unknown): string {
  if (isList(value)) return `[${value.map(flowText).join(', ')}]`;
  if (isMap(value)) {
    const pairs = Object.entries(value).filter(([, inner]) => inner !== undefined);
    if (pairs.length === 0) return '{}';
    return `{ ${pairs.map(([key, inner]) => `${flowText(key)}: ${flowText(inner)}`).join(', ')} }`;
  }
  return scalarLines(value as string | number | boolean | null, 'flow')[0] ?? '';
}

/** Only a `|+` block ends in a blank line, and there one more would be text. */
function keepsBlankLines(lines: readonly string[]): boolean {
  return lines.at(-1) === '';
}

function isMap(value: unknown): value is WrittenMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isMapOrList(value: unknown): value is WrittenMap | readonly unknown[] {
  return typeof value === 'object' && value !== null;
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map(shift);
}

function shift(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
