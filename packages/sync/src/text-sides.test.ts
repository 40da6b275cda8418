import { expect, test } from 'vitest';
import { textSides } from './text-sides.ts';

const LONG = 'source:cloudtrail -@userIdentity.arn:*Role* env:prod service:shop ';
const PLACE = `…${LONG.slice(-24)}`;

test.each([
  ['short texts are whole', 'status:high', 'status:low', ['status:high'], ['status:low']],
  ['of long ones the place', `${LONG}a`, `${LONG}b c`, [`${PLACE}a`], [`${PLACE}b c`]],
  ['a difference near the beginning', `a${LONG}`, `b${LONG}`, [`a${LONG}`], [`b${LONG}`]],
  ['one that goes on', LONG, `${LONG}b`, [PLACE], [`${PLACE}b`]],
  ['lines that left and came', 'a\nb\nc\n', 'a\nx\ny\nc\n', ['b'], ['x', 'y']],
  ['of one long line its place', `a\n${LONG}a`, `a\n${LONG}b`, [`${PLACE}a`], [`${PLACE}b`]],
  ['lines in another order', 'a\nb', 'b\na', ['a\nb'], ['b\na']],
  ['a line feed at the end', 'a\n', 'a', [''], []],
  [
    'half a pair is not cut off',
    `${'x'.repeat(60)}😀${'y'.repeat(23)}a`,
    `${'x'.repeat(60)}😀${'y'.repeat(23)}b`,
    [`…😀${'y'.repeat(23)}a`],
    [`…😀${'y'.repeat(23)}b`],
  ],
])('%s', (_what, before, after, removed, added) => {
  expect(textSides(before, after)).toEqual({ removed, added });
});

test('no half of a secret', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const key = ['AKIA', 'QWERTZUIOPASDFGH'].join('');
  const shown = JSON.stringify(textSides(`${LONG}${key} a`, `${LONG}${key} b`));
  expect(shown).not.toMatch(/QWERTZ|PASDFGH/);
  expect(shown).toContain('****');
});
