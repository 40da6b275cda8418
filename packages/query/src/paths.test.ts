import { expect, test } from 'vitest';
import { parseQuery } from './parse/parse.ts';
import { queryPaths } from './paths.ts';

test('each leaf tells its path, where its key stands, and whether it is negated', () => {
  const result = parseQuery('@a.b:x -(service:web OR -team:(y OR z)) *:w hello tags:t #c:1 message:m');
  expect(result.ok && queryPaths(result.query)).toEqual([
    { path: '@a.b', kind: 'attribute', negated: false, start: 0, end: 4 },
    { path: 'service', kind: 'reserved', negated: true, start: 9, end: 16 },
    { path: 'team', kind: 'tag', negated: false, start: 25, end: 29 },
    { path: 'team', kind: 'tag', negated: false, start: 25, end: 29 },
    { path: '*', kind: 'everything', negated: false, start: 40, end: 41 },
    { path: 'message', kind: 'message', negated: false, start: 44, end: 44 },
    { path: 'tags', kind: 'tags', negated: false, start: 50, end: 54 },
    { path: '#c', kind: 'calculated', negated: false, start: 57, end: 59 },
    { path: 'message', kind: 'message', negated: false, start: 62, end: 69 },
  ]);
});
