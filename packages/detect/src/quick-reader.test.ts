import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventDocument } from '@signalwright/model';
import { compileReader } from '@signalwright/query';
import { compileQuickReader } from './quick-reader.ts';
import { span } from './testing/build.ts';

test('it reads what the full reader of the search language reads', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'a.b.c', '__proto__', 'service', 'env');
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>('x', 1, true, null, '', []),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  const event = fc.record({
    attributes: fc.dictionary(name, value, { maxKeys: 4 }),
    service: fc.constantFrom('shop', undefined),
    tags: fc.subarray(['service:api', 'env:dev', 'team:blue', 'a:b']),
  });
  const path = fc.constantFrom(
    '@a',
    '@a.b',
    '@a.b.c',
    '@b.c',
    '@__proto__',
    '@a.__proto__',
    'service',
    'env',
    'team',
    'a',
    'tags',
    'message',
  );
  fc.assert(
    fc.property(event, path, ({ attributes, service, tags }, at) => {
      const document = eventDocument(
        span(0, attributes, { tags, ...(service !== undefined && { service }) }),
      );
      expect(compileQuickReader(at)(document)).toEqual(compileReader(at)(document));
    }),
    { numRuns: 2_000 },
  );
});
