import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { inertTerminal } from './inert-terminal.ts';
import { spellOut } from './spell-out.ts';

describe('text for a terminal', () => {
  test.each([
    ['plain text stays', 'a b\tc\nd é 日本 👩‍💻 ❤️', 'a b\tc\nd é 日本 👩‍💻 ❤️'],
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['cursor movement', 'a\u001b[2J\u001b[Hb\u001b[1;1Hc', 'abc'],
    ['8-bit sequences', 'a\u009b31mb', 'ab'],
    ['window titles', 'a\u001b]0;title\u0007b', 'ab'],
    ['links', '\u001b]8;;https://evil.example\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['clipboard writes', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
    ['device control', 'a\u001bPq#0\u001b\\b', 'ab'],
    ['8-bit strings', 'a\u009d0;title\u009cb', 'ab'],
    ['a sequence without end', 'a\u001b]0;never', 'a'],
    ['a sequence without end does not eat the next line', 'a\u001b]0;never\nb', 'a\nb'],
    ['a lone escape', 'a\u001b', 'a'],
    ['character sets', 'a\u001b(0b', 'ab'],
    ['resets', 'a\u001bcb', 'ab'],
    ['carriage return, which overwrites', 'real\rfake', 'realfake'],
    ['backspace', 'rm\b\bls', 'rmls'],
    ['bell and NUL', 'a\u0007b\u0000c', 'abc'],
    ['text direction', 'a\u202eb', 'a\\u{202e}b'],
    ['zero width', 'a\u200bb', 'a\\u{200b}b'],
    ['a nested sequence', 'a\u001b[3\u001b[31m1mb', 'a1mb'],
  ])('%s', (_title, text, expected) => {
    expect(inertTerminal(text)).toBe(expected);
  });

  test.each([
    ['::set-output name=a::b', '\\u{3a}:set-output name=a::b'],
    ['  ::add-mask::x', '  \\u{3a}:add-mask::x'],
    ['a\n::error::x', 'a\n\\u{3a}:error::x'],
    ['\u001b[0m::stop-commands::x', '\\u{3a}:stop-commands::x'],
    ['\u0000::warning::x', '\\u{3a}:warning::x'],
    ['\t::group::x', '\t\\u{3a}:group::x'],
    [':::', '\\u{3a}::'],
    ['##[error]x', '\\u{23}#[error]x'],
    ['text ##[group]x', 'text \\u{23}#[group]x'],
    ['##vso[task.setvariable]x', '\\u{23}#vso[task.setvariable]x'],
    ['std::vector', 'std::vector'],
    ['# heading', '# heading'],
  ])('the workflow command in %j is broken', (text, expected) => {
    expect(inertTerminal(text)).toBe(expected);
  });

  test('nothing that a terminal or a runner acts on is left, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\u001b',
        '\u001b[',
        '\u001b]',
        '\u009b',
        '\u009d',
        '31m',
        '\u0007',
        '\u001b\\',
        ':',
        '::',
        '##',
        '[',
        '#',
        '\n',
        '\r',
        ' ',
        'vso[',
        '\u202e',
        '\u0085',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = inertTerminal(pieces.join(''));
        // oxlint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e]/);
        expect(text).not.toMatch(/^\s*::|##\[|##vso\[/im);
        expect(inertTerminal(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('spelling out', () => {
  test.each([
    ['a\nb', 'a\\u{a}b'],
    ['a\u0000b', 'a\\u{0}b'],
    ['\u{E0041}', '\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
    ['😀\ufe0f', '😀\ufe0f'],
    ['x\ufe0f', 'x\\u{fe0f}'],
    ['👩‍💻', '👩‍💻'],
    ['a\u200db', 'a\\u{200d}b'],
    ['1\ufe0f\u20e3', '1\ufe0f\u20e3'],
    ['נוסע עם דרכון', 'נוסע עם דרכון'],
    ['ไทย', 'ไทย'],
  ])('%j', (text, expected) => {
    expect(spellOut(text)).toBe(expected);
  });

  test('is done once: a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(spellOut(spellOut(text))).toBe(spellOut(text));
      }),
    );
  });
});
