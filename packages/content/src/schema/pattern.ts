/** Patterns of schemas run in linear time whatever the data is. Source: reliability F5. */

import { RE2JS } from 're2js';

/** The part of a regular expression that a validator needs. */
export interface Pattern {
  test(text: string): boolean;
  toString(): string;
}

/** Compiled on first use: most patterns of a schema meet no value in most folders. */
export function compilePattern(pattern: string): Pattern {
  let compiled: RE2JS | undefined;
  return {
    test: (text) => (compiled ??= RE2JS.compile(pattern)).test(text),
    // ajv keeps one engine for each text that `toString` gives: without it, all patterns would share the first.
    toString: () => `re2:${pattern}`,
  };
}
