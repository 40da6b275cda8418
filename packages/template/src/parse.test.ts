import fc from 'fast-check';
import Handlebars from 'handlebars';
import { describe, expect, test } from 'vitest';

import { parseTemplate } from './parse.ts';
import { renderTemplate } from './render.ts';
import { DEPTH_MAX, SOURCE_MAX_BYTES, TAGS_MAX, templatePaths } from './template.ts';
import type { TemplateErrorCode } from './template-error.ts';

describe('what the language holds', () => {
  test.each([
    ['plain text', 'nothing to fill in'],
    ['nothing at all', ''],
    ['a variable', '{{rule_name}}'],
    ['spaces inside the braces', '{{ rule_name }}'],
    ['an attribute', '{{@http.client_ip}}'],
    ['an attribute with a dash', '{{@http.user-agent}}'],
    ['a list element', '{{@usr.ids.[0]}}'],
    ['the value of a tag', '{{service.name}}'],
    ['a tag whose key holds dots', '{{[dot.key].name}}'],
    ['a query of the rule', '{{events_matched_per_query.failures}}'],
    ['a condition on an attribute', '{{#if @usr.id}}a{{else}}b{{/if}}'],
    ['a chain of conditions', '{{#if a}}1{{else if b}}2{{else is_match "c" "d"}}3{{else}}4{{/if}}'],
    ['its negation', '{{^if @usr.id}}a{{/if}}'],
    ['a substring', '{{#is_match "env.name" "prod"}}a{{/is_match}}'],
    ['several substrings', '{{#is_match "env.name" "prod" "stag"}}a{{/is_match}}'],
    ['a bare variable in a condition', '{{#is_match env "prod"}}a{{/is_match}}'],
    ['an exact value', '{{#is_exact_match "@http.status_code" 500}}a{{/is_exact_match}}'],
    ['the negation of an exact value', '{{^is_exact_match "env" "prod"}}a{{/is_exact_match}}'],
    ['arithmetic', '{{eval "first_seen_epoch-15*60*1000"}}'],
    ['a local time', "{{local_time 'first_seen' 'Asia/Tokyo'}}"],
    ['an encoded value', '{{urlencode "service.name"}}'],
    ['braces meant as text', '{{{{raw}}}}{{ not.a.tag }}{{{{/raw}}}}'],
    ['braces behind a backslash', '\\{{rule_name}}'],
    ['a comment', '{{! for the on-call }}{{!-- {{x}} --}}'],
    ['white space control', 'a {{~rule_name~}} b'],
    ['an attribute with its @ doubled, as published messages have it', '{{@@userIdentity.arn}} {{ @@a.b }}'],
    ['a list element as workflows write it', '{{#is_match "@usr.ids[0]" "ada"}}a{{/is_match}}'],
    ['text in any script', 'Обнаружено 検出 🚨 {{rule_name}}'],
  ])('%s: %s', (_title, source) => {
    expect(parseTemplate(source)).toMatchObject({ ok: true });
  });
});

type Refusal = [title: string, source: string, code: TemplateErrorCode, found: string];

const refusals: Refusal[] = [
  ['raw output', 'a {{{x}}} b', 'template/unescaped-output', '{{{x}}}'],
  ['raw output with &', 'a {{&x}} b', 'template/unescaped-output', '{{&x}}'],
  ['raw output of a helper', '{{{urlencode "x"}}}', 'template/unescaped-output', '{{{urlencode "x"}}}'],
  ['a partial', 'a {{> header}}', 'template/partial', '{{> header}}'],
  ['a computed partial', '{{> (lookup . "x")}}', 'template/partial', '{{> (lookup . "x")}}'],
  ['a partial block', '{{#> layout}}x{{/layout}}', 'template/partial', '{{#> layout}}x{{/layout}}'],
  [
    'an inline partial',
    '{{#*inline "p"}}{{> p}}{{/inline}}',
    'template/decorator',
    '{{#*inline "p"}}{{> p}}{{/inline}}',
  ],
  ['a decorator', '{{* x}}', 'template/decorator', '{{* x}}'],
  ['a sub-expression', '{{urlencode (x)}}', 'template/sub-expression', '(x)'],
  ['a called sub-expression', '{{(x)}}', 'template/syntax', '(x)}}'],
  ['a loop', '{{#each @http.headers}}x{{/each}}', 'template/unknown-helper', 'each'],
  ['a scope', '{{#with @http}}x{{/with}}', 'template/unknown-helper', 'with'],
  ['unless', '{{#unless x}}a{{/unless}}', 'template/unknown-helper', 'unless'],
  ['a built-in of Handlebars', '{{lookup x "y"}}', 'template/unknown-helper', 'lookup'],
  ['another built-in', '{{log "x"}}', 'template/unknown-helper', 'log'],
  ['an unknown helper', '{{uppercase rule_name}}', 'template/unknown-helper', 'uppercase'],
  ['a helper of monitors', '{{#is_alert}}x{{/is_alert}}', 'template/unknown-helper', 'is_alert'],
  ['another raw block', '{{{{noop}}}}x{{{{/noop}}}}', 'template/unknown-helper', 'noop'],
  ['a block parameter', '{{#if x as |y|}}a{{/if}}', 'template/bad-arguments', '{{#if x as |y|}}a{{/if}}'],
  ['a named argument', '{{x a=1}}', 'template/bad-arguments', '{{x a=1}}'],
  ['if without a variable', '{{#if}}a{{/if}}', 'template/bad-arguments', '{{#if}}a{{/if}}'],
  ['if with two variables', '{{#if a b}}x{{/if}}', 'template/bad-arguments', '{{#if a b}}x{{/if}}'],
  [
    'is_match without a text',
    '{{#is_match "a"}}x{{/is_match}}',
    'template/bad-arguments',
    '{{#is_match "a"}}x{{/is_match}}',
  ],
  [
    'is_match with a variable as text',
    '{{#is_match "a" b}}x{{/is_match}}',
    'template/bad-arguments',
    '{{#is_match "a" b}}x{{/is_match}}',
  ],
  ['a block used as a value', '{{is_match "a" "b"}}', 'template/bad-arguments', '{{is_match "a" "b"}}'],
  ['eval without quotes', '{{eval events_matched}}', 'template/bad-arguments', '{{eval events_matched}}'],
  [
    'a local time without a zone',
    '{{local_time "first_seen"}}',
    'template/bad-arguments',
    '{{local_time "first_seen"}}',
  ],
  ['an unknown zone', '{{local_time "first_seen" "Mars/Base"}}', 'template/unknown-time-zone', '"Mars/Base"'],
  ['urlencode of nothing', '{{urlencode}}', 'template/bad-arguments', '{{urlencode}}'],
  ['the parent scope', '{{../x}}', 'template/bad-path', '../x'],
  ['this', '{{this.x}}', 'template/bad-path', 'this.x'],
  ['the current scope', '{{.}}', 'template/bad-path', '.'],
  ['slashes in a path', '{{a/b}}', 'template/bad-path', 'a/b'],
  ['a text as a value', '{{"x"}}', 'template/bad-path', '"x"'],
  ['a number as a value', '{{5}}', 'template/bad-path', '5'],
  ['a broken variable in quotes', '{{urlencode "a b"}}', 'template/bad-path', 'a b'],
  ['a path without end', `{{${'a.'.repeat(16)}a}}`, 'template/bad-path', `${'a.'.repeat(16)}a`],
  ['a function in eval', '{{eval "round(x)"}}', 'template/bad-arithmetic', '('],
  ['JavaScript in eval', '{{eval "process.exit()"}}', 'template/bad-arithmetic', '('],
  ['an unfinished eval', 'x {{eval "a + * b"}}', 'template/bad-arithmetic', '*'],
  ['a block that is not closed', 'a {{#if x}} b', 'template/unclosed-block', '{{#if x}}'],
  ['a block that is closed by another', '{{#if x}}a{{/is_match}}', 'template/syntax', '/is_match'],
  ['a tag that is not closed', 'a {{rule_name', 'template/syntax', 'rule_name'],
  ['an empty tag', 'a {{}} b', 'template/syntax', '}} b'],
  ['an invisible character', 'a\u0000b', 'template/character', '\u0000'],
  ['a line separator', 'a\u2028b', 'template/character', '\u2028'],
  ['a lone closing tag', 'a {{/if}}', 'template/syntax', '{{/if}}'],
];

describe('what it refuses, and where', () => {
  test.each(refusals)('%s', (_title, source, code, found) => {
    const result = parseTemplate(source);
    const first = result.ok ? undefined : result.errors[0];
    expect(first?.code).toBe(code);
    expect(source.slice(first?.start, first?.end)).toBe(found);
  });

  test('every error of a template, in order, on any line', () => {
    const source = 'one\r\n{{{a}}}\n\ntwo {{#each b}}\r{{> c}}{{/each}} {{eval "1 +"}}';
    const result = parseTemplate(source);
    const found = result.ok
      ? []
      : result.errors.map((error) => [error.code, source.slice(error.start, error.end)]);
    expect(found).toEqual([
      ['template/unescaped-output', '{{{a}}}'],
      ['template/unknown-helper', 'each'],
      ['template/bad-arithmetic', ''],
    ]);
  });

  test('only text is parsed: a tree in its place is read as text', () => {
    const tree = { type: 'Program', body: [] } as unknown as string;
    expect(() => parseTemplate(tree)).toThrow(TypeError);
  });
});

describe('limits', () => {
  const nested = (depth: number): string => '{{#if a}}'.repeat(depth) + '{{/if}}'.repeat(depth);
  const rows: [title: string, source: string, code: TemplateErrorCode | 'ok'][] = [
    ['the deepest nesting', nested(DEPTH_MAX), 'ok'],
    ['one block deeper', nested(DEPTH_MAX + 1), 'template/too-deep'],
    ['1,700 blocks', '{{#if a}}'.repeat(1700), 'template/too-deep'],
    ['negated blocks', '{{^if a}}'.repeat(100), 'template/too-deep'],
    ['blocks with ~', '{{~#if a}}'.repeat(100), 'template/too-deep'],
    ['a chain of else if', `{{#if a}}${'{{else if b}}'.repeat(100)}{{/if}}`, 'template/too-deep'],
    ['partial blocks', '{{#> p}}'.repeat(100), 'template/too-deep'],
    ['decorator blocks', '{{#*d}}'.repeat(100), 'template/too-deep'],
    ['closing tags hidden in strings', '{{#if "{{/if}}"}}'.repeat(100), 'template/too-deep'],
    ['closing tags hidden in segments', '{{#if [{{/if}}]}}'.repeat(100), 'template/too-deep'],
    ['closing tags hidden in comments', '{{#if a}}{{!-- {{/if}} --}}'.repeat(100), 'template/too-deep'],
    ['closing tags behind a backslash', '{{#if a}}\\{{/if}}'.repeat(100), 'template/too-deep'],
    [
      'closing tags in raw blocks',
      '{{#if a}}{{{{raw}}}}{{/if}}{{{{/raw}}}}'.repeat(100),
      'template/too-deep',
    ],
    ['as many tags as allowed', '{{x}}'.repeat(TAGS_MAX), 'ok'],
    ['one tag more', '{{x}}'.repeat(TAGS_MAX + 1), 'template/too-many-tags'],
    ['the longest source', 'x'.repeat(SOURCE_MAX_BYTES), 'ok'],
    ['one byte more', 'x'.repeat(SOURCE_MAX_BYTES + 1), 'template/too-long'],
    ['bytes, not characters', 'é'.repeat(SOURCE_MAX_BYTES / 2 + 1), 'template/too-long'],
    ['only opening braces', '{'.repeat(SOURCE_MAX_BYTES), 'template/syntax'],
    ['only open brackets in a tag', `{{x ${'['.repeat(16_000)}`, 'template/syntax'],
    ['only open parentheses in a tag', `{{x ${'('.repeat(16_000)}`, 'template/sub-expression'],
    ['nested parentheses', `{{x ${'(a '.repeat(3000)}b${')'.repeat(3000)}}}`, 'template/sub-expression'],
    ['nested raw blocks', '{{{{raw}}}}'.repeat(1400), 'template/syntax'],
    ['a comment that never ends', `{{!-- ${'x{{'.repeat(3000)}`, 'template/syntax'],
    ['parentheses in eval', `{{eval "${'('.repeat(8000)}1"}}`, 'template/bad-arithmetic'],
    ['minus signs in eval', `{{eval "${'-'.repeat(8000)}1"}}`, 'template/bad-arithmetic'],
    ['a long sum in eval', `{{eval "1${'+1'.repeat(8000)}"}}`, 'template/bad-arithmetic'],
  ];

  test.each(rows)('%s', (_title, source, code) => {
    const startedMs = performance.now();
    const result = parseTemplate(source);
    expect(result.ok ? 'ok' : result.errors[0]?.code).toBe(code);
    if (result.ok) renderTemplate(result.template, { variables: {}, attributes: {} }, 'plain');
    // Handlebars alone needs seconds for some of these, and overflows the stack.
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });
});

describe('paths for lints', () => {
  test('are found wherever they stand, with their place', () => {
    const source =
      'a {{@http.client_ip}} {{#is_match "service.name" "x"}}{{eval "first_seen_epoch - events_matched*2"}}{{/is_match}}' +
      '{{urlencode "[dot.key].name"}}{{#if @usr.id}}{{local_time \'last_seen\' "UTC"}}{{/if}}';
    const result = parseTemplate(source);
    const paths = result.ok ? templatePaths(result.template) : [];
    expect(paths.map((path) => [path.kind, path.text, path.segments])).toEqual([
      ['attribute', '@http.client_ip', ['http', 'client_ip']],
      ['variable', 'service.name', ['service', 'name']],
      ['variable', 'first_seen_epoch', ['first_seen_epoch']],
      ['variable', 'events_matched', ['events_matched']],
      ['variable', '[dot.key].name', ['dot.key', 'name']],
      ['attribute', '@usr.id', ['usr', 'id']],
      ['variable', 'last_seen', ['last_seen']],
    ]);
    for (const path of paths) expect(source.slice(path.start, path.end)).toBe(path.text);
  });
});

/** Templates of the common subset, as text. */
const { template: templateText } = fc.letrec<{ template: string; piece: string }>((tie) => ({
  template: fc.array(tie('piece'), { maxLength: 5 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('text ', ' ', '\n', '\r\n', '  \n', '}', '{', '\\', "it's", '"', 'é😀'),
    fc.constantFrom(
      '{{name}}',
      '{{ tags.a }}',
      '{{~name}}',
      '{{name~}}',
      '{{missing}}',
      '{{! note }}',
      '\\{{name}}',
    ),
    fc.tuple(fc.constantFrom('#', '^', '~#'), tie('template')).map(([sign, inner]) => {
      const open = sign === '~#' ? '{{~#if name}}' : `{{${sign}if missing}}`;
      return `${open}${inner}{{/if}}`;
    }),
    fc.tuple(tie('template'), tie('template')).map(([a, b]) => `{{#if missing}}${a}{{else}}${b}{{/if}}`),
    fc
      .tuple(tie('template'), tie('template'), tie('template'))
      .map(([a, b, c]) => `{{#if missing}}${a}{{else if name}}${b}{{else}}${c}{{/if}}`),
  ),
}));

test('a template of the common subset renders as Handlebars itself renders it', () => {
  const variables = { name: 'Ada', tags: { a: 'b' } };
  fc.assert(
    fc.property(templateText, (source) => {
      // A brace before a tag makes raw output, which Handlebars has and we refuse.
      fc.pre(!source.includes('{{{'));
      const result = parseTemplate(source);
      const ours = result.ok
        ? renderTemplate(result.template, { variables, attributes: {} }, 'plain')
        : undefined;
      expect(ours ?? 'refused').toBe(handlebars(source, variables) ?? 'refused');
    }),
    { numRuns: 1_000 },
  );
});

/** The oracle: undefined when Handlebars cannot read the source. */
function handlebars(source: string, variables: object): string | undefined {
  try {
    return Handlebars.compile(source, { noEscape: true })(variables);
  } catch {
    return undefined;
  }
}

test('any text parses or is refused inside its bounds, and never throws', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '{{',
          '}}',
          '{{{',
          '#if ',
          '/if',
          'else',
          ' x',
          '"',
          '@',
          '~',
          '!--',
          '--',
          '(',
          ')',
          '.',
          '\\',
          '\n',
          '[',
          ']',
          '^',
          '>',
        ),
        {
          maxLength: 20,
        },
      )
      .map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(anything, (source) => {
      const result = parseTemplate(source);
      if (result.ok) return;
      expect(result.errors.length).toBeGreaterThan(0);
      for (const error of result.errors) {
        expect(error.start).toBeGreaterThanOrEqual(0);
        expect(error.end).toBeGreaterThanOrEqual(error.start);
        expect(error.end).toBeLessThanOrEqual(source.length);
      }
    }),
    { numRuns: 2_000 },
  );
});
