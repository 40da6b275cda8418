/**
 * Changes values of a file where they stand: everything else keeps its bytes, comments and layout included.
 * Each edit is made in the text, by the places that the parser gives, and the file is read again before the next one.
 */

import type { ContentPath } from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import { isMap, isPair, isScalar, isSeq, type ParsedNode, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { keyOrder } from '../format/key-order.ts';
import { nodeRange } from '../parse/node-reader.ts';
import { parseYaml } from '../parse/parse-yaml.ts';
import type { SchemaName } from '../schema/schemas.ts';
import { sourceText } from '../source-text.ts';
import { printEntry, printItem, type WrittenMap } from './print-yaml.ts';

export type Edit =
  /** Replaces the value at `path`, or adds its key. The last step is a key, or the index of an item. */
  | { readonly kind: 'set'; readonly path: ContentPath; readonly value: unknown }
  /** Puts an item before the one at the index that ends `path`, or behind the last one. */
  | { readonly kind: 'insert'; readonly path: ContentPath; readonly value: unknown }
  /** Takes away a key or an item, with the comments right above it. */
  | { readonly kind: 'remove'; readonly path: ContentPath }
  /** Gives a key another name that needs no quotes; its value stays as it is written. */
  | { readonly kind: 'rename'; readonly path: ContentPath; readonly key: string };

/**
 * Lines that all end in CR LF end so afterwards.
 *
 * @returns undefined when the file is laid out in a way that cannot be edited in place; never a wrong value
 */
export function editSource(text: string, edits: readonly Edit[], name: SchemaName): string | undefined {
  if (!text.includes('\r\n') || /(?:^|[^\r])\n/.test(text)) return editLines(text, edits, name);
  return editLines(text.replaceAll('\r\n', '\n'), edits, name)?.replaceAll('\n', '\r\n');
}

function editLines(text: string, edits: readonly Edit[], name: SchemaName): string | undefined {
  let current = text;
  let parsed = parseYaml(sourceText('', text));
  for (const edit of edits) {
    if (!parsed.ok) return undefined;
    const next = applyEdit({ text: current, name }, parsed.root, edit);
    if (next === undefined) return undefined;
    const wanted = edited(parsed.data, edit.path, edit);
    parsed = parseYaml(sourceText('', next));
    if (!parsed.ok || !isSameValue(parsed.data, wanted)) return undefined;
    current = next;
  }
  return current;
}

interface Source {
  readonly text: string;
  readonly name: SchemaName;
}

function applyEdit(source: Source, root: ParsedNode, edit: Edit): string | undefined {
  const last = edit.path.at(-1);
  const parent = nodeAt(root, edit.path.slice(0, -1));
  if (last === undefined || parent === undefined) return undefined;
  if (edit.kind === 'rename') return renameKey(source.text, parent, last, edit.key);
  if (isFlow(parent)) return edit.path.length > 1 ? editInBrackets(source, root, edit) : undefined;
  if (isMap(parent) && typeof last === 'string' && edit.kind !== 'insert') {
    const pair = pairOf(parent, last);
    if (edit.kind === 'remove')
      return pair === undefined ? source.text : removeChild(source.text, parent, pair.key);
    const lines = printEntry(last, edit.value, edit.path, source.name);
    return pair === undefined
      ? insertKey(source, parent, edit.path, lines)
      : replaceChild(source.text, pair.key, pair.value, columnOf(source.text, startOf(pair.key)), lines);
  }
  if (isSeq(parent) && typeof last === 'number') return editItem(source, parent, edit, last);
  return undefined;
}

function renameKey(
  text: string,
  parent: YAMLMap | YAMLSeq,
  last: string | number,
  key: string,
): string | undefined {
  const pair = isMap(parent) ? pairOf(parent, last) : undefined;
  if (pair === undefined) return undefined;
  const [start, end] = rangeOf(pair.key);
  return text.slice(0, start) + key + text.slice(end);
}

function pairOf(map: YAMLMap, key: string | number): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

type ValueEdit = Exclude<Edit, { readonly kind: 'rename' }>;

function editItem(
  { text, name }: Source,
  parent: YAMLSeq,
  edit: ValueEdit,
  index: number,
): string | undefined {
  const item = parent.items[index];
  const dash = item === undefined ? undefined : dashBefore(text, item);
  if (edit.kind === 'remove') return dash === undefined ? undefined : removeChild(text, parent, item, dash);
  const lines = printItem(edit.value, edit.path, name);
  if (edit.kind === 'set') {
    return dash === undefined
      ? undefined
      : replaceAt(text, dash, endOf(text, item), columnOf(text, dash), lines);
  }
  const last = parent.items.at(-1);
  const first = parent.items[0] === undefined ? undefined : dashBefore(text, parent.items[0]);
  if (first === undefined) return undefined;
  const column = columnOf(text, first);
  if (dash === undefined) return insertBehind(text, endOf(text, last), column, lines);
  const at = lineStart(text, dash);
  return `${text.slice(0, at)}${indented(lines, column)}\n${text.slice(at)}`;
}

/** The whole bracketed value is written anew: it is short, and has no comments. */
function editInBrackets(source: Source, root: ParsedNode, edit: ValueEdit): string | undefined {
  const path = edit.path.slice(0, -1);
  const node = nodeAt(root, path);
  if (node === undefined || source.text.slice(...rangeOf(node)).includes('#')) return undefined;
  const value = edited(node.toJSON(), edit.path.slice(-1), edit);
  return applyEdit(source, root, { kind: 'set', path, value });
}

/** The value with one edit made in it, at `path` and below. */
function edited(value: unknown, path: ContentPath, edit: Edit): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value) && typeof step === 'number') {
    if (rest.length > 0) return value.with(step, edited(value[step], rest, edit));
    const put = edit.kind === 'remove' || edit.kind === 'rename' ? [] : [edit.value];
    return value.toSpliced(step, edit.kind === 'insert' ? 0 : 1, ...put);
  }
  const { [String(step)]: old, ...others } = value as WrittenMap;
  if (rest.length > 0) return { ...(value as WrittenMap), [String(step)]: edited(old, rest, edit) };
  if (edit.kind === 'remove') return others;
  if (edit.kind === 'rename') return { ...others, [edit.key]: old };
  const put = edit.value;
  return { ...(value as WrittenMap), [String(step)]: put };
}

/** Maps with and without a prototype hold the same. */
function isSameValue(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}

/** The key with its value, from the key to the end of the value; a comment behind the first line stays there. */
function replaceChild(
  text: string,
  key: unknown,
  value: unknown,
  column: number,
  lines: readonly string[],
): string | undefined {
  const start = startOf(key);
  const end = value === null || value === undefined ? rangeOf(key)[1] + 1 : endOf(text, value);
  return replaceAt(text, start, end, column, lines);
}

function replaceAt(
  text: string,
  start: number,
  end: number,
  column: number,
  lines: readonly string[],
): string {
  const old = text.slice(start, end);
  const [first = '', ...rest] = lines;
  const comment = old.includes('\n') ? commentBehind(old) : '';
  // What follows on the line of a value that was short is its comment: it goes behind the first line.
  const behind = old.includes('\n') ? '' : (/^[^\n]*/.exec(text.slice(end))?.[0] ?? '');
  const below = rest.length === 0 ? '' : `\n${indented(rest, column)}`;
  return `${text.slice(0, start)}${first}${comment}${behind}${below}${restBehind(text, end + behind.length, lines)}`;
}

/** The comment behind `|`, or behind a key whose value stands below it. */
function commentBehind(old: string): string {
  const line = old.slice(0, old.indexOf('\n'));
  return /(?::|[|>][-+]?\d?[-+]?)(\s+#.*)$/.exec(line)?.[1]?.trimEnd() ?? '';
}

/** Behind the last key that the schema puts before it. */
function insertKey(
  { text, name }: Source,
  map: YAMLMap,
  path: ContentPath,
  lines: readonly string[],
): string | undefined {
  const order = keyOrder(name, path.slice(0, -1));
  const rank = (key: unknown): number => {
    const at = order.indexOf(isScalar(key) ? String(key.value) : String(key));
    return at === -1 ? order.length : at;
  };
  const before = map.items.filter((pair) => rank(pair.key) <= rank(path.at(-1)));
  const anchor: Pair | undefined = before.toSorted((a, b) => startOf(a.key) - startOf(b.key)).at(-1);
  const first = map.items[0];
  if (first === undefined) return undefined;
  const column = columnOf(text, startOf(first.key));
  if (anchor === undefined) {
    // The first key of an item stands behind its dash, and so does the new one.
    const start = startOf(first.key);
    const written = [...lines, ''].join(`\n${' '.repeat(column)}`);
    return `${text.slice(0, start)}${written}${text.slice(start)}`;
  }
  const end = endOf(text, anchor);
  // Behind a `|+` block, one more blank line would be text.
  const isLong = lines.length > 1 || text.slice(startOf(anchor.key), end).includes('\n');
  const isParagraph = path.length === 1 && isLong && text[end - 1] !== '\n';
  return insertBehind(text, end, column, isParagraph ? ['', ...lines] : lines);
}

/** Whole lines behind the one that a value ends in. */
function insertBehind(text: string, end: number, column: number, lines: readonly string[]): string {
  const feed = text.indexOf('\n', end);
  const at = feed === -1 ? text.length : feed;
  return `${text.slice(0, at)}\n${indented(lines, column)}${restBehind(text, at, lines)}`;
}

/** What follows; blank lines behind a `|+` block would become a part of it. */
function restBehind(text: string, at: number, lines: readonly string[]): string {
  const rest = text.slice(at);
  return lines.at(-1) === '' ? rest.replace(/^\n(?: *\n)+/, '\n') : rest;
}

function indented(lines: readonly string[], column: number): string {
  return lines.map((line) => (line === '' ? '' : `${' '.repeat(column)}${line}`)).join('\n');
}

/** Whole lines, from the comments right above to the end of the value; one blank line of two goes too. */
function removeChild(
  text: string,
  parent: YAMLMap | YAMLSeq,
  child: unknown,
  from: number = startOf(child),
): string | undefined {
  if (parent.items.length === 1) return undefined;
  const pair = isMap(parent) ? parent.items.find(({ key }) => key === child) : undefined;
  const end = endOf(text, pair ?? child);
  const feed = text.indexOf('\n', end);
  const below = feed === -1 ? text.length : feed + 1;
  const line = lineStart(text, from);
  if (text.slice(line, from).trim() !== '') return removeBehindDash(text, parent, from, end);
  const above = startOfComments(text, line);
  const position = parent.items.findIndex((item) => item === (pair ?? child));
  const before: unknown = parent.items[position - 1];
  const isFirst = before === undefined;
  // The blank line behind a `|+` block is text.
  const isParted =
    text.slice(0, above).endsWith('\n\n') && (isFirst || text[endOf(text, before) - 1] !== '\n');
  if (isParted && below === text.length) return text.slice(0, above - 1);
  const gap = (isParted || isFirst) && text.startsWith('\n', below) ? 1 : 0;
  return `${text.slice(0, above)}${text.slice(below + gap)}`;
}

/** The first key of an item stands behind its dash: the next one takes its place. */
function removeBehindDash(
  text: string,
  parent: YAMLMap | YAMLSeq,
  from: number,
  end: number,
): string | undefined {
  const next = isMap(parent) ? parent.items[1] : undefined;
  const start = next === undefined ? -1 : startOf(next.key);
  return start === -1 || text.slice(end, start).trim() !== ''
    ? undefined
    : text.slice(0, from) + text.slice(start);
}

/** Start of the comment lines that stand right above a line. */
function startOfComments(text: string, line: number): number {
  let start = line;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!/^[ \t]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  // Comments at the top of the file are about the file.
  return start === 0 && line > 0 ? line : start;
}

function nodeAt(root: ParsedNode, path: ContentPath): YAMLMap | YAMLSeq | undefined {
  let node: unknown = root;
  for (const step of path) {
    if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else if (isMap(node)) node = node.items.find(({ key }) => isScalar(key) && key.value === step)?.value;
    else return undefined;
  }
  return isMap(node) || isSeq(node) ? node : undefined;
}

function isFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}

/** Offset of the dash of an item; undefined when it is not right before it. */
function dashBefore(text: string, item: unknown): number | undefined {
  const start = startOf(item);
  const dash = text.lastIndexOf('-', start - 1);
  return /^-[ ]+$/.test(text.slice(dash, start)) ? dash : undefined;
}

/** Behind the last character of a value or pair: a block ends before the blank lines that part it from what follows. */
function endOf(text: string, node: unknown): number {
  if (isPair(node)) return node.value === null ? rangeOf(node.key)[1] + 1 : endOf(text, node.value);
  if ((isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0)
    return endOf(text, node.items.at(-1));
  const [start, end] = rangeOf(node);
  if (!isScalar(node) || (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')) return end;
  const block = text.slice(start, end);
  const keeps = /^[|>]\d?\+/.test(block);
  return start + block.replace(keeps ? /\n$/ : /(?:\n *)+$/, '').length;
}

function rangeOf(node: unknown): readonly [number, number] {
  return nodeRange(node) ?? [0, 0];
}

function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
