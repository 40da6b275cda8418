/**
 * One YAML file becomes plain data and the tree of nodes it came from, or diagnostics.
 * YAML 1.2 core schema, without anchors, aliases, tags, directives and merge keys; duplicate keys, unsafe keys and
 * numbers that would change their value are refused here and not by `yaml` (reliability F2, F4; T13).
 */

import type { Diagnostic } from '@signalwright/model';
import {
  Composer,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type ParsedNode,
  type Scalar,
  type YAMLError,
} from 'yaml';
import { diagnostic, quoted } from '../diagnostic.ts';
import type { SourceText } from '../source-text.ts';
import { guardText, mixedScriptWords, suspiciousCharacters } from './guard-text.ts';
import { guardTokens, MAX_NODES, quoteHint, type GuardedTokens } from './guard-tokens.ts';

/** Values as JSON has them; maps have no prototype, so a key can never reach one. */
export type Data = string | number | boolean | null | readonly Data[] | DataMap;
export interface DataMap {
  readonly [key: string]: Data;
}

export type ParsedYaml =
  | { readonly ok: true; readonly data: DataMap; readonly root: ParsedNode }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** One error of the parser brings others behind it; the first few are the ones to mend. */
const MAX_SYNTAX_DIAGNOSTICS = 3;
const MAX_VALUE_DIAGNOSTICS = 20;

/** Never throws for any text. */
export function parseYaml(source: SourceText): ParsedYaml {
  const characters = guardText(source);
  if (characters.length > 0) return { ok: false, diagnostics: characters };
  const guarded = guardTokens(source);
  if (!guarded.ok) return guarded;
  const composer = new Composer({
    uniqueKeys: false,
    merge: false,
    version: '1.2',
    schema: 'core',
    strict: true,
  });
  const documents = [...composer.compose(guarded.tokens, true, source.text.length)];
  const document = documents[0] as Document.Parsed | undefined;
  const problems = documents.flatMap((each) => [...each.errors, ...each.warnings]);
  if (problems.length > 0) return { ok: false, diagnostics: syntaxDiagnostics(source, problems, guarded) };
  const root = document?.contents ?? null;
  if (root === null || (isScalar(root) && root.value === null)) {
    return refuse(diagnostic('yaml/empty', source.rangeAt(0, 0), 'The file is empty.', { hint: EMPTY_HINT }));
  }
  if (!isMap(root)) {
    const range = source.rangeAt(root.range[0], root.range[1]);
    return refuse(
      diagnostic('yaml/not-a-map', range, 'The file is not a map of keys and values.', { hint: EMPTY_HINT }),
    );
  }
  const reader = new NodeReader(source);
  const data = reader.read(root);
  return reader.diagnostics.length > 0
    ? { ok: false, diagnostics: reader.diagnostics }
    : { ok: true, data: data as DataMap, root };
}

const EMPTY_HINT = 'A file starts with its kind: `kind: detection-rule`.';

function refuse(...diagnostics: readonly Diagnostic[]): ParsedYaml {
  return { ok: false, diagnostics };
}

function syntaxDiagnostics(
  source: SourceText,
  problems: readonly YAMLError[],
  open: OpenPlaces,
): readonly Diagnostic[] {
  const sorted = problems.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const lines = new Set<number>();
  const diagnostics: Diagnostic[] = [];
  for (const problem of sorted) {
    const result = syntaxDiagnostic(source, problem, open);
    if (lines.has(result.range.start.line)) continue;
    lines.add(result.range.start.line);
    diagnostics.push(result);
    if (diagnostics.length === MAX_SYNTAX_DIAGNOSTICS) break;
  }
  return diagnostics;
}

function syntaxDiagnostic(source: SourceText, problem: YAMLError, open: OpenPlaces): Diagnostic {
  const [start, end] = problem.pos;
  if (problem.code === 'BAD_SCALAR_START') {
    const written = plainTextAt(source.text, start);
    const range = source.rangeAt(start, start + Math.max(1, written.length));
    const message = `Plain text cannot start with ${quoted(source.text.charAt(start))}.`;
    return diagnostic('yaml/needs-quotes', range, message, { hint: quoteHint(written) });
  }
  const known = KNOWN_PROBLEMS.find(({ pattern }) => pattern.test(problem.message));
  const message = known?.message ?? problem.message.replace(/\s+/g, ' ').replace(/[.:]?$/, '.');
  const hint = known?.hint ?? SYNTAX_HINTS[problem.code];
  const opening = known?.opening === undefined ? undefined : open[known.opening];
  if (opening !== undefined) {
    const line = /^[^\n]*/.exec(source.text.slice(opening))?.[0] ?? '';
    return diagnostic('yaml/syntax', source.rangeAt(opening, opening + line.trimEnd().length), message, {
      hint,
    });
  }
  const offset = problem.code === 'TAB_AS_INDENT' ? source.text.indexOf('\t', start) : start;
  return diagnostic('yaml/syntax', source.rangeAt(offset, Math.max(end, offset + 1)), message, { hint });
}

type OpenPlaces = Pick<Extract<GuardedTokens, { ok: true }>, 'lastQuote' | 'openBracket'>;

interface KnownProblem {
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: string;
  /** The parser notices where the next thing starts; the place to look at is what was opened. */
  readonly opening?: keyof OpenPlaces;
}

/** Frequent mistakes, in words that do not ask for knowledge of the YAML grammar. */
const KNOWN_PROBLEMS: readonly KnownProblem[] = [
  {
    pattern: /^Missing closing ['"]quote/,
    message: 'This quote is never closed.',
    hint: "Close it; inside single quotes, a quote is written twice: 'O''Brien'.",
    opening: 'lastQuote',
  },
  {
    pattern: /^Flow (sequence|map) in block collection|^Expected flow (sequence|map) to end/,
    message: 'This bracket is never closed.',
    hint: 'Close it with ] or }, and indent what belongs to it.',
    opening: 'openBracket',
  },
  {
    pattern: /^Nested mappings are not allowed/,
    message: 'A key cannot stand inside a value.',
    hint: 'Check the indentation of the next line; a text that holds ": " must be quoted.',
  },
  {
    pattern: /^All mapping items must start at the same column/,
    message: 'This key does not stand in the column of its neighbours.',
    hint: 'Keys of one map stand in one column.',
  },
  {
    pattern:
      /^Implicit keys need to be on a single line|^Implicit map keys need to be followed by map values/,
    message: 'A key must be followed by a colon.',
    hint: 'Write key: value on one line; a text over several lines stands after >- or in quotes.',
  },
];

const SYNTAX_HINTS: Readonly<Partial<Record<string, string>>> = {
  BAD_INDENT: 'Keys of one map stand in one column; indent with two spaces.',
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTILINE_IMPLICIT_KEY: 'A key stands on one line and is followed by a colon.',
  BLOCK_AS_IMPLICIT_KEY: 'A text that holds ": " must be quoted.',
  MISSING_CHAR: 'Close what was opened: quotes, brackets, or a missing colon.',
  BAD_DQ_ESCAPE: 'Write it in single quotes, where a backslash is only a backslash.',
  UNEXPECTED_TOKEN: 'Check the quotes and the indentation of this line.',
};

/** The plain text from `start`: to the end of the line, a comment, or, inside brackets, the next comma or bracket. */
function plainTextAt(text: string, start: number): string {
  const line = /^[^\n]{0,2000}/.exec(text.slice(start))?.[0] ?? '';
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const key = /^(.*?):(?=\s|$)/.exec(line);
  if (key !== null && !/:\s/.test(before)) return key[1] ?? line;
  const isInFlow = /[[{][^\]}]*$/.test(before);
  if (!isInFlow) return (/^.*?(?=\s#|$)/.exec(line)?.[0] ?? line).trimEnd();
  const part = /^[^,\]}]*/.exec(line)?.[0] ?? line;
  return (/^(.*?):(?=\s|$)/.exec(part)?.[1] ?? part).trimEnd();
}

/** Keys that reach the prototype of ordinary objects in code that is less careful than ours. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Turns nodes into data; depth is bounded by the guard, so it may recurse. */
class NodeReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceText;
  #nodes = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  read(node: unknown): Data {
    this.#nodes += 1;
    if (this.#nodes === MAX_NODES + 1) {
      const at = nodeRange(node)?.[0] ?? this.#source.text.length;
      this.#report('yaml/too-many-nodes', [at, at + 1], `The file has more than ${MAX_NODES} values.`);
    }
    if (isScalar(node)) return this.#readScalar(node);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    if (isMap(node)) return this.#readMap(node.items);
    return null;
  }

  #readMap(pairs: readonly { readonly key: unknown; readonly value: unknown }[]): DataMap {
    const map: Record<string, Data> = Object.create(null) as Record<string, Data>;
    const firstOf = new Map<string, readonly [number, number]>();
    for (const { key, value } of pairs) {
      const range = nodeRange(key) ?? [0, 0];
      const name = this.#readKey(key, range);
      const data = this.read(value);
      if (name === undefined) continue;
      const first = firstOf.get(name);
      if (first !== undefined) {
        this.#report('yaml/duplicate-key', range, `The key ${quoted(name)} is written twice.`, {
          hint: 'Keep one of them.',
          related: [{ message: 'First written here.', range: this.#source.rangeAt(...first) }],
        });
        continue;
      }
      firstOf.set(name, range);
      map[name] = data;
    }
    return map;
  }

  #readKey(key: unknown, range: readonly [number, number]): string | undefined {
    this.#nodes += 1;
    const written = this.#source.text.slice(range[0], range[1]);
    if (!isScalar(key) || typeof key.value !== 'string') {
      const hint =
        isScalar(key) && written !== '' ? `Quote it: '${written}'` : 'A key is a word, followed by a colon.';
      this.#report('yaml/key-not-text', range, `The key ${quoted(written)} is not text.`, { hint });
      return undefined;
    }
    const name = key.value;
    if (name === '<<' && key.type === 'PLAIN') {
      this.#report('yaml/merge-key', range, 'Merge keys are not allowed.', { hint: 'Write the keys out.' });
      return undefined;
    }
    if (UNSAFE_KEYS.has(name)) {
      this.#report('yaml/unsafe-key', range, `The key ${quoted(name)} is not allowed.`, {
        hint: 'It has a meaning of its own in JavaScript objects; choose another name.',
      });
      return undefined;
    }
    this.#checkEscapes(key, range);
    const mixed = mixedScriptWords(name).next().value;
    if (mixed !== undefined) {
      this.#report('text/mixed-script', range, `The key ${quoted(name)} mixes letters of two scripts.`, {
        hint: 'Letters of another script can look like Latin ones; type the key again.',
      });
    }
    return name;
  }

  #readScalar(node: Scalar): Data {
    const { value } = node;
    const range = nodeRange(node) ?? [0, 0];
    if (typeof value === 'string') {
      this.#checkEscapes(node, range);
      return value;
    }
    if (typeof value === 'number') return this.#readNumber(value, range);
    return typeof value === 'boolean' ? value : null;
  }

  #readNumber(value: number, range: readonly [number, number]): number {
    const written = this.#source.text.slice(range[0], range[1]);
    const hint = `Quote it if it is text: '${written}'`;
    if (/^[-+]?0[0-9]/.test(written)) {
      this.#report('yaml/leading-zero', range, `${quoted(written)} is read as the number ${value}.`, {
        hint,
      });
    } else if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      this.#report('yaml/inexact-number', range, `The number ${quoted(written)} cannot be kept exactly.`, {
        hint,
      });
    }
    return value;
  }

  /** `"\u202e"` is harmless as bytes and hostile as a value. */
  #checkEscapes(node: Scalar, range: readonly [number, number]): void {
    if (node.type !== 'QUOTE_DOUBLE' || typeof node.value !== 'string') return;
    const first = suspiciousCharacters(node.value).next().value;
    if (first !== undefined) this.#report(first.code, range, `An escape in this text makes ${first.name}.`);
  }

  #report(
    code: Diagnostic['code'],
    [start, end]: readonly [number, number],
    message: string,
    details: Parameters<typeof diagnostic>[3] = {},
  ): void {
    if (this.diagnostics.length >= MAX_VALUE_DIAGNOSTICS) return;
    this.diagnostics.push(diagnostic(code, this.#source.rangeAt(start, end), message, details));
  }
}

/** Offsets of a node: first character, and behind the last one of its value. */
export function nodeRange(node: unknown): readonly [number, number] | undefined {
  const range = (node as { readonly range?: readonly [number, number, number] | null } | null)?.range;
  return range === undefined || range === null ? undefined : [range[0], range[1]];
}
