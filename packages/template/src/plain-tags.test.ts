import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PATH_SEGMENTS_MAX } from './data-path.ts';
import { parseTags, parseTemplate } from './parse.ts';
import { readPlainTags } from './plain-tags.ts';
import { TAGS_MAX } from './template.ts';

const PLAIN = [
  '',
  'no tag } } {',
  '{{rule_name}}',
  ' {{ @http.client_ip }}\t{{service.name}}\n{{@a-b.c_d}} { {{x}} }',
  '}} {{x}}',
  '{{a.b}}{{c}}',
  '{{raw}}',
];

test.each(PLAIN)('is plain, and read alike: %j', (source) => {
  expect(readPlainTags(source)).toBeDefined();
  expect({ ok: true, template: readPlainTags(source) }).toEqual(parseTags(source));
});

const NOT_PLAIN = [
  '\\{{x}}',
  '{{{x}}}',
  '{ {{{x}} }',
  '{{x}}}',
  '{{@@x}}',
  '{{else}}',
  '{{elsewhere}}',
  '{{this}}',
  '{{a.this.b}}',
  '{{this-x}}',
  '{{true}}',
  '{{eval}}',
  '{{if}}',
  '{{a b}}',
  '{{a=b}}',
  '{{~x}}',
  '{{a..b}}',
  '{{a.}}',
  '{{a/b}}',
  '{{[a b]}}',
  '{{1}}',
  '{{! x}}',
  '{{#if a}}b{{/if}}',
  '{{x',
];

test.each(NOT_PLAIN)('is left to Handlebars: %j', (source) => {
  expect(readPlainTags(source)).toBeUndefined();
});

test('what is over a limit is left to Handlebars, which says so', () => {
  expect(readPlainTags(`{{${'a.'.repeat(PATH_SEGMENTS_MAX)}a}}`)).toBeUndefined();
  expect(readPlainTags('{{x}}'.repeat(TAGS_MAX + 1))).toBeUndefined();
  expect(readPlainTags('{{x}}'.repeat(TAGS_MAX))).toBeDefined();
});

const MARKS = '{{ }} { } . @ - # / ~ & ! " [ ] = | $ 1 é }}} {{{ \\'.split(' ');
const WORDS = 'a b_c else this true undefined if as eval raw text'.split(' ');
const TAGS = '{{x}} {{@a.b}} {{#if z}} {{/if}} {{{{raw}}}} {{{{/raw}}}}'.split(' ');
const PIECES = [' ', '\n', ...MARKS, ...WORDS, ...TAGS];

test('drawn templates are read alike, or left to Handlebars', () => {
  let plain = 0;
  const tag = fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 })
    .map((pieces) => `{{${pieces.join('')}}}`);
  const template = fc.array(
    fc.oneof(tag, fc.constantFrom('{{x}}', ' {{@a.b}} '), fc.constantFrom(...PIECES)),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(template, (pieces) => {
      const source = pieces.join('');
      const read = readPlainTags(source);
      if (read === undefined) return;
      if (source.includes('{{')) plain += 1;
      expect(parseTags(source)).toEqual({ ok: true, template: read });
      expect(parseTemplate(source)).toEqual({ ok: true, template: read });
    }),
    { numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(500);
}, 60_000);
