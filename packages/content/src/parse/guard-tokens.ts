/**
 * Reads the tokens of a YAML file with limits, before anything that recurses sees them.
 * Source: reliability F1 (deep nesting aborts the process in the composer), F3 (anchors and aliases), F4 (directives
 * and tags change values). The lexer and the token parser of `yaml` are iterative; only they run here.
 */

import type { Diagnostic } from '@signalwright/model';
import { CST, Lexer, Parser } from 'yaml';
import { diagnostic, quoted } from '../diagnostic.ts';
import { quoteFix } from '../fix/quote-fix.ts';
import type { SourceText } from '../source-text.ts';
import { blankEnd } from './guard-blocks.ts';

/** Brackets, sequences and maps inside each other. */
export const MAX_DEPTH = 64;
/** Scalars and collections of one file. */
export const MAX_NODES = 10_000;
/**
 * Chosen: a value comes with about four lexemes; what is beyond is spaces, comments and line breaks. The parser's
 * cost grows with the square of some runs of them.
 */
const MAX_LEXEMES = 6 * MAX_NODES;
const MAX_DIAGNOSTICS = 20;
/** Tokens that the parser does not understand; what is behind so many is not looked at. */
const MAX_ERRORS = 1_000;

/** Keys whose value is a search query: the places where YAML and the query language collide. */
export const QUERY_KEYS: ReadonlySet<string> = new Set([
  'query',
  'suppressSignals',
  'excludeEvents',
  'ruleQuery',
  'queryExtension',
]);

export type GuardedTokens =
  | {
      readonly ok: true;
      readonly tokens: readonly CST.Token[];
      /** Where the last quoted text starts: an unclosed one runs to the end of the file. */
      readonly lastQuote: number | undefined;
      /** Where a bracket stands that is never closed. */
      readonly openBracket: number | undefined;
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Never throws, never recurses; time is linear in the part of the text that is read before a limit is met. */
export function guardTokens(source: SourceText): GuardedTokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const watch = new TokenWatch(source);
  let errors = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    const { offset } = parser;
    watch.see(lexeme, offset);
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') errors += 1;
    }
    // The first few are told, and each costs the composer an error with its stack.
    if (errors > MAX_ERRORS) break;
    // The stack holds the document below the collections.
    watch.checkDepth(parser.stack.length - 1, offset);
    if (watch.mustStop) return { ok: false, diagnostics: watch.diagnostics };
  }
  tokens.push(...parser.end());
  return watch.diagnostics.length > 0
    ? { ok: false, diagnostics: watch.diagnostics }
    : { ok: true, tokens, lastQuote: watch.lastQuote, openBracket: watch.openBracket };
}

interface LastScalar {
  readonly text: string;
  readonly isPlain: boolean;
  readonly start: number;
  readonly end: number;
}

/** What one pass over the lexemes has seen so far. */
class TokenWatch {
  readonly diagnostics: Diagnostic[] = [];
  mustStop = false;
  lastQuote: number | undefined;
  #brackets: number[] = [];
  #lostBracket: number | undefined;
  readonly #source: SourceText;
  #lexemes = 0;
  #nodes = 0;
  #scalarIsNext = false;
  /** Of the block whose text comes next: `>-`, `|2`. */
  #blockHeader: string | undefined;
  #documentStarts = 0;
  #hasContent = false;
  /** Behind `...`: what follows is another document, though no `---` stands before it. */
  #hasEnded = false;
  #key: string | undefined;
  #scalar: LastScalar | undefined;
  #previous = '';

  constructor(source: SourceText) {
    this.#source = source;
  }

  get openBracket(): number | undefined {
    return this.#lostBracket ?? this.#brackets.at(-1);
  }

  checkDepth(depth: number, offset: number): void {
    if (depth <= MAX_DEPTH) return;
    this.#stop('yaml/too-deep', offset, `The file nests deeper than ${MAX_DEPTH} levels.`);
  }

  see(lexeme: string, offset: number): void {
    this.#lexemes += 1;
    if (this.#lexemes > MAX_LEXEMES) this.#tooManyNodes(offset);
    if (this.#scalarIsNext) {
      this.#scalarIsNext = false;
      this.#seeScalar(lexeme, offset, true);
    } else {
      this.#seeToken(CST.tokenType(lexeme), lexeme, offset);
    }
    this.#previous = lexeme;
    if (this.diagnostics.length >= MAX_DIAGNOSTICS) this.mustStop = true;
  }

  #seeToken(type: CST.TokenType | null, lexeme: string, offset: number): void {
    switch (type) {
      case 'scalar':
        this.#scalarIsNext = true;
        return;
      case 'block-scalar-header':
        this.#blockHeader = lexeme;
        return;
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        return this.#seeScalar(lexeme, offset, false);
      case 'flow-map-start':
      case 'flow-seq-start':
        return this.#seeFlowStart(lexeme, offset);
      case 'seq-item-ind':
        this.#countNode(offset);
        this.#key = undefined;
        this.#scalar = undefined;
        return;
      case 'map-value-ind':
        this.#countNode(offset);
        this.#key = this.#scalar?.text;
        this.#scalar = undefined;
        return;
      case 'explicit-key-ind':
        return this.#countNode(offset);
      case 'anchor':
        return this.#refuse('yaml/anchor', lexeme, offset, `The anchor ${quoted(lexeme)} is not allowed.`);
      case 'alias':
        return this.#seeAlias(lexeme, offset);
      case 'tag':
        return this.#seeTag(lexeme, offset);
      case 'directive-line':
        return this.#seeDirective(lexeme, offset);
      case 'doc-start':
        return this.#seeDocumentStart(offset);
      case 'doc-end':
        this.#documentStarts = Math.max(1, this.#documentStarts);
        this.#hasContent = true;
        this.#hasEnded = true;
        return;
      case 'comment':
        return this.#seeComment(lexeme, offset);
      case 'flow-error-end':
        this.#lostBracket ??= this.#brackets.at(-1);
        this.#brackets = [];
        return;
      case 'flow-map-end':
      case 'flow-seq-end':
        this.#brackets.pop();
        this.#scalar = undefined;
        return;
      case 'newline':
      case 'comma':
        this.#scalar = undefined;
        return;
      default:
        return;
    }
  }

  #seeScalar(text: string, offset: number, isPlain: boolean): void {
    this.#countNode(offset);
    this.#hasContent = true;
    if (!isPlain) this.lastQuote = offset;
    if (this.#blockHeader !== undefined) this.#seeBlock(this.#blockHeader, text, offset);
    this.#blockHeader = undefined;
    const end = offset + text.length;
    this.#scalar = { text: isPlain ? text : text.slice(1, -1), isPlain, start: offset, end };
  }

  #seeFlowStart(lexeme: string, offset: number): void {
    this.#countNode(offset);
    this.#hasContent = true;
    if (lexeme === '{' && this.#previous === '{') {
      this.#needsQuotes(
        offset - 1,
        this.#endOfLine(offset),
        'Text that starts with {{ is read as a map of maps.',
      );
    }
    this.#brackets.push(offset);
    this.#key = undefined;
    this.#scalar = undefined;
  }

  #seeAlias(lexeme: string, offset: number): void {
    this.#hasContent = true;
    if (this.#isQuery() || lexeme.includes(':') || lexeme === '*') {
      return this.#needsQuotes(offset, this.#endOfLine(offset), `${quoted(lexeme)} is read as a YAML alias.`);
    }
    this.#refuse('yaml/alias', lexeme, offset, `The alias ${quoted(lexeme)} is not allowed.`);
  }

  #seeTag(lexeme: string, offset: number): void {
    this.#hasContent = true;
    if (this.#isQuery() && !lexeme.startsWith('!!')) {
      return this.#needsQuotes(offset, this.#endOfLine(offset), `${quoted(lexeme)} is read as a YAML tag.`);
    }
    this.#refuse('yaml/tag', lexeme, offset, `The tag ${quoted(lexeme)} is not allowed.`);
  }

  /** Only `%YAML` and `%TAG` are directives; anything else is text that forgot its quotes. */
  #seeDirective(lexeme: string, offset: number): void {
    const word = /^%\S*/.exec(lexeme)?.[0] ?? '%';
    this.#refuse('yaml/directive', word, offset, `The directive ${quoted(word)} is not allowed.`);
  }

  #seeDocumentStart(offset: number): void {
    this.#documentStarts += 1;
    if (this.#documentStarts > 1 || this.#hasContent) {
      this.#refuse('yaml/several-documents', '---', offset, 'A second document starts here.');
    }
  }

  /** ` #` behind a plain query: the author meant a part of the query, YAML takes it for a comment. */
  #seeComment(lexeme: string, offset: number): void {
    const scalar = this.#scalar;
    // The text of a block ends with its line: a comment below it is one.
    if (scalar === undefined || !scalar.isPlain || scalar.text.endsWith('\n') || !this.#isQuery()) return;
    const message = `${quoted(lexeme)} is read as a comment and cut off the query.`;
    const whole = `${scalar.text} ${lexeme}`;
    this.diagnostics.push(
      diagnostic('yaml/comment-cuts-query', this.#source.rangeAt(offset, offset + lexeme.length), message, {
        hint: `If it belongs to the query, ${whole.length > MAX_HINT ? 'put single quotes around all of it' : `write '${whole.replaceAll("'", "''")}'`}; if it is a comment, quote the query or put the comment above.`,
      }),
    );
  }

  #seeBlock(header: string, text: string, offset: number): void {
    const found = blankEnd(this.#source, header, offset, offset + text.length);
    if (found !== undefined) this.diagnostics.push(found);
    if (this.#isQuery()) this.#seeQueryBlock(text, offset);
  }

  /** `#` and a blank inside a block: the author meant a comment, YAML takes it for a part of the query. */
  #seeQueryBlock(text: string, offset: number): void {
    let isQuoted = false;
    let lineStart = offset;
    for (const line of text.split('\n')) {
      const comment = commentIn(line, isQuoted);
      isQuoted = comment.isQuoted;
      if (comment.at !== undefined) {
        const start = lineStart + comment.at;
        const range = this.#source.rangeAt(start, lineStart + line.trimEnd().length);
        const message = `${quoted(line.slice(comment.at).trim())} is part of the query.`;
        this.diagnostics.push(
          diagnostic('yaml/comment-in-query', range, message, {
            hint: 'Inside a block, # starts no comment: put the comment above the key.',
          }),
        );
        if (this.diagnostics.length >= MAX_DIAGNOSTICS) return;
      }
      lineStart += line.length + 1;
    }
  }

  #isQuery(): boolean {
    return this.#key !== undefined && QUERY_KEYS.has(this.#key);
  }

  #countNode(offset: number): void {
    if (this.#hasEnded) {
      this.#hasEnded = false;
      const lexeme = this.#source.text.slice(offset, this.#endOfLine(offset));
      this.#refuse('yaml/several-documents', lexeme, offset, 'A second document starts here.');
    }
    this.#nodes += 1;
    // A key, its colon and its value count three times here; the composed nodes are counted exactly later.
    if (this.#nodes > 2 * MAX_NODES) this.#tooManyNodes(offset);
  }

  #tooManyNodes(offset: number): void {
    this.#stop('yaml/too-many-nodes', offset, `The file has more than ${MAX_NODES} values.`);
  }

  #stop(code: 'yaml/too-deep' | 'yaml/too-many-nodes', offset: number, message: string): void {
    if (this.mustStop) return;
    this.mustStop = true;
    this.diagnostics.push(
      diagnostic(code, this.#source.rangeAt(offset, offset + 1), message, { hint: HINTS[code] }),
    );
  }

  #refuse(code: keyof typeof HINTS, lexeme: string, offset: number, message: string): void {
    const range = this.#source.rangeAt(offset, offset + lexeme.length);
    this.diagnostics.push(diagnostic(code, range, message, { hint: HINTS[code] }));
  }

  #needsQuotes(start: number, end: number, message: string): void {
    const written = this.#source.text.slice(start, end);
    this.diagnostics.push(
      diagnostic('yaml/needs-quotes', this.#source.rangeAt(start, end), message, {
        hint: quoteHint(written),
        fix: quoteFix(this.#source, start, end),
      }),
    );
  }

  /** Where the text on this line ends, without a comment. */
  #endOfLine(offset: number): number {
    const rest = /^[^\n]*/.exec(this.#source.text.slice(offset, offset + MAX_LINE))?.[0] ?? '';
    return offset + rest.replace(/\s+#.*$/, '').trimEnd().length;
  }
}

/**
 * Where an author would see a comment in a line of a query: behind a blank, before a blank, and outside of quotes, which
 * may go on over lines.
 */
function commentIn(
  line: string,
  startsQuoted: boolean,
): { readonly at: number | undefined; readonly isQuoted: boolean } {
  let isQuoted = startsQuoted;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === '#' && !isQuoted && isEdge(line[at - 1]) && isEdge(line[at + 1])) {
      return { at, isQuoted };
    }
  }
  return { at: undefined, isQuoted };
}

const isEdge = (character: string | undefined): boolean =>
  character === undefined || character === ' ' || character === '\t' || character === '\r';

const MAX_LINE = 2_000;

/** How the text would be written so that YAML leaves it alone. */
export function quoteHint(written: string): string {
  const text = written.replace(/\s+/g, ' ');
  if (text.length > MAX_HINT) return 'Put single quotes around it, or write it as a block after >-.';
  return `Quote it: '${text.replaceAll("'", "''")}'`;
}

const MAX_HINT = 80;

const HINTS = {
  'yaml/too-deep': 'No content needs this; split the file or check the brackets.',
  'yaml/too-many-nodes': 'One file holds one object; split what is more.',
  'yaml/anchor': 'Write the value where it is needed; a text that starts with & must be quoted.',
  'yaml/alias': 'Write the value out; a text that starts with * must be quoted.',
  'yaml/tag': 'Types come from the schema; a text that starts with ! must be quoted.',
  'yaml/directive': 'Files are YAML 1.2 without directives; a text that starts with % must be quoted.',
  'yaml/several-documents': 'Write one object a file.',
} as const;
