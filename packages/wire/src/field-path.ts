/**
 * Paths into a payload, as diffs, problems and `unknownFields` write them: `options.keepAlive`, `cases[0].status`.
 * A name that holds a dot, bracket, quote or blank, or starts with a dash, is quoted as JSON: `options["a.b"]`. What
 * nobody sees in it is escaped: `["a\u200bb"]`.
 */

export type FieldPath = readonly (string | number)[];

/** Names that reach the prototype of JavaScript objects in code that is less careful than ours. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const MAX_SEGMENTS = 100;
const PLAIN_NAME = /[^-.[\]"\s\p{Cc}\p{Cf}\p{Co}\p{Cs}][^.[\]"\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]*/uy;
const POSITION = /\[(0|[1-9]\d{0,8})\]/y;
const QUOTED_NAME = /\[("(?:[^"\\]|\\.)*")\]/y;

export function isUnsafeName(name: string): boolean {
  return UNSAFE_NAMES.has(name);
}

export function printFieldPath(path: FieldPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    if (!/^[^-.[\]"\s\p{Cc}\p{Cf}\p{Co}\p{Cs}][^.[\]"\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]*$/u.test(segment))
      return `${text}[${quote(segment)}]`;
    return text === '' ? segment : `${text}.${segment}`;
  }, '');
}

function quote(name: string): string {
  return JSON.stringify(name).replaceAll(/[\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, (hidden) =>
    hidden === ' ' ? hidden : hidden.split('').map(escapeUnit).join(''),
  );
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @returns undefined for text that `printFieldPath` never writes */
export function parseFieldPath(text: string): FieldPath | undefined {
  const path: (string | number)[] = [];
  let at = 0;
  while (at < text.length && path.length < MAX_SEGMENTS) {
    const position = matchAt(POSITION, text, at);
    const quoted = position === undefined ? matchAt(QUOTED_NAME, text, at) : undefined;
    if (position !== undefined) {
      path.push(Number(position[1]));
      at += position[0].length;
    } else if (quoted !== undefined) {
      const name = parseJsonText(quoted[1] ?? '');
      if (name === undefined) return undefined;
      path.push(name);
      at += quoted[0].length;
    } else {
      if (path.length > 0 && text[at] !== '.') return undefined;
      const start = path.length > 0 ? at + 1 : at;
      const plain = matchAt(PLAIN_NAME, text, start);
      if (plain === undefined) return undefined;
      path.push(plain[0]);
      at = start + plain[0].length;
    }
  }
  return path.length > 0 && at === text.length && printFieldPath(path) === text ? path : undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function parseJsonText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
