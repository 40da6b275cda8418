/**
 * Comments that excuse a finding: `# signalwright-ignore lint/no-near-miss: reason (until 2026-12-31)` for the next line
 * of content (behind a value: for its own line), `# signalwright-ignore-file …` for the whole file. Read from the
 * tokens, so that the same words inside a text are only text.
 */

import {
  isAdvice,
  isDiagnosticCode,
  CODES,
  type Diagnostic,
  type DiagnosticCode,
  type SourceRange,
} from '@signalwright/model';
import { CST, Lexer } from 'yaml';
import { diagnostic, quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { SourceText } from '../source-text.ts';

/** One code of one comment. */
export interface Ignore {
  readonly code: DiagnosticCode;
  readonly reason: string;
  /** Lines it speaks of, both included; undefined is the whole file. */
  readonly lines: { readonly first: number; readonly last: number } | undefined;
  /** From when on it no longer holds, Unix time in milliseconds. */
  readonly endsMs: number | undefined;
  readonly codeRange: SourceRange;
  /** Of the date, where there is one. */
  readonly untilRange: SourceRange;
}

export interface ReadIgnores {
  readonly ignores: readonly Ignore[];
  /** What is wrong with the comments themselves. */
  readonly diagnostics: readonly Diagnostic[];
}

const WORD = 'signalwright-ignore';
/** A file with more of them needs another severity in signalwright.yaml. */
const MAX_IGNORES = 200;

/** @param source a file that the guard of tokens has let through: what the lexer gives is bounded */
export function readIgnores(source: SourceText): ReadIgnores {
  if (!source.text.includes(WORD)) return { ignores: [], diagnostics: [] };
  const { comments, lastLineOf } = readTokens(source);
  const reader = new CommentReader(source, lastLineOf);
  for (const comment of comments.slice(0, MAX_IGNORES)) reader.read(comment);
  const more = comments[MAX_IGNORES];
  if (more !== undefined) {
    const range = source.rangeAt(more.offset, more.offset + more.text.trimEnd().length);
    const message = `This file has more than ${MAX_IGNORES} comments that ignore something.`;
    reader.diagnostics.push(diagnostic('ignore/too-many', range, message, { hint: TOO_MANY }));
  }
  return reader;
}

interface Comment {
  readonly offset: number;
  readonly text: string;
}

/** Comments that start with our word, and on which line a text ends that starts on a line. */
function readTokens(source: SourceText): {
  readonly comments: readonly Comment[];
  readonly lastLineOf: ReadonlyMap<number, number>;
} {
  const comments: Comment[] = [];
  const lastLineOf = new Map<number, number>();
  let offset = 0;
  let scalarIsNext = false;
  let header: number | undefined;
  for (const lexeme of new Lexer().lex(source.text)) {
    if (lexeme === CST.SCALAR || lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END) {
      scalarIsNext = lexeme === CST.SCALAR;
      continue;
    }
    const type = scalarIsNext ? 'scalar' : CST.tokenType(lexeme);
    scalarIsNext = false;
    if (type === 'comment' && /^#+\s*signalwright-ignore/.test(lexeme))
      comments.push({ offset, text: lexeme });
    // The text of a block starts on the line behind its header, and belongs to the line of the header.
    if (type === 'block-scalar-header') header = offset;
    if (type === 'scalar' || type === 'single-quoted-scalar' || type === 'double-quoted-scalar') {
      const { start } = source.rangeAt(header ?? offset, offset);
      const { end } = source.rangeAt(offset, offset + lexeme.trimEnd().length);
      lastLineOf.set(start.line, Math.max(end.line, lastLineOf.get(start.line) ?? 0));
      header = undefined;
    }
    offset += lexeme.length;
  }
  return { comments, lastLineOf };
}

class CommentReader implements ReadIgnores {
  readonly ignores: Ignore[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceText;
  readonly #lastLineOf: ReadonlyMap<number, number>;
  /** By line, from 0: that line, or the next one with content. */
  readonly #contentLine: readonly number[];

  constructor(source: SourceText, lastLineOf: ReadonlyMap<number, number>) {
    this.#source = source;
    this.#lastLineOf = lastLineOf;
    this.#contentLine = contentLines(source.text);
  }

  read({ offset, text }: Comment): void {
    const written = text.trimEnd();
    const [head = '', isFile] = /^#+\s*signalwright-ignore(-file)?/.exec(written) ?? [];
    const colon = written.indexOf(':', head.length);
    const list = written.slice(head.length, colon === -1 ? written.length : colon);
    if (!/^\s+\S/.test(list)) {
      const message = `${quoted(written)} does not say which finding.`;
      return this.#refuse('ignore/bad-form', offset, written, message, FORM);
    }
    const until = untilOf(written);
    const reason = colon === -1 ? '' : written.slice(colon + 1, until?.start);
    if (!/[\p{L}\p{N}]/u.test(reason)) {
      return this.#refuse('ignore/no-reason', offset, written, 'This comment does not say why.', FORM);
    }
    const untilRange = this.#source.rangeAt(offset + (until?.dateStart ?? 0), offset + (until?.dateEnd ?? 0));
    if (until !== undefined && until.endsMs === undefined) {
      const message = `${quoted(until.date)} is no day.`;
      return this.#refuse('ignore/bad-form', offset + until.dateStart, until.date, message, DAY_FORM);
    }
    const common = {
      reason: reason.trim(),
      lines: isFile === undefined ? this.#linesOf(offset) : undefined,
      endsMs: until?.endsMs,
      untilRange,
    };
    for (const { code, start } of this.#codes(list, offset + head.length)) {
      this.ignores.push({ ...common, code, codeRange: this.#source.rangeAt(start, start + code.length) });
    }
  }

  /** The codes of the list that can be ignored; the others are reported. */
  *#codes(
    list: string,
    listStart: number,
  ): Generator<{ readonly code: DiagnosticCode; readonly start: number }> {
    for (const match of list.matchAll(/[^\s,]+/g)) {
      const start = listStart + match.index;
      const [name] = match;
      if (!isDiagnosticCode(name)) {
        const hint =
          didYouMean(name, Object.keys(CODES)) ?? 'A code is written as check prints it: lint/no-tests.';
        this.#refuse('ignore/unknown-code', start, name, `There is no code ${quoted(name)}.`, hint);
      } else if (!isAdvice(name) || name.startsWith('ignore/')) {
        this.#refuse(
          'ignore/not-ignorable',
          start,
          name,
          `${quoted(name)} cannot be ignored.`,
          NOT_IGNORABLE,
        );
      } else yield { code: name, start };
    }
  }

  /** The line of the comment when content stands before it, else the next one with content; with all lines of its text. */
  #linesOf(offset: number): Ignore['lines'] {
    const { line } = this.#source.rangeAt(offset, offset).start;
    const first = (this.#contentLine[line - 1] ?? line - 1) + 1;
    return { first, last: Math.max(first, this.#lastLineOf.get(first) ?? first) };
  }

  #refuse(code: DiagnosticCode, offset: number, written: string, message: string, hint: string): void {
    this.diagnostics.push(
      diagnostic(code, this.#source.rangeAt(offset, offset + written.length), message, { hint }),
    );
  }
}

interface Until {
  /** Offset of the bracket. */
  readonly start: number;
  readonly date: string;
  readonly dateStart: number;
  readonly dateEnd: number;
  /** Undefined when the date is none. */
  readonly endsMs: number | undefined;
}

/** `(until 2026-12-31)` at the end: that whole day, UTC. */
function untilOf(written: string): Until | undefined {
  const start = written.lastIndexOf('(');
  const [, before = '', date = ''] = /^(\(until )([^()]*)\)$/.exec(written.slice(Math.max(0, start))) ?? [];
  if (before === '') return undefined;
  const dateStart = start + before.length;
  const startMs = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // 2026-02-30 would be read as the 2nd of March.
  const isDay = !Number.isNaN(startMs) && new Date(startMs).toISOString().slice(0, 10) === date;
  return {
    start,
    date,
    dateStart,
    dateEnd: dateStart + date.length,
    endsMs: isDay ? startMs + DAY_MS : undefined,
  };
}

/** For each line itself when it holds more than a comment, else the next one that does; a last comment speaks of itself. */
function contentLines(text: string): readonly number[] {
  const lines = text.split('\n');
  const result: number[] = [];
  let next: number | undefined;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    if (!/^\s*(#|$)/.test(lines[index] ?? '')) next = index;
    result[index] = next ?? index;
  }
  return result;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const FORM =
  'Write `# signalwright-ignore lint/no-tests: why`, and for a time `(until 2026-12-31)` behind it.';
const TOO_MANY = 'Give the lint another severity under lints: in signalwright.yaml.';
const DAY_FORM = 'Write it as (until 2026-12-31).';
const NOT_IGNORABLE = 'Only advice can be ignored; this says that the content is wrong.';
