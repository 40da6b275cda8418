/** What many mistakes in one file cost: counted, since a clock would tell more of the machine than of the code. */

import type { ContentPath, Origin, SourceRange } from '@signalwright/model';
import { expect, test } from 'vitest';
import { startOfFile } from '../source-text.ts';
import { validate } from './locate.ts';

/** An origin that counts how often it is asked, since each answer is a search. */
function countingOrigin(): { readonly origin: Origin; readonly asked: () => number } {
  let asked = 0;
  const answer = (_path: ContentPath): SourceRange => {
    asked += 1;
    return startOfFile('views/a.yaml');
  };
  const origin = { file: 'views/a.yaml', rangeOf: answer, keyRangeOf: answer, rangeInScalar: answer };
  return { origin, asked: () => asked };
}

test('four thousand unknown keys: the map is gone through a few times, and not once for each key', () => {
  let listings = 0;
  const keys = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`k${index}`, 1]));
  const data = new Proxy(keys, {
    ownKeys: (target) => {
      listings += 1;
      return Reflect.ownKeys(target);
    },
  });
  const { origin, asked } = countingOrigin();
  const found = validate('saved-view', data, origin);
  expect(found).toHaveLength(50);
  expect(listings).toBeLessThan(10);
  expect(asked()).toBeLessThan(1_100);
});

test('four thousand items without a form: no more are compared with each other than the limit says', () => {
  const { origin, asked } = countingOrigin();
  const targets = Array.from({ length: 4_000 }, () => ({ a: 1 }));
  const data = {
    kind: 'notification-rule',
    id: 'a',
    name: 'a',
    selectors: { severities: ['high'] },
    targets,
  };
  expect(validate('notification-rule', data, origin).length).toBeGreaterThan(0);
  expect(asked()).toBeLessThan(3_000);
});
