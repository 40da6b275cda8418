import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { DESTINATIONS, type Destination } from './escape.ts';
import { signalTimeText } from './local-time.ts';
import { parseTemplate } from './parse.ts';
import { OUTPUT_MAX_BYTES, renderTemplate, type TemplateValues } from './render.ts';
import { SOURCE_MAX_BYTES } from './template.ts';

const FIRST_SEEN_MS = Date.UTC(2021, 4, 31, 14, 43, 27);

const values: TemplateValues = {
  variables: {
    severity: 0,
    rule_name: 'Credential stuffing',
    case_name: 'above 20',
    events_matched: 42,
    events_matched_per_query: { failures: 40, successes: 2 },
    first_seen: signalTimeText(FIRST_SEEN_MS),
    first_seen_epoch: FIRST_SEEN_MS,
    service: 'web',
    env: 'production',
    'dot.key': 'five',
    team: ['red', 'blue'],
  },
  attributes: {
    http: { client_ip: '203.0.113.7', status_code: '404', url: '/a?b=c d' },
    'usr.id': 'ada',
    'network.client': { ip: '198.51.100.9' },
    flags: { on: true, off: false, zero: 0, none: null, text: '', list: [], object: { b: 1, a: [true] } },
    ips: ['203.0.113.7', '203.0.113.8'],
    when: '2024-02-29T23:59:59Z',
  },
};

function render(source: string, destination: Destination = 'plain', given = values): string {
  const result = parseTemplate(source);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return renderTemplate(result.template, given, destination);
}

describe('what a template reads as', () => {
  test.each([
    ['{{rule_name}}: {{events_matched}}', 'Credential stuffing: 42'],
    ['{{severity}}', '0'],
    ['{{events_matched_per_query.failures}}', '40'],
    ['{{first_seen}}', 'Mon May 31 14:43:27 UTC 2021'],
    ['{{service}} {{service.name}}', 'web web'],
    ['{{[dot.key].name}} {{[dot.key]}} {{dot.key.name}}', 'five five five'],
    ['@slack-{{service.name}}', '@slack-web'],
    ['{{team}}', 'red, blue'],
    ['{{@http.client_ip}}', '203.0.113.7'],
    ['{{@usr.id}}', 'ada'],
    ['{{@network.client.ip}}', '198.51.100.9'],
    ['{{@ips}} {{@ips.[1]}}', '203.0.113.7, 203.0.113.8 203.0.113.8'],
    ['{{@flags.object}}', '{"b":1,"a":[true]}'],
    ['{{@flags.on}} {{@flags.off}} {{@flags.zero}}', 'true false 0'],
    ['{{@service}}', 'web'],
    ['{{@@http.client_ip}} a@@b', '203.0.113.7 a@@b'],
    ['\\{{@@http.client_ip}}', '{{@@http.client_ip}}'],
    ['{{{{raw}}}}{{@@x}}{{{{/raw}}}}', '{{@@x}}'],
    ['a{{nothing}}b{{@no.such.path}}c{{service.name.name}}{{@flags.none}}d', 'abcd'],
    ['{{{{raw}}}}{{ rule_name }}{{{{/raw}}}}', '{{ rule_name }}'],
    ['\\{{rule_name}}', '{{rule_name}}'],
    ['{{! unseen }}x', 'x'],
  ])('%s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  test.each([
    ['if: there', '{{#if @usr.id}}y{{else}}n{{/if}}', 'y'],
    ['if: not there', '{{#if @usr.name}}y{{else}}n{{/if}}', 'n'],
    ['if asks whether it exists: false', '{{#if @flags.off}}y{{else}}n{{/if}}', 'y'],
    ['if asks whether it exists: 0', '{{#if severity}}y{{else}}n{{/if}}', 'y'],
    ['if: null', '{{#if @flags.none}}y{{else}}n{{/if}}', 'n'],
    ['if: an empty text', '{{#if @flags.text}}y{{else}}n{{/if}}', 'n'],
    ['if: an empty list', '{{#if @flags.list}}y{{else}}n{{/if}}', 'n'],
    ['negated if', '{{^if @usr.name}}none{{/if}}', 'none'],
    ['substring', '{{#is_match "env.name" "prod"}}y{{/is_match}}', 'y'],
    ['a substring is not a pattern', '{{#is_match "env.name" "p.*d"}}y{{else}}n{{/is_match}}', 'n'],
    ['one of several', '{{#is_match "env" "dev" "duct"}}y{{/is_match}}', 'y'],
    ['an element of a list', '{{#is_match "@ips" "113.8"}}y{{/is_match}}', 'y'],
    ['exact', '{{#is_exact_match "env" "prod"}}y{{else}}n{{/is_exact_match}}', 'n'],
    ['exact of a list', '{{#is_exact_match "team" "blue"}}y{{/is_exact_match}}', 'y'],
    ['numbers by value', '{{#is_exact_match "@http.status_code" 404.0}}y{{/is_exact_match}}', 'y'],
    ['numbers by value, as text', '{{#is_exact_match "events_matched" "42.00"}}y{{/is_exact_match}}', 'y'],
    ['nothing equals the empty text', '{{#is_exact_match "@no" ""}}y{{/is_exact_match}}', 'y'],
    ['negated exact', '{{^is_exact_match "env" "prod"}}y{{/is_exact_match}}', 'y'],
    ['a raw block with a condition', '{{{{is_match "env" "prod"}}}}{{ x }}{{{{/is_match}}}}', '{{ x }}'],
    ['a raw block whose condition fails', '{{{{is_match "env" "dev"}}}}{{ x }}{{{{/is_match}}}}', ''],
    ['a chain', '{{#is_match "env" "dev"}}1{{else if @nope}}2{{else}}3{{/is_match}}', '3'],
  ])('%s: %s', (_title, source, expected) => {
    expect(render(source)).toBe(expected);
  });

  test.each([
    ['{{eval "first_seen_epoch-15*60*1000"}}', String(FIRST_SEEN_MS - 900_000)],
    ['{{eval "(events_matched + 8) / 4 - -1"}}', '13.5'],
    ['{{eval "@http.status_code * 2"}}', '808'],
    ['{{eval "2 + 3 * 4 - 6 / 3"}}', '12'],
    ['{{eval "8 / 4 / 2"}}', '1'],
    ['[{{eval "1 / 0"}}]', '[]'],
    ['[{{eval "nothing + 1"}}]', '[]'],
    ['[{{eval "rule_name + 1"}}]', '[]'],
    ['{{local_time "first_seen" "Asia/Tokyo"}}', '2021-05-31 23:43:27+09:00'],
    ['{{local_time "first_seen_epoch" "America/St_Johns"}}', '2021-05-31 12:13:27-02:30'],
    ['{{local_time "@when" "UTC"}}', '2024-02-29 23:59:59+00:00'],
    ['[{{local_time "rule_name" "UTC"}}]', '[]'],
    ['{{urlencode "@http.url"}}', '%2Fa%3Fb%3Dc%20d'],
    ['{{urlencode "service.name"}}', 'web'],
  ])('%s', (source, expected) => {
    expect(render(source)).toBe(expected);
  });
});

describe('names that every object inherits', () => {
  const names = [
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ];
  const wrappers = [
    '{{N}}',
    '{{@N}}',
    '{{@N.N}}',
    '{{rule_name.N}}',
    '{{@http.N}}',
    '{{@ips.N}}',
    '{{N.name}}',
    '{{@[N]}}',
  ];

  test.each(names.flatMap((name) => wrappers.map((wrapper) => wrapper.replaceAll('N', name))))(
    '%s is nothing',
    (source) => {
      for (const destination of DESTINATIONS) expect(['', 'null']).toContain(render(source, destination));
    },
  );

  test('a conditional does not find them either', () => {
    expect(
      render('{{#if constructor}}y{{else}}n{{/if}}{{#is_match "@__proto__" "o"}}y{{else}}n{{/is_match}}'),
    ).toBe('nn');
  });

  test('a key of the data itself is data, whatever it is called', () => {
    const own: unknown = JSON.parse('{"__proto__":{"x":"mine"},"constructor":"text"}');
    const attributes = own as Record<string, unknown>;
    expect(render('{{@__proto__.x}} {{@constructor}}', 'plain', { variables: {}, attributes })).toBe(
      'mine text',
    );
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('functions, getters and toString of the data are never called', () => {
    const trap = (): never => {
      throw new Error('called');
    };
    const attributes = Object.defineProperty(
      { toJSON: trap, o: { toString: trap, valueOf: trap, toJSON: trap } },
      'g',
      {
        get: trap,
        enumerable: true,
      },
    );
    expect(render('[{{@g}}{{@toJSON}}{{@o}}]', 'plain', { variables: {}, attributes })).toBe('[{}]');
  });
});

describe('one pass', () => {
  test.each([
    '{{rule_name}}',
    '{{{rule_name}}}',
    '{{{{raw}}}}',
    '{{#if x}}',
    '\\{{',
    '${7*7}',
    '<%= 7*7 %>',
    '#{7*7}',
    '{{7*7}}',
    '{%if%}',
  ])('a value that reads %s stays what it is', (payload) => {
    const given = { variables: { rule_name: 'SECRET' }, attributes: { x: payload } };
    expect(render('{{@x}}', 'plain', given)).toBe(payload);
    expect(render('{{@x}}{{rule_name}}', 'plain', given)).toBe(`${payload}SECRET`);
  });
});

describe('bounds', () => {
  test('a huge value is cut between characters', () => {
    const text = render('[{{@x}}]', 'plain', { variables: {}, attributes: { x: '😀'.repeat(100_000) } });
    expect(text).toBe(`[${'😀'.repeat(4096)}…]`);
  });

  test('the output stays below its limit, and the text of the author is whole', () => {
    const source = `start ${'{{@x}} '.repeat(400)}end`;
    for (const destination of DESTINATIONS) {
      const text = render(source, destination, {
        variables: {},
        attributes: { x: '<&"\u0001'.repeat(5_000) },
      });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(OUTPUT_MAX_BYTES);
      expect(text.startsWith('start ')).toBe(true);
      expect(text.endsWith('end')).toBe(true);
    }
  });

  test('deep and wide data is cut, not followed', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 50_000; depth += 1) deep = { a: deep };
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index]));
    expect(render('{{@deep}}', 'plain', { variables: {}, attributes: { deep } }).length).toBeLessThan(500);
    expect(render('{{@wide}}', 'plain', { variables: {}, attributes: { wide } }).length).toBeLessThan(8_300);
  });

  test('a JSON document stays one, however full it gets', () => {
    const source = `[${'{"a": "{{@x}}", "b": {{@x}} },'.repeat(200)} 1]`;
    const text = render(source, 'json', { variables: {}, attributes: { x: ['"'.repeat(9_000)] } });
    expect(source.length).toBeLessThan(SOURCE_MAX_BYTES);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(OUTPUT_MAX_BYTES);
    expect(JSON.parse(text)).toHaveLength(201);
  });
});

test('rendering never throws and is repeatable, whatever the data', () => {
  const result = parseTemplate(
    '{{@a}} {{@b.c}} {{x}} {{#if @a}}{{@a.[0]}}{{/if}} {{eval "@a*2"}} {{local_time "@a" "UTC"}} {{urlencode "@a"}} <a href="{{@a}}">',
  );
  if (!result.ok) throw new Error('unreachable');
  const data = fc.anything({ withNullPrototype: true, withSparseArray: true, maxDepth: 4 });
  fc.assert(
    fc.property(data, fc.constantFrom(...DESTINATIONS), (value, destination) => {
      const given = { variables: { x: value }, attributes: { a: value, b: { c: value } } };
      const text = renderTemplate(result.template, given, destination);
      expect(renderTemplate(result.template, given, destination)).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});
