/**
 * Wildcard patterns without backtracking and without regular expressions. Patterns of text and `*` compare
 * their pieces from left to right; patterns with `?`, and those on words, run as a set of positions kept in
 * bits. Both take time linear in the text (times the pattern's length over 32 for the latter).
 */

import type { PatternPart } from '../ast.ts';
import { pieceForm } from './words.ts';

export type TextCheck = (text: string) => boolean;

/** Matches whole values: `web*` is true of `web-1`, not of `my-web`. Case counts. `?` is one code point. */
export function compilePattern(parts: readonly PatternPart[]): TextCheck {
  return parts.some((part) => part.kind === 'any-one')
    ? compileBits(toSteps(parts), true)
    : compilePieces(parts);
}

/**
 * Matches inside the word form of a text (see `words.ts`), from the start of one word to the end of another.
 * `*` stays inside a word; `?` may be the space between two, so `hello?world` finds `hello world`.
 */
export function compileWordPattern(parts: readonly PatternPart[]): TextCheck {
  return compileParts(wordParts(parts));
}

/** The same for parts that already are a pattern on word forms. */
export function compileParts(parts: readonly PatternPart[]): TextCheck {
  return compileBits(toSteps(parts), false);
}

/** The pattern on word forms: pieces in their form, with a word boundary at both ends. */
export function wordParts(parts: readonly PatternPart[]): readonly PatternPart[] {
  const forms = parts.map((part): PatternPart =>
    part.kind === 'text' ? { kind: 'text', text: pieceForm(part.text) } : part,
  );
  const pieces = withoutIdleRuns(forms);
  const only = pieces.length === 1 ? pieces[0] : undefined;
  // Punctuation alone: two spaces, which no form has.
  if (only?.kind === 'text' && only.text === ' ') return [SPACE, SPACE];
  const first = pieces[0];
  const last = pieces.at(-1);
  const opens = first?.kind === 'text' && first.text.startsWith(' ');
  const closes = last?.kind === 'text' && last.text.endsWith(' ');
  return [...(opens ? [] : [SPACE]), ...pieces, ...(closes ? [] : [SPACE])];
}

const SPACE: PatternPart = { kind: 'text', text: ' ' };

/** A run beside a boundary at either end asks for nothing: `*` and `/api` together are the word `api`. */
function withoutIdleRuns(parts: readonly PatternPart[]): readonly PatternPart[] {
  const [first, second] = parts;
  const opens = first?.kind === 'any-run' && second?.kind === 'text' && second.text.startsWith(' ');
  const rest = opens ? parts.slice(1) : parts;
  const [beforeLast, last] = rest.slice(-2);
  const closes = last?.kind === 'any-run' && beforeLast?.kind === 'text' && beforeLast.text.endsWith(' ');
  return closes ? rest.slice(0, -1) : rest;
}

function compilePieces(parts: readonly PatternPart[]): TextCheck {
  const first = parts[0];
  const last = parts.at(-1);
  const prefix = first?.kind === 'text' ? first.text : '';
  const suffix = last?.kind === 'text' ? last.text : '';
  const middle: string[] = [];
  for (const part of parts.slice(prefix === '' ? 0 : 1, suffix === '' ? undefined : -1)) {
    if (part.kind === 'text') middle.push(part.text);
  }
  const least = prefix.length + suffix.length;
  return (text) => {
    if (text.length < least || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    let at = prefix.length;
    const limit = text.length - suffix.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > limit) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** One position of a pattern: what the next character must be, and whether any run may come before it. */
export interface Step {
  /** A code point, or undefined for any. */
  readonly code: number | undefined;
  readonly runBefore: boolean;
}

export interface Steps {
  readonly steps: readonly Step[];
  readonly runAtEnd: boolean;
}

/** A pattern as the steps it takes, one for each character it consumes. */
export function toSteps(parts: readonly PatternPart[]): Steps {
  const steps: Step[] = [];
  let run = false;
  for (const part of parts) {
    if (part.kind === 'any-run') {
      run = true;
      continue;
    }
    const codes = part.kind === 'text' ? Array.from(part.text, (char) => char.codePointAt(0)) : [undefined];
    for (const code of codes) {
      steps.push({ code, runBefore: run });
      run = false;
    }
  }
  return { steps, runAtEnd: run };
}

const WORD_BITS = 32;
const SPACE_CODE = 32;

/**
 * Position i is a bit: the first i steps are matched. Each character moves all positions at once.
 * `whole`: the pattern must cover the text, and runs cross anything. Otherwise it may start anywhere, is
 * found as soon as it ends, and runs stop at a space.
 */
function compileBits({ steps, runAtEnd }: Steps, whole: boolean): TextCheck {
  const count = steps.length;
  const width = Math.floor(count / WORD_BITS) + 1;
  const runs = new Uint32Array(width);
  const anyCode = new Uint32Array(width);
  const byCode = new Map<number, Uint32Array>();
  steps.forEach((step, at) => {
    if (step.runBefore) setBit(runs, at);
    if (step.code === undefined) setBit(anyCode, at);
    else if (!byCode.has(step.code)) byCode.set(step.code, new Uint32Array(width));
  });
  if (runAtEnd) setBit(runs, count);
  for (const [code, mask] of byCode) {
    steps.forEach((step, at) => {
      if (step.code === code || step.code === undefined) setBit(mask, at);
    });
  }
  const lastWord = width - 1;
  const lastBit = (1 << (count % WORD_BITS)) >>> 0;
  return (text) => {
    const active = new Uint32Array(width);
    active[0] = 1;
    for (const char of text) {
      const code = char.codePointAt(0) as number;
      const mask = byCode.get(code) ?? anyCode;
      const runsHere = whole || code !== SPACE_CODE;
      let carry = whole ? 0 : 1;
      for (let word = 0; word < width; word += 1) {
        const now = active[word] as number;
        const moved = (now & (mask[word] as number)) >>> 0;
        const kept = runsHere ? now & (runs[word] as number) : 0;
        active[word] = ((moved << 1) | carry | kept) >>> 0;
        carry = moved >>> (WORD_BITS - 1);
      }
      if (!whole && ((active[lastWord] as number) & lastBit) !== 0) return true;
    }
    return ((active[lastWord] as number) & lastBit) !== 0;
  };
}

function setBit(bits: Uint32Array, at: number): void {
  const word = Math.floor(at / WORD_BITS);
  bits[word] = ((bits[word] ?? 0) | (1 << (at % WORD_BITS))) >>> 0;
}
