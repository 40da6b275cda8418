/**
 * Which texts are numbers: decimal digits with an optional sign, fraction and exponent, and finite.
 * No blanks, no hexadecimal, no separators. The parser (bounds) and the matcher (values) agree by sharing it.
 */

const NUMERIC = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number that a text spells, or undefined. */
export function parseNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  // Most values are words: one look at the first character (digit, plus, minus) spares them the expression.
  if (!((first >= 48 && first <= 57) || first === 43 || first === 45)) return undefined;
  if (!NUMERIC.test(text)) return undefined;
  const value = Number(text);
  // Minus zero would print as 0 and so not come back.
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** True for a text that reads as a number but is too large to be one. */
export function isOversizedNumber(text: string): boolean {
  return NUMERIC.test(text) && !Number.isFinite(Number(text));
}
