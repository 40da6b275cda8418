/**
 * Expressions in workflow parameters: text with `{{ Steps.intel.verdict }}` in it. A path language and
 * nothing more: no JavaScript, no filters, no calls, so the class of remote code execution that comes
 * with evaluated expressions cannot exist. The grammar of a path stands in `path.ts`.
 *
 * Source: Datadog workflow "Context variables"; decision 0170.
 */

import { lookupPath, PATH_SEGMENTS_MAX } from './data-path.ts';
import { NAME_IN_EXPRESSION, readPath } from './path.ts';
import { templateError, type TemplateError } from './template-error.ts';
import { dataJson } from './value-text.ts';

/** Longer texts are refused. UTF-16 units; chosen. */
export const EXPRESSION_MAX_CHARS = 65_536;
/** Paths in one text. Chosen. */
export const EXPRESSION_PATHS_MAX = 256;

/** One piece of the text; `start` and `end` are UTF-16 offsets, braces included for a path. */
export type ExpressionSegment =
  | { readonly kind: 'literal'; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'path';
      readonly path: readonly string[];
      /** As written, without braces and spaces around it. */
      readonly text: string;
      readonly start: number;
      readonly end: number;
    };

/** A parsed text. Immutable. */
export interface Expression {
  readonly source: string;
  readonly segments: readonly ExpressionSegment[];
}

export type ExpressionResult =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly errors: readonly TemplateError[] };

const PATH_HINT =
  'A path such as Steps.intel.verdict, Trigger.duration, Source.hits[0].ip or Source.tags["a.b"].';

/** Parses a text; one without braces is one literal. `\{{` stands for braces meant as text. Never throws. */
export function parseExpression(source: string): ExpressionResult {
  const errors: TemplateError[] = [];
  if (source.length > EXPRESSION_MAX_CHARS) {
    const message = `The text has ${source.length} characters; at most ${EXPRESSION_MAX_CHARS} are read.`;
    return {
      ok: false,
      errors: [templateError('expression/too-long', message, { start: 0, end: source.length })],
    };
  }
  const segments: ExpressionSegment[] = [];
  let literal = { text: '', start: 0 };
  let paths = 0;
  let at = 0;
  const endLiteral = (): void => {
    if (literal.text !== '') segments.push({ kind: 'literal', ...literal, end: at });
  };
  while (at < source.length) {
    if (source.startsWith('\\{{', at)) {
      literal.text += '{{';
      at += 3;
    } else if (source.startsWith('${', at)) {
      errors.push(javascript(source, at));
      literal.text += '${';
      at += 2;
    } else if (source.startsWith('{{', at)) {
      endLiteral();
      const part = readPart(source, at);
      if (part.kind === 'path') segments.push(part);
      else errors.push(part.error);
      paths += 1;
      if (paths > EXPRESSION_PATHS_MAX) {
        const message = `The text has more than ${EXPRESSION_PATHS_MAX} expressions.`;
        errors.push(templateError('expression/too-many-parts', message, { start: at, end: part.end }));
        break;
      }
      at = part.end;
      literal = { text: '', start: at };
    } else {
      const next = nextSpecial(source, at + 1);
      literal.text += source.slice(at, next);
      at = next;
    }
  }
  endLiteral();
  return errors.length > 0 ? { ok: false, errors } : { ok: true, expression: { source, segments } };
}

/**
 * The value of a text. Exactly one expression keeps the type of what it names; otherwise everything is
 * joined as text: strings as they are, missing and null as '', objects and lists as JSON. What `scope`
 * gives is never read as an expression again.
 *
 * @param scope gives the value at a path, undefined when there is none; see `scopeOf`
 */
export function evaluateExpression(
  expression: Expression,
  scope: (path: readonly string[]) => unknown,
): unknown {
  const [first, ...rest] = expression.segments;
  if (first?.kind === 'path' && rest.length === 0) return scope(first.path);
  return expression.segments
    .map((segment) => (segment.kind === 'literal' ? segment.text : joinedText(scope(segment.path))))
    .join('');
}

/** A scope over plain data; names that the data does not hold itself are undefined. */
export function scopeOf(data: unknown): (path: readonly string[]) => unknown {
  return (path) => lookupPath(data, path);
}

/** The paths that an expression reads, in order. */
export function expressionPaths(
  expression: Expression,
): readonly Extract<ExpressionSegment, { kind: 'path' }>[] {
  return expression.segments.filter((segment) => segment.kind === 'path');
}

function joinedText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? dataJson(value, Number.POSITIVE_INFINITY) : String(value);
}

function nextSpecial(source: string, from: number): number {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(source)?.index ?? source.length;
}

const SPECIAL = /\\\{\{|\{\{|\$\{/g;

function javascript(source: string, at: number): TemplateError {
  const close = source.indexOf('}', at);
  return templateError(
    'expression/javascript',
    'Inline JavaScript (${…}) is not evaluated.',
    { start: at, end: close === -1 ? source.length : close + 1 },
    'Use {{ a path }}, or a script step.',
  );
}

type Part =
  | Extract<ExpressionSegment, { kind: 'path' }>
  | { readonly kind: 'error'; readonly error: TemplateError; readonly end: number };

const SPACES = /[ \t\r\n]*/y;

function readPart(source: string, start: number): Part {
  const from = spacesEnd(source, start + 2);
  const read = readPath(source, from, NAME_IN_EXPRESSION);
  if (read === undefined) return badPath(source, start, from);
  const close = spacesEnd(source, read.end);
  if (!source.startsWith('}}', close)) return badPath(source, start, close);
  const path = read.segments;
  if (path.length > PATH_SEGMENTS_MAX) {
    const message = `The path has more than ${PATH_SEGMENTS_MAX} segments.`;
    const error = templateError('expression/bad-path', message, { start: from, end: read.end });
    return { kind: 'error', error, end: close + 2 };
  }
  return { kind: 'path', path, text: source.slice(from, read.end), start, end: close + 2 };
}

/** The part ends at its closing braces, or at the end of the text when there are none. */
function badPath(source: string, start: number, at: number): Part {
  const close = source.indexOf('}}', start + 2);
  if (close === -1) {
    const error = templateError(
      'expression/unclosed',
      'The expression is never closed.',
      { start, end: source.length },
      'Close it with }}.',
    );
    return { kind: 'error', error, end: source.length };
  }
  const found = source.slice(at, Math.max(at, close)).trim().slice(0, 40);
  const message = found === '' ? 'The expression holds no path.' : `Not a path: unexpected "${found}".`;
  const range = at < close ? { start: at, end: close } : { start, end: close + 2 };
  return {
    kind: 'error',
    error: templateError('expression/bad-path', message, range, PATH_HINT),
    end: close + 2,
  };
}

function spacesEnd(source: string, from: number): number {
  SPACES.lastIndex = from;
  SPACES.test(source);
  return SPACES.lastIndex;
}
