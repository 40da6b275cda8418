/** Patterns of schemas run in linear time whatever the data is. Source: reliability F5. */

import { RE2JS } from 're2js';

/** The part of a regular expression that a validator needs. */
export interface Pattern {
  test(text: string): boolean;
  toString(): string;
}

/** Texts of one pattern whose answers are known: fields, labels and windows come again in every file. */
const MAX_KNOWN = 1_000;
/** Longer ones seldom come again. */
const MAX_KNOWN_CHARS = 60;

/** Compiled on first use: most patterns of a schema meet no value in most folders. */
export function compilePattern(pattern: string): Pattern {
  let compiled: RE2JS | undefined;
  const known = new Map<string, boolean>();
  const find = (text: string): boolean => (compiled ??= RE2JS.compile(pattern)).test(text);
  const test = (text: string): boolean => {
    const answer = known.get(text) ?? find(text);
    if (text.length <= MAX_KNOWN_CHARS && known.size < MAX_KNOWN) known.set(text, answer);
    return answer;
  };
  return {
    test,
    // ajv keeps one engine for each text that `toString` gives: without it, all patterns would share the first.
    toString: () => `re2:${pattern}`,
  };
}
