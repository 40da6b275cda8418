/**
 * The grammar of paths, one for messages and for workflow expressions:
 *
 *     path  = part { "." part | index }
 *     part  = name | "[" key "]"
 *     index = "[" digits "]" | '["' key '"]'
 *
 * `[dot.key]` is Handlebars' way to write a name that holds dots; `[0]` and `["a.b"]` are JavaScript's, as people
 * write them in workflows. Only `name` differs: a message names tags and attributes, which hold nearly anything; an
 * expression names steps and outputs, which are identifiers, so that an operator never reads as part of a name.
 */

/** Sticky patterns of a bare name. */
export const NAME_IN_MESSAGE = /[^\s.[\]{}()'"`|@,;=<>&!]+/y;
export const NAME_IN_EXPRESSION = /[A-Za-z_][A-Za-z0-9_-]*|(?<=\.)\d{1,10}/y;

export interface ReadPath {
  /** At least one; keys without their brackets and quotes. */
  readonly segments: readonly string[];
  /** Offset behind the last character that belongs to the path. */
  readonly end: number;
}

const KEY = /\[([^[\]"'\n\r]+)\]/y;
const INDEX = /\[(\d{1,10})\]|\["((?:[^"\\\n\r]|\\["\\])*)"\]/y;

/** Reads the longest path that starts at `start`; undefined when none does. What follows is the caller's to judge. */
export function readPath(source: string, start: number, name: RegExp): ReadPath | undefined {
  const segments: string[] = [];
  let end = start;
  const take = (pattern: RegExp, from: number): RegExpExecArray | null => {
    pattern.lastIndex = from;
    const match = pattern.exec(source);
    if (match !== null) end = pattern.lastIndex;
    return match;
  };
  const takePart = (from: number): boolean => {
    const bare = take(name, from);
    const key = bare === null ? take(KEY, from) : null;
    const segment = bare?.[0] ?? key?.[1];
    if (segment !== undefined) segments.push(segment);
    return segment !== undefined;
  };
  if (!takePart(start)) return undefined;
  for (;;) {
    const index = take(INDEX, end);
    if (index !== null) segments.push(index[1] ?? (index[2] ?? '').replace(/\\(["\\])/g, '$1'));
    else if (source[end] !== '.' || !takePart(end + 1)) return { segments, end };
  }
}
