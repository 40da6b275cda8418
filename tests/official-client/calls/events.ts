/** Logs and spans that came in, searched and counted. */

import type { Clients } from '../clients.ts';

/** After the signals, which send the first log. */
export async function callEvents({ logs, spans }: Clients): Promise<void> {
  const range = { query: '*', from: 'now-1h', to: 'now' };
  await logs.listLogs({ body: { filter: range, page: { limit: 2 } } });
  await logs.listLogsGet({ filterQuery: '*', pageLimit: 2 });
  await logs.aggregateLogs({ body: { filter: range, compute: [{ aggregation: 'count' }] } });
  await spans.listSpans({
    body: { data: { type: 'search_request', attributes: { filter: range, page: { limit: 2 } } } },
  });
  await spans.listSpansGet({ filterQuery: '*', pageLimit: 2 });
  await spans.aggregateSpans({
    body: {
      data: { type: 'aggregate_request', attributes: { filter: range, compute: [{ aggregation: 'count' }] } },
    },
  });
}
