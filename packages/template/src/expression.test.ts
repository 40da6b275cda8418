import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  evaluateExpression,
  EXPRESSION_MAX_CHARS,
  EXPRESSION_PATHS_MAX,
  expressionPaths,
  parseExpression,
  scopeOf,
  type Expression,
} from './expression.ts';
import type { TemplateErrorCode } from './template-error.ts';

const data = {
  Steps: {
    intel: {
      verdict: 'malicious',
      score: 97,
      hits: [{ ip: '203.0.113.7' }, { ip: '203.0.113.8' }],
      found: true,
      none: null,
    },
    'lookup-user': { 'a.b': 'dotted', '': 'empty', 'with "quotes"': 'quoted' },
  },
  Trigger: { duration: '1h', payload: { nested: { deep: 1 } } },
  WorkflowName: 'block-attacker',
  Source: { evil: '{{ Trigger.duration }}', js: '${process.exit()}' },
};

function parsed(text: string): Expression {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.expression;
}

const evaluate = (text: string): unknown => evaluateExpression(parsed(text), scopeOf(data));

describe('what a text evaluates to', () => {
  test.each<[text: string, expected: unknown]>([
    ['plain text', 'plain text'],
    ['', ''],
    ['{{ WorkflowName }}', 'block-attacker'],
    ['{{WorkflowName}}', 'block-attacker'],
    ['{{\n  Steps.intel.verdict\n}}', 'malicious'],
    ['Blocked for {{ Trigger.duration }} by {{ WorkflowName }}.', 'Blocked for 1h by block-attacker.'],
    ['{{ Steps.intel.score }}', 97],
    ['{{ Steps.intel.found }}', true],
    ['{{ Steps.intel.none }}', null],
    ['{{ Steps.intel.hits }}', data.Steps.intel.hits],
    ['{{ Steps.intel.hits[1].ip }}', '203.0.113.8'],
    ['{{ Steps.intel.hits.0.ip }}', '203.0.113.7'],
    ['{{ Steps["intel"]["score"] }}', 97],
    ['{{ Steps.lookup-user["a.b"] }}', 'dotted'],
    ['{{ Steps.lookup-user[""] }}', 'empty'],
    ['{{ Steps.lookup-user["with \\"quotes\\""] }}', 'quoted'],
    ['{{ Steps.lookup-user.[a.b] }}', 'dotted'],
    ['{{ Nothing.at.all }}', undefined],
    ['[{{ Nothing.at.all }}{{ Steps.intel.none }}]', '[]'],
    [' {{ Steps.intel.score }}', ' 97'],
    ['{{ Steps.intel.score }}{{ Steps.intel.found }}', '97true'],
    ['hits: {{ Steps.intel.hits }}', 'hits: [{"ip":"203.0.113.7"},{"ip":"203.0.113.8"}]'],
    ['\\{{ not.a.path }}', '{{ not.a.path }}'],
    ['a } b }} c { d $ {e}', 'a } b }} c { d $ {e}'],
  ])('%j', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  test('a value that reads like an expression is a value', () => {
    expect(evaluate('{{ Source.evil }}')).toBe('{{ Trigger.duration }}');
    expect(evaluate('x{{ Source.evil }}{{ Source.js }}')).toBe('x{{ Trigger.duration }}${process.exit()}');
  });

  test.each([
    'constructor',
    '__proto__',
    'Steps.constructor',
    'Steps.__proto__.x',
    'WorkflowName.length',
    'Steps.intel.hits.length',
    'Steps.intel.hits.map',
    'Steps["__proto__"]',
    'Steps.intel.verdict.constructor.constructor',
    'toString',
  ])('%s, which data inherits, is nothing', (path) => {
    expect(evaluate(`{{ ${path} }}`)).toBeUndefined();
    expect(evaluate(`[{{ ${path} }}]`)).toBe('[]');
  });
});

describe('what is refused, and where', () => {
  test.each<[text: string, code: TemplateErrorCode, found: string]>([
    ['a {{ b', 'expression/unclosed', '{{ b'],
    ['{{', 'expression/unclosed', '{{'],
    ['{{}}', 'expression/bad-path', '{{}}'],
    ['{{   }}', 'expression/bad-path', '{{   }}'],
    ['{{ a b }}', 'expression/bad-path', 'b '],
    ['{{ a | upper }}', 'expression/bad-path', '| upper '],
    ['{{ a() }}', 'expression/bad-path', '() '],
    ['{{ a.b.c() }}', 'expression/bad-path', '() '],
    ['{{ 1 + 1 }}', 'expression/bad-path', '1 + 1 '],
    ['{{ a + 1 }}', 'expression/bad-path', '+ 1 '],
    ['{{ "text" }}', 'expression/bad-path', '"text" '],
    ['{{ a[b] }}', 'expression/bad-path', '[b] '],
    ['{{ a[-1] }}', 'expression/bad-path', '[-1] '],
    ["{{ a['b'] }}", 'expression/bad-path', "['b'] "],
    ['{{ a..b }}', 'expression/bad-path', '..b '],
    ['{{ .a }}', 'expression/bad-path', '.a '],
    ['{{ a. }}', 'expression/bad-path', '. '],
    ['{{{ a }}}', 'expression/bad-path', '{ a '],
    ['{{ @usr.id }}', 'expression/bad-path', '@usr.id '],
    ['{{ this?.x }}', 'expression/bad-path', '?.x '],
    ['{{ a`b` }}', 'expression/bad-path', '`b` '],
    ['x ${ Steps.a } y', 'expression/javascript', '${ Steps.a }'],
    ['${', 'expression/javascript', '${'],
    [`{{ ${'a.'.repeat(20)}b }}`, 'expression/bad-path', `${'a.'.repeat(20)}b`],
    ['x'.repeat(EXPRESSION_MAX_CHARS + 1), 'expression/too-long', 'x'.repeat(EXPRESSION_MAX_CHARS + 1)],
    ['{{ a }}'.repeat(EXPRESSION_PATHS_MAX + 1), 'expression/too-many-parts', '{{ a }}'],
  ])('%.40j', (text, code, found) => {
    const result = parseExpression(text);
    const first = result.ok ? undefined : result.errors[0];
    expect(first?.code).toBe(code);
    expect(text.slice(first?.start, first?.end)).toBe(found);
  });

  test('every error of a text is told', () => {
    const result = parseExpression('{{ a b }} {{ ok }} ${x} {{ c( }} {{ d');
    expect(result.ok ? [] : result.errors.map((error) => error.code)).toEqual([
      'expression/bad-path',
      'expression/javascript',
      'expression/bad-path',
      'expression/unclosed',
    ]);
  });

  test.each([
    '{{'.repeat(30_000),
    '{'.repeat(60_000),
    '${'.repeat(30_000),
    '\\{{'.repeat(20_000),
    `{{ a${'['.repeat(60_000)}`,
    `{{ a["${'\\"'.repeat(30_000)}`,
  ])('a text made to be slow is read at once', (text) => {
    const startedMs = performance.now();
    parseExpression(text);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

test('the parts cover the text without gaps', () => {
  const pieces = fc.constantFrom(
    '{{ a.b }}',
    '{{x[0]["k.l"]}}',
    'text',
    ' ',
    '}}',
    '{',
    '\\{{',
    '$',
    '\\',
    '😀',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const result = parseExpression(text);
      if (!result.ok) return;
      let at = 0;
      for (const segment of result.expression.segments) {
        expect(segment.start).toBe(at);
        at = segment.end;
      }
      expect(at).toBe(text.length);
      expect(
        expressionPaths(result.expression).map((path) =>
          text.slice(path.start, path.end).includes(path.text),
        ),
      ).not.toContain(false);
    }),
    { numRuns: 1_500 },
  );
});

test('any path that can be written finds what is there', () => {
  const key = fc.oneof(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,5}$/), fc.stringMatching(/^[ -~]{0,6}$/));
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Z][a-z]{0,5}$/),
      fc.array(key, { maxLength: 6 }),
      fc.jsonValue(),
      (root, keys, value) => {
        const written = keys.map((name) => `["${name.replace(/["\\]/g, '\\$&')}"]`).join('');
        const nested = keys.reduceRight<unknown>((inner, name) => own(name, inner), value);
        expect(evaluateExpression(parsed(`{{ ${root}${written} }}`), scopeOf(own(root, nested)))).toEqual(
          value,
        );
      },
    ),
    { numRuns: 1_000 },
  );
});

function own(key: string, value: unknown): object {
  return Object.defineProperty({}, key, { value, enumerable: true });
}

test('any text parses or is refused, and never throws', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom('{{', '}}', '${', '}', '[', ']', '"', '\\', '.', 'a', '0', ' ', '\n', '|', '('),
        { maxLength: 20 },
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const result = parseExpression(text);
      if (result.ok) evaluateExpression(result.expression, scopeOf(data));
      else {
        for (const error of result.errors) {
          expect(error.start).toBeLessThan(error.end);
          expect(error.end).toBeLessThanOrEqual(text.length);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
