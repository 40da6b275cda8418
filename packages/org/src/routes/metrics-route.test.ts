import { afterAll, beforeAll, expect, test } from 'vitest';

import { loginFailure, loginRule, openTestOrg, START_MS, type TestOrg } from '../testing/test-org.ts';

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});

afterAll(() => own.close());

/** By name and labels, as Prometheus would keep them. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const { status, headers, text } = await own.call('GET', '/metrics');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines) {
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+)$/);
  }
  return new Map(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
}

test('counts requests by the pattern of their route, whatever they ask for', async () => {
  for (const id of ['a', 'b', '..%2f', '"}']) {
    await own.call('GET', `/api/v2/security_monitoring/signals/${encodeURIComponent(id)}`);
  }
  await own.call('GET', '/no/such/"path"');
  await own.call('GET', '/nor/this');
  const figures = await scrape();
  const signal = 'method="GET",route="/api/v2/security_monitoring/signals/:signalId"';
  expect(figures.get(`signalwright_http_requests_total{${signal},status="404"}`)).toBe(4);
  expect(figures.get(`signalwright_http_request_duration_seconds_count{${signal}}`)).toBe(4);
  expect(figures.get(`signalwright_http_request_duration_seconds_bucket{${signal},le="+Inf"}`)).toBe(4);
  expect(figures.get('signalwright_http_requests_total{method="any",route="none",status="404"}')).toBe(2);
  expect([...figures.keys()].filter((key) => /path|nor/.test(key.replace('"none"', '')))).toEqual([]);
});

test('steps of time are cumulative', async () => {
  const figures = await scrape();
  const steps = [...figures].filter(([key]) => key.includes('_bucket') && key.includes('signals/:signalId"'));
  expect(steps.length).toBeGreaterThan(5);
  for (const [index, [, value]] of steps.entries()) {
    expect(value).toBeGreaterThanOrEqual(steps[index - 1]?.[1] ?? 0);
  }
});

test('says how much the org holds, and how late its outbox is', async () => {
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  own.webhook.answers.push(503);
  for (let index = 0; index < 6; index += 1) {
    await own.org.pipeline.ingest([loginFailure(String(index), START_MS + index)], []);
  }
  await own.org.settle();
  own.clock.nowMs += 5_000;
  const figures = await scrape();
  expect(figures.get('signalwright_ready')).toBe(1);
  expect(figures.get('signalwright_rules')).toBe(1);
  expect(figures.get('signalwright_signals')).toBe(1);
  expect(figures.get('signalwright_events')).toBe(6);
  expect(figures.get('signalwright_outbox_notices{status="pending"}')).toBe(1);
  expect(figures.get('signalwright_outbox_oldest_pending_seconds')).toBeGreaterThanOrEqual(5);
  expect(figures.get('signalwright_database_bytes')).toBeGreaterThan(10_000);
  expect(figures.get('signalwright_event_loop_lag_seconds{quantile="p99"}')).toBeGreaterThanOrEqual(0);
});
