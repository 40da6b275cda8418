/**
 * Query to text. `parseQuery(printQuery(q))` is structurally `q`, for every query in normal form.
 * Alternatives on one key are grouped (`env:(prod OR test)`). AND inside OR gets parentheses though the
 * parser needs none: the documentation does not state which binds tighter, so the text must not depend on it.
 */

import type { Bound, Field, Match, OpenEnd, Query, Test } from './ast.ts';
import { parseNumber } from './number.ts';
import { sameField } from './same.ts';
import { unreachable } from './unreachable.ts';

/** Prints on one line, with no more quotes, escapes and parentheses than the documented language needs. */
export function printQuery(query: Query): string {
  return printAlone(query, undefined);
}

/** Where nothing stands beside the query. `group` is the key already printed before the parentheses. */
function printAlone(query: Query, group: Field | undefined): string {
  switch (query.kind) {
    case 'match-all':
      return group === undefined ? '*' : '*:*';
    case 'match-none':
      return '-*:*';
    case 'not':
      return printNot(query.child, group);
    case 'and':
      return query.children
        .map((child) => (child.kind === 'or' ? printOperand(child, group) : printAlone(child, group)))
        .join(group === undefined ? ' ' : ' AND ');
    case 'or': {
      const field = group === undefined ? sharedField(query) : undefined;
      if (field !== undefined) return `${printKey(field)}(${printAlone(query, field)})`;
      return query.children.map((child) => printOperand(child, group)).join(' OR ');
    }
    case 'match':
      return printMatch(query, group);
    default:
      return unreachable(query);
  }
}

/** Where an operator stands beside the query. */
function printOperand(query: Query, group: Field | undefined): string {
  const printed = printAlone(query, group);
  const grouped = query.kind === 'or' && group === undefined && sharedField(query) !== undefined;
  return (query.kind === 'and' || query.kind === 'or') && !grouped ? `(${printed})` : printed;
}

function printNot(child: Query, group: Field | undefined): string {
  // The documentation shows NOT for this form only.
  if (child.kind === 'match' && child.test.kind === 'cidr') return `NOT(${printAlone(child, group)})`;
  return `-${printOperand(child, group)}`;
}

/** The one field of all leaves, if a group of its key can stand for them. */
function sharedField(query: Query): Field | undefined {
  switch (query.kind) {
    case 'match':
      return query.test.kind === 'cidr' || query.field.kind === 'message' ? undefined : query.field;
    case 'not':
      return sharedField(query.child);
    case 'and':
    case 'or': {
      const [first, ...rest] = query.children.map(sharedField);
      return first && rest.every((field) => field && sameField(field, first)) ? first : undefined;
    }
    default:
      return undefined;
  }
}

function printMatch({ field, test }: Match, group: Field | undefined): string {
  if (test.kind === 'cidr') {
    // A comma would end the first argument.
    const path = printKey(field).slice(0, -1).replaceAll(',', '\\,');
    return `CIDR(${[path, ...test.blocks].join(', ')})`;
  }
  if (group !== undefined) return printTest(test);
  if (field.kind === 'message' && test.kind !== 'exists') return printTest(test);
  return `${printKey(field)}${printTest(test)}`;
}

/** With its colon. */
function printKey(field: Field): string {
  switch (field.kind) {
    case 'message':
    case 'tags':
      return `${field.kind}:`;
    case 'everything':
      return '*:';
    case 'attribute':
      return `@${escapeText(field.path, false)}:`;
    case 'reserved':
      return `${field.name}:`;
    case 'tag':
      return `${escapeText(field.key, true)}:`;
    case 'calculated':
      return `#${escapeText(field.name, false)}:`;
    default:
      return unreachable(field);
  }
}

function printTest(test: Test): string {
  switch (test.kind) {
    case 'exists':
      return '*';
    case 'equals':
      return isPlain(test.value) ? test.value : quote(test.value);
    case 'pattern':
      return test.parts
        .map((part, at) =>
          part.kind === 'text' ? escapeText(part.text, at === 0) : part.kind === 'any-run' ? '*' : '?',
        )
        .join('');
    case 'compare':
      return `${test.operator}${printBound(test.bound)}`;
    case 'range': {
      const inside = `${printBound(test.lower)} TO ${printBound(test.upper)}`;
      return test.inclusive ? `[${inside}]` : `{${inside}}`;
    }
    case 'cidr':
      return '';
    default:
      return unreachable(test);
  }
}

function printBound(bound: Bound | OpenEnd): string {
  if (bound.kind === 'open') return '*';
  if (bound.kind === 'number') return String(bound.value);
  return isPlain(bound.value) && parseNumber(bound.value) === undefined ? bound.value : quote(bound.value);
}

/** Words that mean something else bare, or would earn a warning. */
const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'and', 'or', 'not']);
const PLAIN = /^[\p{L}\p{N}_./][\p{L}\p{M}\p{N}_./@,%$;'+-]*$/u;
const SAFE = /[\p{L}\p{M}\p{N}_./@,%$;'+-]/u;

/** True where the text stands for itself, everywhere and in every documented reading. */
function isPlain(text: string): boolean {
  return PLAIN.test(text) && !KEYWORDS.has(text);
}

/** Wildcards are escaped even in quotes, where it changes nothing, to show that the character is meant. */
function quote(text: string): string {
  return `"${text.replace(/["\\*?]/g, '\\$&')}"`;
}

/** With a backslash before everything that could be special there. `atStart`: nothing stands before it. */
function escapeText(text: string, atStart: boolean): string {
  let escaped = '';
  for (const char of text) {
    const first = atStart && escaped === '';
    escaped += SAFE.test(char) && !(first && /[-+@]/.test(char)) ? char : `\\${char}`;
  }
  return escaped;
}
