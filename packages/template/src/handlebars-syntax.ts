/**
 * The gate to Handlebars: its parser and nothing else of it. Neither the compiler nor the runtime is
 * loaded, so no template text can become code; the tree is read by `parse.ts`, never executed.
 * The parser is loaded on first use (about 13 ms): commands without templates do not pay for it.
 */

import { createRequire } from 'node:module';

/** Lines count from 1, columns from 0, as Handlebars gives them. */
export interface SyntaxRange {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export interface SyntaxProgram {
  readonly type: 'Program';
  readonly body: readonly SyntaxStatement[];
  readonly blockParams?: readonly string[];
}

export interface SyntaxPath {
  readonly type: 'PathExpression';
  readonly data: boolean;
  readonly depth: number;
  readonly parts: readonly string[];
  readonly original: string;
  readonly loc: SyntaxRange;
}

export type SyntaxArgument =
  | SyntaxPath
  | { readonly type: 'StringLiteral'; readonly value: string; readonly loc: SyntaxRange }
  | { readonly type: 'NumberLiteral'; readonly value: number; readonly loc: SyntaxRange }
  | { readonly type: 'BooleanLiteral'; readonly value: boolean; readonly loc: SyntaxRange }
  | { readonly type: 'SubExpression'; readonly loc: SyntaxRange }
  | { readonly type: 'UndefinedLiteral' | 'NullLiteral'; readonly loc: SyntaxRange };

export interface SyntaxCall {
  readonly path: SyntaxArgument;
  readonly params: readonly SyntaxArgument[];
  readonly hash?: unknown;
}

export interface SyntaxBlock extends SyntaxCall {
  readonly type: 'BlockStatement';
  readonly program?: SyntaxProgram;
  readonly inverse?: SyntaxProgram;
  readonly loc: SyntaxRange;
}

export interface SyntaxMustache extends SyntaxCall {
  readonly type: 'MustacheStatement';
  readonly escaped: boolean;
  readonly loc: SyntaxRange;
}

/** The kinds of statement that Handlebars 4 can produce. */
export type SyntaxStatement =
  | { readonly type: 'ContentStatement'; readonly value: string; readonly loc: SyntaxRange }
  | { readonly type: 'CommentStatement'; readonly loc: SyntaxRange }
  | SyntaxMustache
  | SyntaxBlock
  | { readonly type: 'PartialStatement' | 'PartialBlockStatement'; readonly loc: SyntaxRange }
  | { readonly type: 'Decorator' | 'DecoratorBlock'; readonly loc: SyntaxRange };

export type SyntaxResult =
  | { readonly ok: true; readonly program: SyntaxProgram }
  /** `offset` is where the parser stopped, in UTF-16 units. */
  | { readonly ok: false; readonly offset: number; readonly message: string };

interface HandlebarsParser {
  readonly parse: (source: string) => SyntaxProgram;
  readonly parser: { readonly lexer?: { readonly matched?: string; readonly match?: string } };
}

let loaded: HandlebarsParser | undefined;

/**
 * Parses a template source. Give it only what the guard has passed: the parser's own walk recurses
 * with the nesting.
 */
export function parseSyntax(source: string): SyntaxResult {
  const handlebars = loadParser();
  try {
    return { ok: true, program: handlebars.parse(String(source)) };
  } catch (error) {
    const lexer = handlebars.parser.lexer;
    const offset = Math.max(0, (lexer?.matched?.length ?? 0) - (lexer?.match?.length ?? 0));
    const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    return { ok: false, offset: Math.min(offset, source.length), message };
  }
}

function loadParser(): HandlebarsParser {
  loaded ??= createRequire(import.meta.url)(
    'handlebars/dist/cjs/handlebars/compiler/base.js',
  ) as HandlebarsParser;
  return loaded;
}
