/**
 * From template text to the closed normal form. Handlebars reads the text; this file keeps what is on
 * the list and refuses the rest with offsets: raw output, partials, decorators, sub-expressions,
 * helpers that are not ours.
 * Language: Datadog, "Security notification variables". Refusals: docs/decisions/0170.
 */

import { parseArithmetic } from './arithmetic.ts';
import { guardCharacters, guardTags } from './guard.ts';
import {
  parseSyntax,
  type SyntaxArgument,
  type SyntaxBlock,
  type SyntaxCall,
  type SyntaxMustache,
  type SyntaxPath,
  type SyntaxProgram,
  type SyntaxRange,
  type SyntaxStatement,
} from './handlebars-syntax.ts';
import { isTimeZone } from './local-time.ts';
import { readPlainTags } from './plain-tags.ts';
import { templateError, type TemplateError } from './template-error.ts';
import type { Template, TemplateNode, TemplateTest } from './template.ts';
import { parseVariable, type TemplatePath } from './template-path.ts';

export type TemplateResult =
  | { readonly ok: true; readonly template: Template }
  /** At least one error, in source order. */
  | { readonly ok: false; readonly errors: readonly TemplateError[] };

const BLOCKS = ['if', 'is_match', 'is_exact_match'] as const;
const VALUES = ['eval', 'local_time', 'urlencode'] as const;
const SYNTAX_HINT =
  'Write {{rule_name}}, {{@http.client_ip}} or {{#if @usr.id}}…{{/if}}; double braces meant as text go between {{{{raw}}}} and {{{{/raw}}}}.';
const HELPERS_HINT = `Blocks: ${BLOCKS.join(', ')} (with # or ^); values: ${VALUES.join(', ')}.`;

/**
 * Parses a message template. Takes text only, never a tree, and never throws: whatever is not in the
 * closed language becomes an error with its offsets.
 */
export function parseTemplate(source: string): TemplateResult {
  const refused = guardCharacters(source);
  if (refused !== undefined) return { ok: false, errors: [refused] };
  const plain = readPlainTags(source);
  return plain === undefined ? parseTags(source) : { ok: true, template: plain };
}

/** The same for tags of any sort. Takes only what the guard of characters has passed. */
export function parseTags(source: string): TemplateResult {
  const refused = guardTags(source);
  if (refused !== undefined) return { ok: false, errors: [refused] };
  const syntax = parseSyntax(withoutDoubledAt(source));
  if (!syntax.ok) return { ok: false, errors: [syntaxError(source, syntax.offset, syntax.message)] };
  const reading = new Reading(source);
  const nodes = reading.program(syntax.program);
  if (reading.errors.length > 0) return { ok: false, errors: inOrder(reading.errors) };
  return { ok: true, template: { source, nodes, paths: inOrder(reading.paths) } };
}

/**
 * Published messages hold `{{@@userIdentity.arn}}`, which the service accepts and Handlebars cannot read. The parser
 * is shown a name of the same length; offsets stay, and paths are read from the source itself.
 */
function withoutDoubledAt(source: string): string {
  return source.includes('{{{{') ? source : source.replace(DOUBLED_AT, '$1@_');
}

const DOUBLED_AT = /((?<!\\)\{\{~?[ \t]*)@@(?=[^\s@{}])/g;

function inOrder<T extends { readonly start: number }>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => a.start - b.start);
}

function syntaxError(source: string, offset: number, said: string): TemplateError {
  const mismatch = /^(\S+) doesn't match (\S+)/.exec(said);
  if (mismatch !== null) {
    const close = source.indexOf(`/${mismatch[2] ?? ''}`);
    const start = close === -1 ? offset : close;
    return templateError(
      'template/syntax',
      `The block "${mismatch[1] ?? ''}" is closed by "/${mismatch[2] ?? ''}".`,
      { start, end: Math.min(source.length, start + 1 + (mismatch[2]?.length ?? 0)) },
      `Close it with {{/${mismatch[1] ?? ''}}}.`,
    );
  }
  const found = source.slice(offset, offset + 20).split(/[\r\n]/, 1)[0] ?? '';
  return templateError(
    'template/syntax',
    found === ''
      ? 'The template ends in the middle of a tag.'
      : `This is not a template: unexpected "${found}".`,
    { start: offset, end: Math.min(source.length, offset + Math.max(1, found.length)) },
    found.startsWith('}}}') ? 'Put a space between the closing }} and the next }.' : SYNTAX_HINT,
  );
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** One walk over one tree; collects errors and paths. Recursion is bounded by the guard's DEPTH_MAX. */
class Reading {
  readonly source: string;
  readonly lineStarts: readonly number[];
  readonly errors: TemplateError[] = [];
  readonly paths: TemplatePath[] = [];

  constructor(source: string) {
    this.source = source;
    this.lineStarts = [
      0,
      ...Array.from(source.matchAll(/\r\n?|\n/g), (match) => match.index + match[0].length),
    ];
  }

  program(program: SyntaxProgram | undefined): readonly TemplateNode[] {
    return (program?.body ?? []).flatMap((statement) => this.statement(statement));
  }

  statement(statement: SyntaxStatement): readonly TemplateNode[] {
    switch (statement.type) {
      case 'ContentStatement':
        return statement.value === '' ? [] : [{ kind: 'text', text: statement.value }];
      case 'CommentStatement':
        return [];
      case 'MustacheStatement':
        return this.mustache(statement);
      case 'BlockStatement':
        return this.block(statement);
      case 'PartialStatement':
      case 'PartialBlockStatement':
        return this.refuse(
          'template/partial',
          'Partials are not allowed.',
          statement.loc,
          'Write the text out.',
        );
      case 'Decorator':
      case 'DecoratorBlock':
        return this.refuse('template/decorator', 'Decorators are not allowed.', statement.loc);
      default:
        return this.unknownStatement(statement);
    }
  }

  /** A parser newer than the list: refused, never passed through. */
  unknownStatement(statement: never): readonly TemplateNode[] {
    const { type, loc } = statement as SyntaxStatement;
    return this.refuse('template/syntax', `"${type}" is not part of the template language.`, loc);
  }

  mustache(statement: SyntaxMustache): readonly TemplateNode[] {
    const name = nameOf(statement);
    if (!statement.escaped) {
      return this.refuse(
        'template/unescaped-output',
        'Unescaped output is not allowed.',
        statement.loc,
        `Write {{${name}}}: a value is escaped for the place it goes to.`,
      );
    }
    if (!this.plainCall(statement, statement.loc)) return [];
    if (isValueHelper(name)) return this.valueHelper(name, statement);
    if (isBlockHelper(name)) {
      return this.refuse(
        'template/bad-arguments',
        `"${name}" is a block.`,
        statement.loc,
        `Write {{#${name} …}}…{{/${name}}}.`,
      );
    }
    if (statement.params.length > 0) return this.unknownHelper(name, statement.path.loc);
    const path = this.path(statement.path);
    return path === undefined ? [] : [{ kind: 'value', path }];
  }

  valueHelper(name: (typeof VALUES)[number], call: SyntaxMustache): readonly TemplateNode[] {
    const [first, second, ...rest] = call.params;
    if (name === 'eval') {
      if (first?.type !== 'StringLiteral' || second !== undefined) {
        return this.badArguments(call, 'one text', '{{eval "events_matched * 2"}}');
      }
      return this.arithmetic(first);
    }
    if (name === 'urlencode') {
      const path = second === undefined ? this.variable(first) : undefined;
      if (path === 'refused') return [];
      if (path === undefined) return this.badArguments(call, 'one variable', '{{urlencode "service.name"}}');
      return [{ kind: 'urlencode', path }];
    }
    const path = second?.type === 'StringLiteral' && rest.length === 0 ? this.variable(first) : undefined;
    if (path === 'refused') return [];
    if (path === undefined || second?.type !== 'StringLiteral') {
      return this.badArguments(
        call,
        'a variable and a time zone',
        '{{local_time "first_seen" "Europe/Paris"}}',
      );
    }
    if (!isTimeZone(second.value)) {
      return this.refuse(
        'template/unknown-time-zone',
        `"${second.value}" is not a time zone.`,
        second.loc,
        'Use a TZ database name such as Europe/Paris.',
      );
    }
    return [{ kind: 'local-time', path, timeZone: second.value }];
  }

  arithmetic(literal: Extract<SyntaxArgument, { type: 'StringLiteral' }>): readonly TemplateNode[] {
    const result = parseArithmetic(literal.value);
    const at = this.inside(literal.loc, literal.value);
    if (!result.ok) {
      const range = at.exact ? { start: at.start + result.start, end: at.start + result.end } : at;
      this.errors.push(
        templateError(
          'template/bad-arithmetic',
          result.message,
          range,
          'Numbers, variables, + - * / and parentheses.',
        ),
      );
      return [];
    }
    for (const path of result.paths) {
      this.paths.push(
        at.exact
          ? { ...path, start: at.start + path.start, end: at.start + path.end }
          : { ...path, ...range(at) },
      );
    }
    return [{ kind: 'arithmetic', arithmetic: result.arithmetic }];
  }

  block(block: SyntaxBlock): readonly TemplateNode[] {
    const at = this.range(block.loc);
    const raw = this.source.startsWith('{{{{', at.start);
    const name = nameOf(block);
    if (!this.plainCall(block, block.loc, block.program, block.inverse)) return [];
    if (raw && name === 'raw' && block.params.length === 0) return this.program(block.program);
    if (!isBlockHelper(name)) {
      return this.unknownHelper(raw ? `{{{{${name}}}}}` : name, block.path.loc, blockHint(name));
    }
    const test = this.test(name, block);
    const whenTrue = this.program(block.program);
    const whenFalse = this.program(block.inverse);
    return test === undefined ? [] : [{ kind: 'choice', test, whenTrue, whenFalse }];
  }

  test(name: (typeof BLOCKS)[number], block: SyntaxBlock): TemplateTest | undefined {
    const [first, ...rest] = block.params;
    const path = this.variable(first);
    if (path === 'refused') return undefined;
    if (name === 'if') {
      if (path !== undefined && rest.length === 0) return { kind: 'exists', path };
      this.badArguments(block, 'one variable', '{{#if @usr.id}}…{{/if}}');
      return undefined;
    }
    const needles = rest.map(literalText);
    if (path === undefined || needles.length === 0 || needles.includes(undefined)) {
      this.badArguments(
        block,
        'a variable and at least one text',
        `{{#${name} "service.name" "web"}}…{{/${name}}}`,
      );
      return undefined;
    }
    return {
      kind: 'matches',
      path,
      needles: needles.filter((needle) => needle !== undefined),
      substring: name === 'is_match',
    };
  }

  /** A helper's variable: in quotes or bare. 'refused' when its own error is already recorded. */
  variable(argument: SyntaxArgument | undefined): TemplatePath | 'refused' | undefined {
    if (argument?.type === 'PathExpression') return this.path(argument) ?? 'refused';
    if (argument?.type !== 'StringLiteral') return undefined;
    const at = this.inside(argument.loc, argument.value);
    const result = parseVariable(argument.value, at.start);
    if (!result.ok) {
      this.errors.push(
        templateError('template/bad-path', result.message, at, 'For example "service.name" or "@usr.id".'),
      );
      return 'refused';
    }
    const path = at.exact ? result.path : { ...result.path, end: at.end };
    this.paths.push(path);
    return path;
  }

  path(written: SyntaxArgument): TemplatePath | undefined {
    const at = this.range(written.loc);
    const text = this.source.slice(at.start, at.end);
    const result =
      written.type === 'PathExpression' && isPlainPath(written) ? parseVariable(text, at.start) : undefined;
    if (result?.ok === true) {
      this.paths.push(result.path);
      return result.path;
    }
    this.refuse(
      'template/bad-path',
      result?.message ?? `"${text}" is not a variable or an attribute.`,
      written.loc,
      'Names joined by dots: rule_name, service.name, [dot.key].name, @http.client_ip.',
    );
    return undefined;
  }

  /** Named arguments, block parameters and sub-expressions are on no list. */
  plainCall(
    call: SyntaxCall,
    loc: SyntaxRange,
    ...programs: readonly (SyntaxProgram | undefined)[]
  ): boolean {
    const sub = [call.path, ...call.params].find((argument) => argument.type === 'SubExpression');
    if (sub !== undefined) {
      this.refuse('template/sub-expression', 'Sub-expressions are not allowed.', sub.loc);
      return false;
    }
    if (call.hash !== undefined) {
      this.refuse('template/bad-arguments', 'Named arguments (name=value) are not allowed.', loc);
      return false;
    }
    if (programs.some((program) => (program?.blockParams?.length ?? 0) > 0)) {
      this.refuse('template/bad-arguments', 'Block parameters (as |name|) are not allowed.', loc);
      return false;
    }
    return true;
  }

  unknownHelper(name: string, loc: SyntaxRange, hint = HELPERS_HINT): readonly TemplateNode[] {
    return this.refuse('template/unknown-helper', `There is no helper "${name}".`, loc, hint);
  }

  badArguments(call: SyntaxMustache | SyntaxBlock, wanted: string, example: string): readonly TemplateNode[] {
    return this.refuse(
      'template/bad-arguments',
      `"${nameOf(call)}" takes ${wanted}.`,
      call.loc,
      `For example ${example}`,
    );
  }

  refuse(
    code: TemplateError['code'],
    message: string,
    loc: SyntaxRange,
    hint?: string,
  ): readonly TemplateNode[] {
    this.errors.push(templateError(code, message, this.range(loc), hint));
    return [];
  }

  range(loc: SyntaxRange): Range {
    return { start: this.offset(loc.start), end: this.offset(loc.end) };
  }

  offset(position: { readonly line: number; readonly column: number }): number {
    return (this.lineStarts[position.line - 1] ?? this.source.length) + position.column;
  }

  /** The range between the quotes; `exact` unless escapes make the text longer than its value. */
  inside(loc: SyntaxRange, value: string): Range & { readonly exact: boolean } {
    const outer = this.range(loc);
    const inner = { start: outer.start + 1, end: outer.end - 1 };
    return { ...inner, exact: this.source.slice(inner.start, inner.end) === value };
  }
}

function range(at: Range): Range {
  return { start: at.start, end: at.end };
}

function nameOf(call: SyntaxCall): string {
  return call.path.type === 'PathExpression' ? call.path.original : '';
}

function isValueHelper(name: string): name is (typeof VALUES)[number] {
  return VALUES.some((helper) => helper === name);
}

function isBlockHelper(name: string): name is (typeof BLOCKS)[number] {
  return BLOCKS.some((helper) => helper === name);
}

/** `../x`, `this`, `.` and `a/b` are Handlebars, not ours. */
function isPlainPath(path: SyntaxPath): boolean {
  return path.depth === 0 && path.parts.length > 0 && !/^(?:this\b|\.)|\//.test(path.original);
}

function literalText(argument: SyntaxArgument): string | undefined {
  switch (argument.type) {
    case 'StringLiteral':
      return argument.value;
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return String(argument.value);
    default:
      return undefined;
  }
}

function blockHint(name: string): string {
  return name === 'unless' ? 'Write {{^if …}}…{{/if}}.' : HELPERS_HINT;
}
