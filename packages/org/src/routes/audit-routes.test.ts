import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Seed } from '../seeds/seed.ts';
import { START_MS, loginRule, openTestOrg, type TestOrg } from '../testing/test-org.ts';

const EVENTS = '/api/v2/audit/events';
const RULES = '/api/v2/security_monitoring/rules';

interface Event {
  readonly id: string;
  readonly attributes: { readonly message: string; readonly timestamp: string };
}

interface Page {
  readonly data: readonly Event[];
  readonly meta?: { readonly page: { readonly after: string } };
  readonly links?: { readonly next: string };
}

let own: TestOrg;

beforeEach(async () => {
  const seeds: readonly Seed[] = ['second', 'first'].map((message, index) => ({
    kind: 'audit-event',
    id: `AQAAA${index}`,
    createdAtMs: START_MS - 14 * 60_000,
    attributes: {
      message,
      tags: ['source:audit'],
      timestamp: new Date(START_MS - 14 * 60_000).toISOString(),
      attributes: { evt: { name: 'Request' }, http: { status_code: '200' } },
    },
  }));
  own = await openTestOrg({ seeds, beganBefore: true });
  for (let count = 0; count < 3; count += 1) {
    own.clock.nowMs += 1_000;
    expect((await own.call('POST', RULES, loginRule({ name: `Rule ${count}` }))).status).toBe(200);
  }
});

afterEach(() => own.close());

async function search(body: unknown): Promise<Page> {
  const answer = await own.call('POST', `${EVENTS}/search`, body);
  expect(answer.status).toBe(200);
  return answer.body as Page;
}

const messages = ({ data }: Page): readonly string[] => data.map(({ attributes }) => attributes.message);

test('a change is told with who made it, to what, and what was before', async () => {
  const { data } = await search({
    filter: { query: '@evt.name:detection-rule @asset.new_value.name:"Rule 1"' },
  });
  expect(data).toMatchObject([
    {
      id: '0000000000000002',
      type: 'audit',
      attributes: {
        tags: ['source:audit'],
        timestamp: new Date(START_MS + 2_000).toISOString(),
        attributes: {
          action: 'create',
          status: 'info',
          evt: { actor: { type: 'USER' } },
          asset: { type: 'detection-rule' },
        },
      },
    },
  ]);
});

test('pages follow one another until one is empty, newest first, what was before this org last', async () => {
  const all: string[] = [];
  let path = `${EVENTS}?page[limit]=2`;
  for (let pages = 0; pages < 10; pages += 1) {
    const page = (await own.call('GET', path)).body as Page;
    all.push(...page.data.map(({ id }) => id));
    if (page.data.length === 0) {
      expect(page).toEqual({ data: [] });
      break;
    }
    expect(page.links?.next).toContain(page.meta?.page.after ?? 'nothing');
    path = (page.links?.next ?? '').replace(/^http:\/\/[^/]+/, '');
  }
  expect(all).toEqual(['0000000000000003', '0000000000000002', '0000000000000001', 'AQAAA0', 'AQAAA1']);
});

test('oldest first, when it is asked for', async () => {
  const page = await search({ sort: 'timestamp', page: { limit: 3 } });
  expect(messages(page).slice(0, 2)).toEqual(['first', 'second']);
  const next = await search({ sort: 'timestamp', page: { limit: 3, cursor: page.meta?.page.after } });
  expect(next.data.map(({ id }) => id)).toEqual(['0000000000000002', '0000000000000003']);
});

test('without a range, a quarter of an hour is looked at', async () => {
  own.clock.nowMs += 2 * 60_000;
  expect((await search({})).data).toHaveLength(3);
  expect((await search({ filter: { from: 'now-1h' } })).data).toHaveLength(5);
});

describe('refused', () => {
  test.each([
    ['a query that is none', { filter: { query: 'a:(' } }],
    ['a limit of nothing', { page: { limit: 0 } }],
    ['a limit beyond a thousand', { page: { limit: 1_001 } }],
    ['a cursor of somebody else', { page: { cursor: 'bm90IG91cnM' } }],
    ['a range that is no time', { filter: { from: 'yesterday' } }],
    ['an order that there is not', { sort: 'name' }],
    ['a list', []],
  ])('%s', async (_title, body) => {
    const answer = await own.call('POST', `${EVENTS}/search`, body);
    expect([answer.status, answer.body]).toEqual([400, { errors: [expect.any(String)] }]);
  });
});
