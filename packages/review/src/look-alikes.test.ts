import { expect, test } from 'vitest';
import { renderComment } from './comment/render-comment.ts';
import { compareQueryPair } from './meaning/compare-query.ts';
import { shopReview } from './testing/shop-review.ts';

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
