import { expect, test } from 'vitest';
import { hasLookAlikes, spellLookAlikes } from './look-alikes.ts';

const rows: [text: string, spelled: string][] = [
  ['service:shop', 'service:shop'],
  ['@usr.id:größe-東京-😀', '@usr.id:größe-東京-😀'],
  ['service:\u0440\u0430ypal', 'service:\\u{440}\\u{430}ypal'],
  ['service:sh\u03bfp', 'service:sh\\u{3bf}p'],
  ['service:ｓhop', 'service:\\u{ff53}hop'],
  ['service:\ud835\udcc8hop', 'service:\\u{1d4c8}hop'],
  ['a\u2010b', 'a\\u{2010}b'],
];

test.each(rows)('%j is shown as %s', (text, spelled) => {
  expect(spellLookAlikes(text)).toBe(spelled);
  expect(hasLookAlikes(text)).toBe(text !== spelled);
});
