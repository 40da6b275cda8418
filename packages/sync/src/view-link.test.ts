import { expect, test } from 'vitest';
import { LOGS_VIEW_DEFAULTS, VIEW_DEFAULTS, type SavedView } from '@signalwright/model';
import { viewLink } from './view-link.ts';

const VIEW: SavedView = {
  ...VIEW_DEFAULTS,
  kind: 'saved-view',
  id: 'v',
  name: 'V',
  teams: [],
  query: 'status:(high OR critical)',
};
const EMBEDDED = {
  name: 'local',
  url: 'http://127.0.0.1:8085',
  explorerUrl: 'http://127.0.0.1:8085/',
  stack: 's',
};
const DATADOG = {
  name: 'prod',
  url: 'https://api.datadoghq.eu',
  explorerUrl: 'https://app.datadoghq.eu/security',
  stack: 's',
};

type Row = [what: string, change: Partial<SavedView>, embedded: string, datadog: string];

const QUERY = 'query=status%3A%28high+OR+critical%29';
const FIXED = { kind: 'fixed', fromMs: 1_694_726_477_747, toMs: 1_695_331_277_747 } as const;

const ROWS: readonly Row[] = [
  ['the defaults', {}, `/?${QUERY}&past=1d`, `/security?${QUERY}&column=time&order=desc&viz=stream`],
  [
    'live',
    { time: { kind: 'live', pastMs: 900_000 } },
    `/?${QUERY}&past=15m`,
    `/security?${QUERY}&column=time&order=desc&viz=stream&paused=false`,
  ],
  [
    'a fixed time',
    { time: FIXED },
    `/?${QUERY}&start=1694726477747&end=1695331277747`,
    `/security?${QUERY}&column=time&order=desc&viz=stream&start=1694726477747&end=1695331277747&paused=true`,
  ],
  [
    'the oldest first',
    { sort: { by: 'created', order: 'ascending' } },
    `/?${QUERY}&past=1d`,
    `/security?${QUERY}&column=time&order=asc&viz=stream`,
  ],
  [
    'what no published address shows: other columns, facets, sorting and analytics',
    {
      columns: ['title'],
      facets: [],
      sort: { by: 'severity', order: 'descending' },
      analytics: { compute: { kind: 'count' }, groupBy: [], show: 'table' },
    },
    `/?${QUERY}&past=1d`,
    `/security?${QUERY}`,
  ],
  ['a view of logs', { ...LOGS_VIEW_DEFAULTS }, '/', `/logs?${QUERY}`],
];

test.each(ROWS)('%s', (_what, change, embedded, datadog) => {
  const view = { ...VIEW, ...change };
  expect(viewLink(EMBEDDED, view)).toBe(`http://127.0.0.1:8085${embedded}`);
  expect(viewLink(DATADOG, view)).toBe(`https://app.datadoghq.eu${datadog}`);
});
