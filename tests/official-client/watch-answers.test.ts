import { expect, test } from 'vitest';

import { routeOf } from './public-routes.ts';
import { unparsedIn } from './watch-answers.ts';

/** As the official client has it. */
class UnparsedObject {
  readonly _data: unknown;
  constructor(data: unknown) {
    this._data = data;
  }
}

test.each([
  ['an answer that was read whole', { data: [{ id: 'a', additionalProperties: { more: true } }] }, []],
  ['no answer', undefined, []],
  ['an object of no known shape', { data: [{ spec: new UnparsedObject({}) }] }, ['.data.0.spec']],
  [
    'its parents, told once',
    { _unparsed: true, rule: { _unparsed: true, type: new UnparsedObject('x') } },
    ['.rule.type'],
  ],
  ['an object that only says so', { data: { _unparsed: true } }, ['.data']],
  ['the answer itself', new UnparsedObject({}), ['.']],
])('%s', (_title, answer, paths) => {
  expect(unparsedIn(answer)).toEqual(paths);
});

const ROUTES = ['GET /api/v2/rules/:ruleId', 'GET /api/v2/rules/export', 'PATCH /api/v2/:kind/bulk/state'];

test.each([
  ['GET', '/api/v2/rules/abc', 'GET /api/v2/rules/:ruleId'],
  ['GET', '/api/v2/rules/export', 'GET /api/v2/rules/export'],
  ['POST', '/api/v2/rules/abc', undefined],
  ['GET', '/api/v2/rules/abc/more', undefined],
])('%s %s is %s', (method, path, route) => {
  expect(routeOf({ method, path }, ROUTES)).toBe(route);
});
