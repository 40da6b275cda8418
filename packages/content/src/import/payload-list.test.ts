import { expect, test } from 'vitest';
import { MAX_PAYLOADS, listPayloads } from './payload-list.ts';

const RULE = { name: 'R', options: {}, queries: [], cases: [], message: '' };
const SUPPRESSION = { type: 'suppressions', id: 'a', attributes: { name: 'S', rule_query: '' } };
const VIEW = { name: 'V', query: '*', type: 'logs', timerange: { interval_ms: 1 }, visible_facets: [] };

const ROWS: readonly [
  title: string,
  value: unknown,
  found: readonly [kind: string | undefined, path: string][],
][] = [
  ['a rule', RULE, [['detection-rule', '']]],
  [
    'a list of rules',
    [RULE, RULE],
    [
      ['detection-rule', '[0]'],
      ['detection-rule', '[1]'],
    ],
  ],
  ['rules as collections have them', [{ source: 'x', rule: RULE }], [['detection-rule', '[0].rule']]],
  ['an answer with one resource', { data: SUPPRESSION }, [['suppression', 'data']]],
  [
    'an answer with a list',
    { data: [SUPPRESSION, { type: 'workflows', attributes: { spec: {} } }], meta: {} },
    [
      ['suppression', 'data[0]'],
      ['workflow', 'data[1]'],
    ],
  ],
  ['a list answer of rules', { data: [RULE], meta: { page: {} } }, [['detection-rule', 'data[0]']]],
  [
    'a notification rule',
    { data: { type: 'notification_rules', attributes: {} } },
    [['notification-rule', 'data']],
  ],
  ['attributes alone', { name: 'S', rule_query: 'a' }, [['suppression', '']]],
  ['targets and selectors', { selectors: {}, targets: [] }, [['notification-rule', '']]],
  ['a view of an integration', VIEW, [['saved-view', '']]],
  [
    'a rule that has no cases',
    { name: 'R', options: {}, complianceSignalOptions: {} },
    [['detection-rule', '']],
  ],
  ['another resource', { data: { type: 'users', attributes: {} } }, [[undefined, 'data']]],
  ['an empty object', {}, [[undefined, '']]],
  ['a text', 'x', [[undefined, '']]],
  ['nothing', [], []],
];

test.each(ROWS)('%s', (_title, value, expected) => {
  expect(listPayloads(value).found.map(({ kind, path }) => [kind, path])).toEqual(expected);
});

test('lists that nest without end are left alone', () => {
  let value: unknown = RULE;
  for (let depth = 0; depth < 1_000; depth += 1) value = { data: [value] };
  expect(listPayloads(value).found).toHaveLength(1);
});

test('what is beyond the limit is said to be there', () => {
  const rules = Array.from({ length: MAX_PAYLOADS + 1 }, () => RULE);
  expect(listPayloads(rules)).toMatchObject({ isCut: true, found: { length: MAX_PAYLOADS } });
  expect(listPayloads(rules.slice(1))).toMatchObject({ isCut: false, found: { length: MAX_PAYLOADS } });
});

const PAGES: readonly [title: string, page: unknown, total: number | undefined][] = [
  ['one page of several', { total_count: 500 }, 500],
  ['one page of several suppressions', { totalCount: 12 }, 12],
  ['all there are', { total_count: 1 }, undefined],
  ['a total that is no number', { total_count: '500' }, undefined],
  ['no page', undefined, undefined],
];

test.each(PAGES)('%s', (_title, page, total) => {
  expect(listPayloads({ data: [RULE], meta: { page } }).total).toBe(total);
});
