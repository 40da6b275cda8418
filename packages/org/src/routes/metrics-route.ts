/**
 * `GET /metrics`: figures of the org for whoever watches it, in the text format of Prometheus (version 0.0.4).
 * It asks for a key (docs/decisions/0380).
 */

import { countNotices } from '@signalwright/signals';

import { LATENCY_STEPS, type RequestMetrics } from '../http/request-metrics.ts';
import type { Answer, Route } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';

const ACCESS = { kind: 'permission', permission: 'security_monitoring_signals_read' } as const;

export function metricsRoutes(services: OrgServices): readonly Route[] {
  return [{ method: 'GET', path: '/metrics', access: ACCESS, handle: () => answerMetrics(services) }];
}

function answerMetrics(services: OrgServices): Answer {
  const body = [...requestFamilies(services.metrics), ...orgFamilies(services)].map(renderFamily).join('');
  return { kind: 'text', status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body };
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

interface Sample {
  /** Behind the name of the family. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly value: number;
}

function requestFamilies(metrics: RequestMetrics): readonly Family[] {
  const routes = metrics.routes();
  return [
    {
      name: 'signalwright_http_requests_total',
      help: 'Requests by route and status.',
      type: 'counter',
      samples: routes.flatMap(({ method, route, byStatus }) =>
        [...byStatus].map(([status, value]) => ({ labels: { method, route, status }, value })),
      ),
    },
    {
      name: 'signalwright_http_request_duration_seconds',
      help: 'Time from a request to its answer.',
      type: 'histogram',
      samples: routes.flatMap(({ method, route, byStep, seconds }): readonly Sample[] => [
        ...byStep.map((value, step) => ({
          suffix: '_bucket' as const,
          labels: { method, route, le: LATENCY_STEPS[step] ?? '+Inf' },
          value,
        })),
        { suffix: '_sum', labels: { method, route }, value: seconds },
        { suffix: '_count', labels: { method, route }, value: byStep.at(-1) ?? 0 },
      ]),
    },
  ];
}

function orgFamilies({ context, metrics, pipeline, isReady }: OrgServices): readonly Family[] {
  const { db, nowMs } = context;
  const one = (sql: string): number => db.get<{ n: number | null }>(sql)?.n ?? 0;
  const oldestMs = one(`SELECT min(created_at_ms) AS n FROM outbox WHERE status = 'pending'`);
  const lag = metrics.takeLag();
  const gauge = (name: string, help: string, value: number): Family => ({
    name: `signalwright_${name}`,
    help,
    type: 'gauge',
    samples: [{ value }],
  });
  return [
    gauge('ready', 'Whether the org takes work.', isReady() ? 1 : 0),
    gauge('rules', 'Rules that detection runs.', pipeline.stats().rules.length),
    gauge('signals', 'Signals that are kept.', one('SELECT count(*) AS n FROM signals')),
    gauge(
      'signals_suppressed',
      'Signals that suppressions hid.',
      one('SELECT count(*) AS n FROM suppressed'),
    ),
    gauge('events', 'Events that are kept.', one('SELECT count(*) AS n FROM events')),
    {
      name: 'signalwright_outbox_notices',
      help: 'Notices by what came of them.',
      type: 'gauge',
      samples: Object.entries(countNotices(db)).map(([status, value]) => ({ labels: { status }, value })),
    },
    gauge(
      'outbox_oldest_pending_seconds',
      'Age of the oldest notice that waits.',
      oldestMs === 0 ? 0 : Math.max(0, nowMs() - oldestMs) / 1_000,
    ),
    gauge(
      'database_bytes',
      'Size of the database without its log.',
      one('SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()'),
    ),
    {
      name: 'signalwright_event_loop_lag_seconds',
      help: 'How late the event loop was since the last look.',
      type: 'gauge',
      samples: Object.entries(lag).map(([quantile, value]) => ({ labels: { quantile }, value })),
    },
  ];
}

function renderFamily({ name, help, type, samples }: Family): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, each]) => `${label}="${escaped(String(each))}"`);
    return `${name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
