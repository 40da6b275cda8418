import { expect, test } from 'vitest';
import { pairUp } from './pair-up.ts';

/** `name=text`, or a text without a name. */
function pairing(olds: string, youngs: string): string {
  const items = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));
  const nameOf = (item: string): string => (item.includes('=') ? (item.split('=')[0] ?? '') : '');
  const { pairs, gone, fresh } = pairUp(items(olds), items(youngs), (item) => item, nameOf);
  return [
    ...pairs.map(({ old, young }) => `${old}>${young}`),
    ...gone.map((item) => `-${item}`),
    ...fresh.map(({ item }) => `+${item}`),
  ].join(' ');
}

test.each([
  ['x y', 'x y', 'x>x y>y'],
  ['x y z', 'y z', 'y>y z>z -x'],
  ['y z', 'x y z', 'y>y z>z +x'],
  ['x x', 'x x', 'x>x x>x'],
  ['x y', 'y x', 'y>y x>x'],
  ['x y', 'x q', 'x>x y>q'],
  ['a=x b=y', 'b=y a=q', 'b=y>b=y a=x>a=q'],
  ['a=x', 'b=x', '-a=x +b=x'],
  ['x', 'a=q', 'x>a=q'],
  ['', 'x', '+x'],
])('%s becomes %s', (olds, youngs, expected) => {
  expect(pairing(olds, youngs)).toBe(expected);
});
