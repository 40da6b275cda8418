/** Mends of mistakes that a schema finds, where there is exactly one thing that the author can have meant. */

import type { DiagnosticFix, SourceRange } from '@signalwright/model';
import { editDistance } from '../nearest.ts';

/** Shorter words are near too many others. */
const MIN_GUESS_LETTERS = 5;
/** No key of ours comes near it, and comparing costs the product of both lengths. */
const MAX_GUESS_LETTERS = 80;

/**
 * Another spelling of one known key: the same letters in another case or with `_`, or one letter off and no other key
 * anywhere near.
 *
 * @param known keys that may stand here
 * @param isWritten whether a key stands here
 */
export function renameFix(
  key: string,
  known: readonly string[],
  isWritten: (name: string) => boolean,
  range: SourceRange,
): DiagnosticFix | undefined {
  const meant = sameLetters(key, known) ?? onlyNear(key, known);
  if (meant === undefined || isWritten(meant)) return undefined;
  return replaceRange(range, meant, `Write ${meant}`);
}

function sameLetters(key: string, known: readonly string[]): string | undefined {
  const letters = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase();
  const found = known.filter((each) => letters(each) === letters(key));
  return found.length === 1 ? found[0] : undefined;
}

function onlyNear(key: string, known: readonly string[]): string | undefined {
  if (key.length < MIN_GUESS_LETTERS || key.length > MAX_GUESS_LETTERS) return undefined;
  const near = known.filter((each) => editDistance(key.toLowerCase(), each.toLowerCase()) <= 2);
  const [only] = near;
  const isCertain = near.length === 1 && only !== undefined && editDistance(key, only) === 1;
  return isCertain && only.length >= MIN_GUESS_LETTERS ? only : undefined;
}

/**
 * A number, `true` or `false` where text belongs: quotes keep what was written. `yes` where `true` belongs.
 *
 * @param isAllowed whether the schema takes the text: 300 is no duration, quoted or not
 */
export function typeFix(
  types: readonly unknown[],
  data: unknown,
  range: SourceRange,
  isAllowed: (text: string) => boolean,
): DiagnosticFix | undefined {
  if (range.start.line !== range.end.line) return undefined;
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  if (types.includes('string') && isScalar && isAllowed(String(data))) {
    const edits = [
      { range: { ...range, end: range.start }, text: "'" },
      { range: { ...range, start: range.end }, text: "'" },
    ];
    return { title: 'Quote it', edits };
  }
  if (types.length === 1 && types[0] === 'boolean' && typeof data === 'string') {
    const meant = BOOLEANS[data.toLowerCase()];
    return meant === undefined ? undefined : replaceRange(range, meant, `Write ${meant}`);
  }
  return undefined;
}

const BOOLEANS: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false' };

/** One text where a list of texts belongs. */
export function listFix(data: unknown, range: SourceRange): DiagnosticFix | undefined {
  if (typeof data !== 'string' || range.start.line !== range.end.line || /[,[\]{}]/.test(data))
    return undefined;
  const edits = [
    { range: { ...range, end: range.start }, text: '[' },
    { range: { ...range, start: range.end }, text: ']' },
  ];
  return { title: 'Write a list', edits };
}

/** A known word in another case. */
export function caseFix(
  data: unknown,
  allowed: readonly string[],
  range: SourceRange,
): DiagnosticFix | undefined {
  if (typeof data !== 'string') return undefined;
  const found = allowed.filter((each) => each.toLowerCase() === data.toLowerCase());
  const [meant] = found;
  if (meant === undefined || found.length > 1 || !/^[\w-]+$/.test(meant)) return undefined;
  return replaceRange(range, meant, `Write ${meant}`);
}

function replaceRange(range: SourceRange, text: string, title: string): DiagnosticFix {
  return { title, edits: [{ range, text }] };
}
