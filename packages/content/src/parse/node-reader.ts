/**
 * Turns the nodes of a YAML file into plain data, and refuses what would change or surprise on the way: duplicate and
 * unsafe keys, keys that are no text, numbers that cannot be kept.
 */

import type { Diagnostic } from '@signalwright/model';
import { isMap, isScalar, isSeq, type Scalar, type YAMLMap } from 'yaml';
import { diagnostic, quoted } from '../diagnostic.ts';
import { quoteFix } from '../fix/quote-fix.ts';
import type { SourceText } from '../source-text.ts';
import { commaCuts } from './comma-cut.ts';
import { suspiciousCharacters, type SuspiciousCharacter } from './guard-text.ts';
import { MAX_NODES } from './guard-tokens.ts';
import { lookAlikeWords } from './look-alike-words.ts';

/** Values as JSON has them; maps have no prototype, so a key can never reach one. */
export type Data = string | number | boolean | null | readonly Data[] | DataMap;
export interface DataMap {
  readonly [key: string]: Data;
}

const MAX_VALUE_DIAGNOSTICS = 20;

/** Keys that reach the prototype of ordinary objects in code that is less careful than ours. */
export const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const LOOK_ALIKE_HINT = 'If it is meant, it is fine; else type it again.';

/** Turns nodes into data; depth is bounded by the guard, so it may recurse. */
export class NodeReader {
  readonly diagnostics: Diagnostic[] = [];
  /** What does not keep the file from being read. */
  readonly warnings: Diagnostic[] = [];
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
    if (isMap(node)) return this.#readMap(this.#withoutCuts(node));
    return null;
  }

  /** What a comma cut off is said once, and not again as keys that nobody knows. */
  #withoutCuts(map: YAMLMap): readonly { readonly key: unknown; readonly value: unknown }[] {
    const { found, cutOff } = commaCuts(this.#source, map);
    for (const each of found) {
      if (this.diagnostics.length < MAX_VALUE_DIAGNOSTICS) this.diagnostics.push(each);
    }
    return cutOff.size === 0 ? map.items : map.items.filter((pair) => !cutOff.has(pair));
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
      const fix = isScalar(key) ? quoteFix(this.#source, ...range) : undefined;
      this.#report('yaml/key-not-text', range, `The key ${quoted(written)} is not text.`, { hint, fix });
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
    const hidden = hiddenByEscape(key);
    if (hidden !== undefined) this.#report(hidden.code, range, `An escape in this key makes ${hidden.name}.`);
    this.#checkLookAlikes(name, range);
    return name;
  }

  #checkLookAlikes(name: string, range: readonly [number, number]): void {
    for (const { kind, word } of lookAlikeWords(name)) {
      if (kind === 'mixed') {
        this.#report('text/mixed-script', range, `The key ${quoted(name)} mixes letters of two scripts.`, {
          hint: 'Letters of another script can look like Latin ones; type the key again.',
        });
      } else if (this.warnings.length < MAX_VALUE_DIAGNOSTICS) {
        const message = `The key ${quoted(name)} holds ${quoted(word)}, which looks like something else.`;
        this.warnings.push(
          diagnostic('text/look-alike', this.#source.rangeAt(...range), message, { hint: LOOK_ALIKE_HINT }),
        );
      }
      return;
    }
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
    } else if (String(value) !== written) {
      this.#report('yaml/number-form', range, `${quoted(written)} is read as the number ${value}.`, {
        hint: `${hint}; if it is a number, write ${value}.`,
      });
    }
    return value;
  }

  /** The escape shows a reviewer what a machine reads; half a character is none, and no request could hold it. */
  #checkEscapes(node: Scalar, range: readonly [number, number]): void {
    const hidden = hiddenByEscape(node);
    if (hidden?.code === 'text/lone-surrogate') {
      this.#report(hidden.code, range, `An escape in this text makes ${hidden.name}.`);
    } else if (hidden !== undefined && this.warnings.length < MAX_VALUE_DIAGNOSTICS) {
      const message = `An escape in this text makes ${hidden.name}.`;
      const hint = 'Remove it if nobody needs it: two texts that look the same should be the same.';
      this.warnings.push(
        diagnostic('text/escaped-character', this.#source.rangeAt(...range), message, { hint }),
      );
    }
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

/** The worst of the characters that nobody sees in a text whose escapes hide them from a look at the bytes. */
function hiddenByEscape(node: Scalar): SuspiciousCharacter | undefined {
  if (node.type !== 'QUOTE_DOUBLE' || typeof node.value !== 'string') return undefined;
  const found = [...suspiciousCharacters(node.value)];
  return found.find(({ code }) => code === 'text/lone-surrogate') ?? found[0];
}

/** Offsets of a node: first character, and behind the last one of its value. */
export function nodeRange(node: unknown): readonly [number, number] | undefined {
  const range = (node as { readonly range?: readonly [number, number, number] | null } | null)?.range;
  return range === undefined || range === null ? undefined : [range[0], range[1]];
}
