import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { literalOf } from './literal-of.ts';
import { readHcl } from './read-hcl.ts';

/** The attribute `a` of a file that holds nothing else, as Terraform would take it. */
function valueOf(written: string): unknown {
  const read = readHcl(`a = ${written}\n`);
  if (typeof read === 'string') return read;
  const literal = literalOf(read.value['a'], 'a');
  return literal.ok ? literal.value : `computed: ${literal.expression}`;
}

test.each([
  ['a text', '"x"', 'x'],
  ['escapes', String.raw`"a\n\t\"\\é\U0001F600"`, 'a\n\t"\\é😀'],
  ['what only looks computed', '"$${x} %%{y} $x 5% $"', '${x} %{y} $x 5% $'],
  ['three dollars', '"$$${x}"', '$${x}'],
  ['a number', '-12.5e2', -1250],
  ['truth', 'true', true],
  ['nothing', 'null', null],
  ['a list', '[1, "b", # one\n true,\n]', [1, 'b', true]],
  ['a map', '{ a = 1, "b c" : [2]\n  c = { d = "e" } }', { a: 1, 'b c': [2], c: { d: 'e' } }],
  ['lines', '<<EOT\n  one\n two\nEOT', '  one\n two\n'],
  ['lines with their indent taken away', '<<-EOT\n    one\n      two\n\n    EOT', 'one\n  two\n\n'],
  ['lines hold no escapes', '<<E\na\\nb $${c}\nE', 'a\\nb ${c}\n'],
  ['JSON of a literal', 'jsonencode({ a = [1, "b"] })', '{"a":[1,"b"]}'],
])('%s', (_what, written, expected) => {
  expect(valueOf(written)).toEqual(expected);
});

test.each([
  ['a variable', 'var.x', 'computed: ${var.x}'],
  ['a part of a text', '"a ${var.x} b"', 'computed: ${var.x} b'],
  ['a directive', '"%{ if true }a%{ endif }"', 'computed: %{ if true }a%{ endif }'],
  ['a call', 'file("a.json")', 'computed: ${file("a.json")}'],
  ['an operator', '1 + 2', 'computed: ${1 + 2}'],
  ['a choice', '"a" == var.b ? 1 : 2', 'computed: ${"a" == var.b ? 1 : 2}'],
  ['a loop', '[for x in var.y : x]', 'computed: ${[for x in var.y : x]}'],
  ['a loop over a map', '{ for k, v in var.y : k => v }', 'computed: ${{ for k, v in var.y : k => v }}'],
  ['in a list', '["a", var.b]', 'computed: ${var.b}'],
  ['in JSON', 'jsonencode({ a = var.b })', 'computed: ${var.b}"}'],
  ['in lines', '<<E\n${var.x}\nE', 'computed: ${var.x}\n'],
  ['a text in an expression in a text', '"${f("}")}"', 'computed: ${f("}")}'],
])('computed: %s', (_what, written, expected) => {
  expect(valueOf(written)).toBe(expected);
});

test('blocks are lists under their type and labels; comments are none', () => {
  const read = readHcl(`
/* } */ resource "t" "n" {
  b { c = 1 } // }
  b { c = 2 }
  d "x" { }
}
resource "t" "n" { }
resource "__proto__" "constructor" { a = 1 }
`);
  expect(JSON.parse(JSON.stringify(read))).toEqual({
    value: {
      resource: {
        t: { n: [{ b: [{ c: 1 }, { c: 2 }], d: { x: [{}] } }, {}] },
        ['__proto__']: { constructor: [{ a: 1 }] },
      },
    },
  });
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});

describe('what is broken is said with its line', () => {
  test.each([
    ['a = "x', 'Line 1: A text is not closed.'],
    ['\n\nb {', 'Line 3: A block is not closed.'],
    ['a = ', 'Line 1: A value was expected.'],
    ['a = [1', 'Line 1: A bracket is not closed.'],
    ['a = <<E\nx\n', 'Line 3: The text that ends with E is not closed.'],
    ['/* x', 'Line 1: A comment is not closed.'],
    ['= 1', 'Line 1: A name was expected.'],
    [String.raw`a = "\q"`, 'Line 1: There is no escape \\q.'],
    ['a { '.repeat(100), 'Line 1: It nests deeper than 32 blocks.'],
    [`a = ${'['.repeat(100)}`, 'Line 1: It nests deeper than 32 values.'],
    [`a = ${'"${'.repeat(100)}`, 'Line 1: Texts nest deeper than 64.'],
  ])('%j', (text, expected) => {
    expect(readHcl(text)).toBe(expected);
  });
});

test('whatever the text: it ends, and throws nothing', () => {
  const piece = fc.constantFrom(
    'a',
    ' ',
    '=',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    '${',
    '%{',
    '$${',
    '\n',
    '<<E',
    'E',
    '<<-E\n',
    '#',
    '/*',
    '*/',
    '//',
    ',',
    ':',
    '\\',
    '\\n',
    '1',
    'for ',
    'jsonencode(',
    'true',
    '\u2028',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const read = readHcl(pieces.join(''));
      if (typeof read === 'string') expect(read).toMatch(/^Line \d+: /);
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['blocks', 'a{}\n'.repeat(200_000)],
  ['a list', `a = [${'1,'.repeat(200_000)}]`],
  ['a text', `a = "${'$'.repeat(400_000)}"`],
  ['brackets that are never closed', `a = ${'('.repeat(400_000)}`],
  ['lists that are none', `a = ${'[[[[[[ x y '.repeat(4)}${'1 '.repeat(100_000)}`],
  ['lines', `a = <<E\n${'x\n'.repeat(200_000)}E\n`],
])('a flood of %s is read in time', (_what, text) => {
  const start = performance.now();
  readHcl(text);
  expect(performance.now() - start).toBeLessThan(5_000);
});
