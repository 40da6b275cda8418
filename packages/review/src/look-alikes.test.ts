import { expect, test } from 'vitest';
import { renderComment } from './comment/render-comment.ts';
import { hasLookAlikes, spellLookAlikes } from './look-alikes.ts';
import { compareQueryPair } from './meaning/compare-query.ts';
import { shopReview } from './testing/shop-review.ts';

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

test('a change to a letter that looks the same is printed so that it shows', () => {
  const review = shopReview({});
  const change = compareQueryPair({
    use: 'rule-query',
    label: 'a',
    before: 'service:paypal',
    after: 'service:раураl',
    examples: [],
  });
  if (change === undefined || review.meaning.kind !== 'compared') throw new Error('the texts differ');
  const object = {
    address: 'detection-rule/login-failures',
    kind: 'detection-rule',
    what: 'changed',
    weight: 'notice',
    symbol: '◆',
    headline: change.headline,
    queries: [change],
    notes: [],
    place: { file: 'x.yaml', start: { line: 1, col: 1 }, end: { line: 1, col: 1 } },
  } as const;
  const report = { ...review.meaning.report, objects: [object] };
  const text = renderComment({ ...review, meaning: { ...review.meaning, report } });
  expect(text).toContain('**Letters that look like others**, spelled out:');
  expect(text).toContain('- service:paypal\n+ service:\\u{440}\\u{430}\\u{443}\\u{440}\\u{430}l');
});
