/** What the parser of `yaml` complains about, in words that do not ask for knowledge of its grammar. */

import type { Diagnostic } from '@signalwright/model';
import type { YAMLError } from 'yaml';
import { diagnostic, quoted } from '../diagnostic.ts';
import { quoteFix } from '../fix/quote-fix.ts';
import type { SourceText } from '../source-text.ts';
import { quoteHint, type GuardedTokens } from './guard-tokens.ts';

/** One error of the parser brings others behind it; the first few are the ones to mend. */
const MAX_SYNTAX_DIAGNOSTICS = 3;

/** The first few problems, one a line, in the order of the file. */
export function syntaxDiagnostics(
  source: SourceText,
  problems: readonly YAMLError[],
  open: OpenPlaces,
): readonly Diagnostic[] {
  const sorted = problems.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const lines = new Set<number>();
  const diagnostics: Diagnostic[] = [];
  let lastLine = 0;
  for (const problem of sorted) {
    // One line can have as many problems as characters, and each is told by a look at its line.
    const { line } = source.rangeAt(problem.pos[0], problem.pos[0]).start;
    if (line === lastLine) continue;
    lastLine = line;
    const result = syntaxDiagnostic(source, problem, open);
    if (lines.has(result.range.start.line)) continue;
    lines.add(result.range.start.line);
    diagnostics.push(result);
    if (diagnostics.length === MAX_SYNTAX_DIAGNOSTICS) break;
  }
  return diagnostics;
}

function syntaxDiagnostic(source: SourceText, problem: YAMLError, open: OpenPlaces): Diagnostic {
  const [start, end] = problem.pos;
  if (problem.code === 'BAD_SCALAR_START') {
    const written = plainTextAt(source.text, start);
    const range = source.rangeAt(start, start + Math.max(1, written.length));
    const fix = quoteFix(source, start, start + written.length);
    const message = `Plain text cannot start with ${quoted(source.text.charAt(start))}.`;
    return diagnostic('yaml/needs-quotes', range, message, { hint: quoteHint(written), fix });
  }
  const variable = VARIABLE_IN_FLOW.exec(source.text.slice(Math.max(0, start - 1), start + MAX_LINE))?.[0];
  if (variable !== undefined && start > 0) {
    const range = source.rangeAt(start - 1, start - 1 + variable.length);
    const message = 'Inside brackets the brace of a variable opens a map.';
    const [before, after] = [source.text[start - 2], source.text[start - 1 + variable.length]];
    // Of a longer text the variable is only a part.
    const isAlone = /[\s,[{]/.test(before ?? ' ') && /[\s,\]}]/.test(after ?? ' ');
    const fix = isAlone ? quoteFix(source, start - 1, start - 1 + variable.length) : undefined;
    return diagnostic('yaml/needs-quotes', range, message, { hint: quoteHint(variable), fix });
  }
  const trap = trapAt(source, problem);
  if (trap !== undefined) return trap;
  const known = KNOWN_PROBLEMS.find(({ pattern }) => pattern.test(problem.message));
  const message = known?.message ?? problem.message.replace(/\s+/g, ' ').replace(/[.:]?$/, '.');
  const hint = known?.hint ?? SYNTAX_HINTS[problem.code];
  const opening = known?.opening === undefined ? undefined : open[known.opening];
  if (opening !== undefined) {
    const line = /^[^\n]*/.exec(source.text.slice(opening))?.[0] ?? '';
    return diagnostic('yaml/syntax', source.rangeAt(opening, opening + line.trimEnd().length), message, {
      hint,
    });
  }
  const offset = problem.code === 'TAB_AS_INDENT' ? source.text.indexOf('\t', start) : start;
  return diagnostic('yaml/syntax', source.rangeAt(offset, Math.max(end, offset + 1)), message, { hint });
}

/** `[${var.A}]`: the parser stumbles over the brace, one behind the dollar. */
const VARIABLE_IN_FLOW = /^\$\{var\.[A-Za-z0-9_]*\}?/;

/** A value that forgot its quotes, told by its line: from the first character behind the key to the end. */
function trapAt(source: SourceText, problem: YAMLError): Diagnostic | undefined {
  const [at] = problem.pos;
  const lineStart = source.text.lastIndexOf('\n', at - 1) + 1;
  const line = (/^[^\r\n]*/.exec(source.text.slice(lineStart, lineStart + MAX_LINE))?.[0] ?? '').trimEnd();
  const key = /^\s*(?:- )*(?:'[^']*'|[\w.-]+): +/.exec(line)?.[0] ?? '';
  const value = line.slice(key.length);
  if (key === '' || value === '' || at < lineStart + key.length) return undefined;
  const start = lineStart + key.length;
  const message = TRAPS.find(
    ({ problem: said, value: shape }) => said.test(problem.message) && shape.test(value),
  )?.message;
  if (message === undefined) return undefined;
  const isCertain =
    !value.startsWith("'") && !/\s#/.test(value) && !isContinued(source.text, start + value.length, key);
  return diagnostic('yaml/needs-quotes', source.rangeAt(start, start + value.length), message, {
    hint: quoteHint(value),
    fix: isCertain ? quoteFix(source, start, start + value.length) : undefined,
  });
}

/** Whether the next line with content stands further in: it may belong to the value. */
function isContinued(text: string, end: number, key: string): boolean {
  const next = /^\s*\n([ \t]*)\S/.exec(text.slice(end, end + MAX_LINE))?.[1];
  return next !== undefined && next.length > (/^[\s-]*/.exec(key)?.[0].length ?? 0);
}

const TRAPS: readonly { readonly problem: RegExp; readonly value: RegExp; readonly message: string }[] = [
  {
    problem: /^Unexpected scalar at node end/,
    value: /^["']/,
    message: 'Text that starts with a quote ends with it.',
  },
  {
    problem: /^Nested mappings are not allowed/,
    value: /:(?:\s|$)/,
    message: 'Text that holds ": " is read as a map.',
  },
  {
    problem: /^Nested mappings are not allowed/,
    value: /^\? /,
    message: 'Text that starts with "? " is read as a key.',
  },
];

type OpenPlaces = Pick<Extract<GuardedTokens, { ok: true }>, 'lastQuote' | 'openBracket'>;

interface KnownProblem {
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: string;
  /** The parser notices where the next thing starts; the place to look at is what was opened. */
  readonly opening?: keyof OpenPlaces;
}

/** Frequent mistakes, in words that do not ask for knowledge of the YAML grammar. */
const KNOWN_PROBLEMS: readonly KnownProblem[] = [
  {
    pattern: /^Block scalar header includes extra characters|^Not a YAML token/,
    message: 'The text of a block starts on the line below its | or >.',
    hint: 'Move it there, indented; a text that starts with | or > itself must be quoted.',
  },
  {
    pattern: /^Unexpected block-seq-ind on same line with key/,
    message: 'A list starts on the line below its key.',
    hint: 'Write [a, b] on one line, or each item below after a dash; a text that starts with "- " must be quoted.',
  },
  {
    pattern: /^Unexpected flow-(seq|map)-end token/,
    message: 'This bracket was never opened.',
    hint: 'Remove it, or quote the text that it belongs to.',
  },
  {
    pattern: /^Missing closing ['"]quote/,
    message: 'This quote is never closed.',
    hint: "Close it; inside single quotes, a quote is written twice: 'O''Brien'.",
    opening: 'lastQuote',
  },
  {
    pattern: /^Flow (sequence|map) in block collection|^Expected flow (sequence|map) to end/,
    message: 'This bracket is never closed.',
    hint: 'Close it with ] or }, and indent what belongs to it.',
    opening: 'openBracket',
  },
  {
    pattern: /^Nested mappings are not allowed/,
    message: 'A key cannot stand inside a value.',
    hint: 'Check the indentation of the next line; a text that holds ": " must be quoted.',
  },
  {
    pattern: /^All mapping items must start at the same column/,
    message: 'This key does not stand in the column of its neighbours.',
    hint: 'Keys of one map stand in one column.',
  },
  {
    pattern:
      /^Implicit keys need to be on a single line|^Implicit map keys need to be followed by map values/,
    message: 'A key must be followed by a colon.',
    hint: 'Write key: value with a space behind the colon; a text over several lines stands indented after >- or in quotes.',
  },
];

const SYNTAX_HINTS: Readonly<Partial<Record<string, string>>> = {
  BAD_INDENT: 'Keys of one map stand in one column; indent with two spaces.',
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTILINE_IMPLICIT_KEY: 'A key stands on one line and is followed by a colon.',
  BLOCK_AS_IMPLICIT_KEY: 'A text that holds ": " must be quoted.',
  MISSING_CHAR: 'Close what was opened: quotes, brackets, or a missing colon.',
  BAD_DQ_ESCAPE: 'Write it in single quotes, where a backslash is only a backslash.',
  UNEXPECTED_TOKEN: 'Check the quotes and the indentation of this line.',
};

/** Of longer lines only this much is looked at. */
const MAX_LINE = 2_000;

const IN_LIST = /^[^,\]}]*/;
/** A comma without a blank behind it belongs to a text of the value, unless a key stands there. */
const IN_MAP = /^(?:[^,\]}]|,(?![\s,\]}]|[\w.-]{1,80}:\s))*/;

/** The plain text from `start`: to the end of the line, a comment, or, inside brackets, the next comma or bracket. */
function plainTextAt(text: string, start: number): string {
  const line = /^[^\n]*/.exec(text.slice(start, start + MAX_LINE))?.[0] ?? '';
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const before = text.slice(Math.max(lineStart, start - MAX_LINE), start);
  const key = /^(.*?):(?=\s|$)/.exec(line);
  if (key !== null && !/:\s/.test(before)) return key[1] ?? line;
  const bracket = openBracketOf(before);
  if (bracket === undefined) return (/^.*?(?=\s#|$)/.exec(line)?.[0] ?? line).trimEnd();
  const part = (bracket === '{' ? IN_MAP : IN_LIST).exec(line)?.[0] ?? line;
  return (/^(.*?):(?=\s|$)/.exec(part)?.[1] ?? part).trimEnd();
}

/** The bracket that is not closed again, innermost. */
function openBracketOf(text: string): string | undefined {
  let closed = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (character === ']' || character === '}') closed += 1;
    else if (character === '[' || character === '{') {
      if (closed === 0) return character;
      closed -= 1;
    }
  }
  return undefined;
}
