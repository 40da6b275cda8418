/**
 * What the written form cannot hold of an imported object is taken out of it, until the file has no errors: a query
 * outside of the language, a text that is too long, a list with an item twice. It is kept under `unknownFields`, so
 * that the object compiles to the same payload all the same.
 */

import {
  CODES,
  unreachable,
  type ContentPath,
  type Diagnostic,
  type Kind,
  type SourcePosition,
} from '@signalwright/model';
import { isMap, isScalar, isSeq } from 'yaml';
import { suspiciousCharacters } from '../parse/guard-text.ts';
import { lookAlikeWords } from '../parse/look-alike-words.ts';
import { nodeRange } from '../parse/node-reader.ts';
import { parseYaml } from '../parse/parse-yaml.ts';
import { sourceText } from '../source-text.ts';
import type { WrittenMap } from '../write/print-yaml.ts';

/** Matches nothing: nobody here knows what the real one matches. */
const NOTHING = '-*:*';
const NO_REASON = 'Imported without a reason.';

/** What stands for a required value that had to go. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  name: 'Imported',
  reason: NO_REASON,
  query: NOTHING,
  ruleQuery: NOTHING,
  suppressSignals: NOTHING,
  excludeEvents: NOTHING,
  rrule: '',
};

/** Keys that say something by themselves. */
const SHELL_KEYS = ['kind', 'id', 'name', 'enabled', 'owner', 'tags', 'message', 'description', 'remoteId'];

/** What stands for an object whose parts do not fit together in a way that we know. */
function shellOf(data: WrittenMap): WrittenMap {
  const shell = Object.fromEntries(Object.entries(data).filter(([key]) => SHELL_KEYS.includes(key)));
  const kind = data['kind'] as Kind;
  switch (kind) {
    case 'detection-rule':
      return {
        ...shell,
        type: 'log_detection',
        queries: [{ query: NOTHING }],
        cases: [{ condition: 'a > 0', severity: 'info' }],
      };
    case 'suppression':
      return { ...shell, reason: NO_REASON, ruleQuery: NOTHING, expires: 'never', suppressSignals: NOTHING };
    case 'notification-rule':
      return { ...shell, selectors: {}, targets: ['@nobody'] };
    case 'workflow':
      return {
        ...shell,
        triggers: { security: {} },
        steps: [{ id: 'Imported', action: 'com.datadoghq.core.noop' }],
      };
    case 'saved-view':
      return { ...shell, logs: {}, query: NOTHING };
    default:
      return unreachable(kind);
  }
}

/** Keys that say what the object is: an error there cannot be mended. */
const FIXED: ReadonlySet<string> = new Set(['kind', 'id', 'default', 'remoteId', 'unknownFields']);

/** Only what is an error by itself: the severity of lints is the project's own choice. */
export function isErrorOfContent(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error' && CODES[diagnostic.code].severity === 'error';
}

/**
 * One step: each place with an error gets a stand-in or goes, and what had one already goes with what holds it.
 *
 * @param tried places that earlier steps had in hand; this one adds to it
 * @returns undefined when nothing is left to take out
 */
export function takeOut(
  data: WrittenMap,
  text: string,
  errors: readonly Diagnostic[],
  tried: Set<string>,
): WrittenMap | undefined {
  let current: WrittenMap | undefined = data;
  const paths = errors.flatMap((each) => pathAt(text, each.range.start) ?? []);
  if (paths.length === 0) return takeOutKeys(data, tried);
  // From the end: positions of earlier items stay what they are.
  const ordered = dropNested(paths).toSorted((a, b) => comparePaths(b, a));
  const wasShell = tried.has(SHELL);
  for (const path of ordered) {
    if (current !== undefined && tried.has(SHELL) === wasShell) current = takeOutOne(current, path, tried);
  }
  return current === data ? undefined : current;
}

/** The text cannot be read at all: keys that no file may hold go, which a payload has as values. */
function takeOutKeys(data: WrittenMap, tried: Set<string>): WrittenMap | undefined {
  const readable = withReadableKeys(data) as WrittenMap;
  return JSON.stringify(readable) === JSON.stringify(data) ? shellOnce(data, tried) : readable;
}

function withReadableKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReadableKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => isReadable(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withReadableKeys(inner)]));
}

function isReadable(key: string): boolean {
  if (suspiciousCharacters(key).next().done !== true) return false;
  return [...lookAlikeWords(key)].every(({ kind }) => kind !== 'mixed');
}

function takeOutOne(data: WrittenMap, path: ContentPath, tried: Set<string>): WrittenMap | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const inner = path.slice(0, length);
    const key = inner.at(-1);
    if (typeof key === 'string' && length === 1 && FIXED.has(key)) return shellOnce(data, tried);
    const standIn = typeof key === 'string' && Object.hasOwn(STAND_INS, key) ? STAND_INS[key] : undefined;
    const text = JSON.stringify(inner);
    if (standIn !== undefined && !tried.has(`${text} stands in`)) {
      tried.add(`${text} stands in`);
      return replace(data, inner, standIn) as WrittenMap;
    }
    if (!tried.has(text)) {
      tried.add(text);
      return replace(data, inner, undefined) as WrittenMap;
    }
  }
  return shellOnce(data, tried);
}

function shellOnce(data: WrittenMap, tried: Set<string>): WrittenMap | undefined {
  if (tried.has(SHELL)) return undefined;
  tried.add(SHELL);
  return shellOf(data);
}

const SHELL = 'only a shell is left';

/** A copy with another value at a path; undefined takes the key or item away. */
function replace(value: unknown, path: ContentPath, put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return put;
  if (Array.isArray(value) && typeof step === 'number') {
    const inner = replace(value[step], rest, put);
    return inner === undefined ? value.toSpliced(step, 1) : value.with(step, inner);
  }
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [step]: replace((value as WrittenMap)[step], rest, put) };
}

/** Path of the value, or of the key with its value, that a place of a file belongs to. */
function pathAt(text: string, { line, col }: SourcePosition): [ContentPath] | undefined {
  const source = sourceText('', text);
  const parsed = parseYaml(source);
  if (!parsed.ok) return undefined;
  const lines = text.split('\n');
  const offset = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + col - 1;
  const path: (string | number)[] = [];
  let node: unknown = parsed.root;
  for (;;) {
    const found = childAt(node, offset);
    if (found === undefined) return path.length === 0 ? undefined : [path];
    path.push(found.step);
    node = found.node;
  }
}

interface Child {
  readonly step: string | number;
  /** Undefined for a key: nothing below it is meant. */
  readonly node: unknown;
}

/** The child that a place stands in, else the one that ends there. */
function childAt(node: unknown, offset: number): Child | undefined {
  const places = childrenOf(node).flatMap(({ child, range }) =>
    range === undefined ? [] : [{ child, range }],
  );
  const inside = places.find(({ range: [start, end] }) => start <= offset && offset < end);
  return (inside ?? places.find(({ range: [, end] }) => offset === end))?.child;
}

function childrenOf(
  node: unknown,
): readonly { readonly child: Child; readonly range: readonly [number, number] | undefined }[] {
  if (isSeq(node)) {
    return node.items.map((item, step) => ({ child: { step, node: item }, range: nodeRange(item) }));
  }
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) return [];
    const step = String(key.value);
    return [
      { child: { step, node: undefined }, range: nodeRange(key) },
      { child: { step, node: value }, range: nodeRange(value) },
    ];
  });
}

/** A place inside another one goes with it. */
function dropNested(paths: readonly ContentPath[]): readonly ContentPath[] {
  const unique = [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
  return unique.filter(
    (path) =>
      !unique.some(
        (other) => other.length < path.length && other.every((step, index) => path[index] === step),
      ),
  );
}

function comparePaths(a: ContentPath, b: ContentPath): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [left, right] = [a[index], b[index]];
    if (left === right || left === undefined || right === undefined) continue;
    return typeof left === 'number' && typeof right === 'number'
      ? left - right
      : String(left) < String(right)
        ? -1
        : 1;
  }
  return a.length - b.length;
}
