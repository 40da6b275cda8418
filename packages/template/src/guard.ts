/**
 * The guard in front of the Handlebars parser: size, characters, number of tags and nesting, found
 * by one pass without recursion. Measured on Handlebars 4.7: 5,000 nested blocks keep its parser busy
 * for 14 s and then overflow the stack, so nothing deep may reach it.
 */

import { DEPTH_MAX, SOURCE_MAX_BYTES, TAGS_MAX } from './template.ts';
import { templateError, type TemplateError } from './template-error.ts';

/** Line separators that editors do not show as lines, and control characters: they hide text in review. */
// oxlint-disable-next-line no-control-regex
const HIDDEN_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/;

interface OpenBlock {
  readonly start: number;
  readonly end: number;
  /** 1, plus one for each `else if`: each is one level deeper in the tree. */
  levels: number;
}

/** The first reason to refuse the source before it is read at all, or undefined. */
export function guardCharacters(source: string): TemplateError | undefined {
  const bytes = Buffer.byteLength(source);
  if (bytes > SOURCE_MAX_BYTES) {
    return templateError(
      'template/too-long',
      `The template has ${bytes} bytes; at most ${SOURCE_MAX_BYTES} are read.`,
      { start: 0, end: source.length },
      'Shorten the text, or link to a runbook.',
    );
  }
  const hidden = HIDDEN_CHARACTER.exec(source);
  if (hidden !== null) {
    const code = hidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return templateError(
      'template/character',
      `The template holds the invisible character U+${code}.`,
      { start: hidden.index, end: hidden.index + 1 },
      'Remove it.',
    );
  }
  return undefined;
}

/** The first reason to refuse the source before Handlebars reads it, or undefined. */
export function guardTags(source: string): TemplateError | undefined {
  const open: OpenBlock[] = [];
  let depth = 0;
  let tags = 0;
  for (let start = nextTag(source, 0); start !== -1;) {
    const end = tagEnd(source, start);
    const kind = tagKind(source, start);
    tags += 1;
    if (tags > TAGS_MAX) {
      return templateError('template/too-many-tags', `The template has more than ${TAGS_MAX} tags.`, {
        start,
        end,
      });
    }
    const nested = nestedParenthesis(source, start, end);
    if (nested !== undefined) {
      return templateError('template/sub-expression', 'Sub-expressions are not allowed.', {
        start: nested,
        end,
      });
    }
    if (kind === 'open') open.push({ start, end, levels: 1 });
    const last = open.at(-1);
    if (kind === 'else-if' && last !== undefined) last.levels += 1;
    if (kind === 'close') depth -= open.pop()?.levels ?? 0;
    if (kind === 'open' || kind === 'else-if') depth += 1;
    if (depth > DEPTH_MAX) {
      return templateError(
        'template/too-deep',
        `Blocks are nested deeper than ${DEPTH_MAX}.`,
        { start, end },
        'An "else if" counts as one more level; split the message.',
      );
    }
    start = kind === 'raw' ? rawBlockEnd(source, end) : end;
    start = nextTag(source, start);
  }
  const unclosed = open.at(-1);
  if (unclosed === undefined) return undefined;
  const name = /[A-Za-z_][\w.]*/.exec(source.slice(unclosed.start, unclosed.end))?.[0] ?? '';
  return templateError(
    'template/unclosed-block',
    `The block "${source.slice(unclosed.start, Math.min(unclosed.end, unclosed.start + 40))}" is never closed.`,
    unclosed,
    `Close it with {{/${name}}}.`,
  );
}

/** The next `{{` that is not escaped as `\{{` (while `\\{{` is a backslash and then a tag). */
function nextTag(source: string, from: number): number {
  let at = source.indexOf('{{', from);
  while (at !== -1 && source[at - 1] === '\\' && source[at - 2] !== '\\') at = source.indexOf('{{', at + 2);
  return at;
}

type TagKind = 'open' | 'close' | 'else-if' | 'raw' | 'other';

const OPEN = /\{\{~?(?:#|\^(?!\s*~?\}\}))/y;
const CLOSE = /\{\{~?\//y;
const ELSE_IF = /\{\{~?\s*else\s+[^\s~}]/y;

function tagKind(source: string, start: number): TagKind {
  if (source.startsWith('{{{{', start)) return source[start + 4] === '/' ? 'other' : 'raw';
  if (matchesAt(OPEN, source, start)) return 'open';
  if (matchesAt(CLOSE, source, start)) return 'close';
  return matchesAt(ELSE_IF, source, start) ? 'else-if' : 'other';
}

function matchesAt(pattern: RegExp, source: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(source);
}

const COMMENT = /\{\{~?!(--)?/y;
/** Parentheses of one tag that the parser is left to report itself. */
const PARENTHESES_MAX = 8;
const CLOSER: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']' };

/** Where the tag ends; strings and `[segment]` inside it may hold braces. */
function tagEnd(source: string, start: number): number {
  COMMENT.lastIndex = start;
  const comment = COMMENT.exec(source);
  if (comment !== null) return commentEnd(source, start, comment[1] !== undefined);
  let at = start + 2;
  while (at < source.length && !source.startsWith('}}', at)) {
    at = quotedEnd(source, at);
  }
  while (source[at] === '}') at += 1;
  return Math.min(at, source.length);
}

/** Past the quoted text that starts at `at`, or one character on when none does. */
function quotedEnd(source: string, at: number): number {
  const closer = CLOSER[source.charAt(at)];
  if (closer === undefined) return at + 1;
  let end = source.indexOf(closer, at + 1);
  while (end !== -1 && source[end - 1] === '\\') end = source.indexOf(closer, end + 1);
  return end === -1 ? at + 1 : end + 1;
}

/** The parser needs seconds for thousands of nested parentheses, which are refused later anyway. */
function nestedParenthesis(source: string, start: number, end: number): number | undefined {
  if (matchesAt(COMMENT, source, start)) return undefined;
  let found = 0;
  for (let at = start; at < end; at = quotedEnd(source, at)) {
    if (source[at] === '(') found += 1;
    if (found > PARENTHESES_MAX) return at;
  }
  return undefined;
}

function commentEnd(source: string, start: number, dashed: boolean): number {
  const pattern = dashed ? /--~?\}\}/g : /\}\}/g;
  pattern.lastIndex = start;
  const end = pattern.exec(source);
  return end === null ? source.length : pattern.lastIndex;
}

/** Everything up to the closing `{{{{/…}}}}` is text. */
function rawBlockEnd(source: string, from: number): number {
  const end = source.indexOf('{{{{/', from);
  return end === -1 ? source.length : end;
}
