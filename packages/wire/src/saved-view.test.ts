import { describe, expect, test } from 'vitest';
import { LOGS_VIEW_DEFAULTS, VIEW_DEFAULTS } from '@signalwright/model';
import { decodeLogsView, encodeLogsView, type LogsSavedView } from './saved-view.ts';
import { listSharedFiles, readSharedJson } from './testing/shared-data.ts';

const VIEW: LogsSavedView = {
  ...VIEW_DEFAULTS,
  ...LOGS_VIEW_DEFAULTS,
  kind: 'saved-view',
  id: 'all-logs',
  name: 'All logs',
  teams: [],
  query: 'source:shop',
  columns: ['@http.status_code', 'service'],
};

const PUBLISHED = listSharedFiles('corpora/dd-integrations-extras', /\/saved_views\/[^/]+\.json$/);

describe.skipIf(PUBLISHED.length === 0)('views of published integrations', () => {
  test.each(PUBLISHED)('%s comes back as it was', (file) => {
    const payload = readSharedJson(file);
    const result = decodeLogsView(payload, { id: 'a' });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(encodeLogsView(result.value)).toEqual(payload);
  });
});

test('a view of logs is written and read back', () => {
  expect(decodeLogsView(encodeLogsView(VIEW), { id: VIEW.id })).toEqual({ ok: true, value: VIEW });
});

test.each([
  ['a fixed time', { time: { kind: 'fixed', fromMs: 1, toMs: 2 } }],
  ['teams', { teams: ['sre'] }],
  ['a closed facet', { facets: [{ path: 'service', open: false }] }],
  ['another sorting', { sort: { by: 'severity', order: 'ascending' } }],
  ['analytics', { analytics: { compute: { kind: 'count' }, groupBy: [], show: 'topList' } }],
] as const)('%s has no place in the published form', (_what, change) => {
  expect(encodeLogsView({ ...VIEW, ...change })).toBeUndefined();
});

test.each([
  ['a view of something else', { type: 'rum' }, 'type'],
  ['a page that is no list', { page: 'analytics' }, 'page'],
  ['an option of tomorrow', { options: { wrap: true } }, 'options.wrap'],
])('%s is refused by the name of its field', (_what, change, path) => {
  const result = decodeLogsView({ ...encodeLogsView(VIEW), ...change }, { id: 'a' });
  expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([path]);
});
