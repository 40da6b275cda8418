/**
 * E2: how fast 3,000 rules run over App and API Protection events with unique URLs, beside JSON.parse of the same
 * lines, and beside a plain loop over the same compiled matchers (E3, in the detail). CPU time, each line once,
 * warm-up on lines of its own, median of disjoint slices. Rules and events are made here; one event in ten is an
 * attack, and few of those match a rule: `matchesPerEvent`. Left out: reading from disk, storing signals.
 */

import { compileRule, createDetector, type CompiledRule, type Detector } from '@signalwright/detect';
import { PLAIN_RULE, eventDocument, type DetectionRule, type Event } from '@signalwright/model';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { cpuMs, median } from './common/cpu-time.ts';

const T0 = Date.UTC(2026, 0, 1);
const SIZE = {
  short: { rules: 300, lines: 1_000, slices: 3, naiveLines: 50 },
  full: { rules: 3_000, lines: 10_000, slices: 5, naiveLines: 400 },
} as const;
type Size = (typeof SIZE)[keyof typeof SIZE];

export const bench: Benchmark = {
  name: 'detect-spans',
  goal: '<= 1.0 times JSON.parse of the same lines',
  run: async ({ short, log }) => {
    const size = short ? SIZE.short : SIZE.full;
    const rules = Array.from({ length: size.rules }, (_, index) => ruleNumber(index));
    const detector = createDetector({ rules, suppressions: [] });
    measureSlice(detector, rules, 0, size);
    const slices = Array.from({ length: size.slices }, (_, index) => {
      const slice = measureSlice(detector, rules, (index + 1) * size.lines, size);
      log(`slice ${index + 1} of ${size.slices}: ${slice.detectUs.toFixed(1)} µs an event`);
      return slice;
    });
    const [parseUs, detectUs, naiveUs] = (['parseUs', 'detectUs', 'naiveUs'] as const).map((name) =>
      median(slices.map((slice) => slice[name])),
    ) as [number, number, number];
    const { events, matcherRuns, rules: stats } = detector.stats();
    return {
      ratio: detectUs / parseUs,
      detail: {
        rules: size.rules,
        eventsPerCpuSecond: Math.round(1e6 / detectUs),
        parseUs: round(parseUs),
        detectUs: round(detectUs),
        fasterThanLoop: round(naiveUs / detectUs),
        matcherRunsPerEvent: round(matcherRuns / events),
        matchesPerEvent: round(stats.reduce((sum, rule) => sum + rule.matchedEvents, 0) / events),
        leftOut: 'reading from disk, storing signals',
      },
    };
  },
};

const ACTIVITIES = [
  'sql_injection',
  'xss',
  'lfi',
  'rfi',
  'ssrf',
  'command_injection',
  'nosql_injection',
  'attack_tool',
];
const PATHS = ['login', 'cart', 'search', 'api/v2/users', 'admin', 'export', 'upload', 'health'];

/** Different rules in the shapes that teams write: an activity on a service, a path, a range, alternatives. */
function ruleNumber(n: number): CompiledRule {
  const activity = `@appsec.security_activity:attack_attempt.${ACTIVITIES[n % ACTIVITIES.length]}`;
  const service = `service:svc-${n % 97}`;
  const shapes = [
    `${activity} ${service}`,
    `${activity} @http.url_details.path:/${PATHS[n % PATHS.length]}/${n}/*`,
    `${service} @http.status_code:[500 TO 599] @http.method:POST`,
    `@appsec.security_activity:business_logic.users.login.failure ${service} -@usr.id:healthcheck-*`,
    `${service} @http.useragent:(sqlmap* OR nikto-${n} OR *scanner-${n}*)`,
    `(@appsec.rule_id:crs-${n} OR @appsec.rule_id:dog-${n}) -@appsec.blocked:true`,
    `@actor.ip_details.country.iso_code:(KP OR XX) ${activity} ${service}`,
    `@http.client_ip:203.0.113.${n % 256} @http.status_code:401`,
  ];
  const rule: DetectionRule = {
    kind: 'detection-rule',
    id: `r${n}`,
    name: `Rule ${n}`,
    type: 'application_security',
    enabled: true,
    tags: [],
    message: '',
    method: { kind: 'threshold' },
    queries: [
      {
        name: 'a',
        query: shapes[n % shapes.length] ?? '*',
        aggregation: { kind: 'count' },
        groupBy: ['service', '@http.client_ip'],
        optionalGroupBy: false,
      },
    ],
    cases: [
      { name: 'many', condition: 'a > 20', severity: 'high', notifications: [], actions: [] },
      { name: 'some', condition: 'a > 5', severity: 'low', notifications: [], actions: [] },
    ],
    evaluationWindowMs: 300_000,
    keepAliveMs: 3_600_000,
    maxSignalDurationMs: 86_400_000,
    decreaseSeverityOutsideProduction: false,
    hasExtendedTitle: false,
    ...PLAIN_RULE,
  };
  const result = compileRule(rule, { id: rule.id, version: 1 });
  if (!result.ok) throw new Error(`${rule.id} does not compile: ${JSON.stringify(result.problems)}`);
  return result.rule;
}

/** One line in ten is an attack. */
function line(n: number): string {
  const attack = n % 10 === 0;
  const event: Event = {
    id: `AQAAAY${n}`,
    tsMs: T0 + n * 3,
    dataSource: 'spans',
    service: `svc-${n % 131}`,
    env: 'prod',
    host: `i-${n % 40}`,
    tags: ['team:shop', `version:1.${n % 7}`],
    attributes: {
      http: {
        method: n % 3 === 0 ? 'POST' : 'GET',
        status_code: n % 29 === 0 ? 401 : 200,
        url: `https://shop.example/${PATHS[n % PATHS.length]}/${n}?q=${(n * 7919) % 100_003}`,
        url_details: { path: `/${PATHS[n % PATHS.length]}/${n}`, host: 'shop.example' },
        useragent: `Mozilla/5.0 (X11; Linux x86_64) rv:${n % 200}`,
        client_ip: `198.18.${(n >> 8) % 256}.${n % 256}`,
      },
      usr: { id: `user-${n % 5_003}` },
      actor: { ip_details: { country: { iso_code: ['DE', 'FR', 'US', 'JP'][n % 4] } } },
      ...(attack && {
        appsec: {
          security_activity: `attack_attempt.${ACTIVITIES[(n / 10) % ACTIVITIES.length]}`,
          rule_id: `crs-942-${n % 300}`,
          blocked: n % 20 === 0,
        },
      }),
    },
    message: '',
  };
  return JSON.stringify(event);
}

function cpuUs(work: () => void): number {
  return cpuMs(work) * 1_000;
}

interface Slice {
  readonly parseUs: number;
  readonly detectUs: number;
  readonly naiveUs: number;
}

function measureSlice(detector: Detector, rules: readonly CompiledRule[], from: number, size: Size): Slice {
  const lines = Array.from({ length: size.lines }, (_, index) => line(from + index));
  const events = lines.map((text) => JSON.parse(text) as Event);
  const parseUs = cpuUs(() => {
    for (const text of lines) JSON.parse(text);
  });
  const detectUs = cpuUs(() => {
    for (const event of events) detector.ingest(event);
    detector.advance(events.at(-1)?.tsMs ?? 0);
  });
  const naiveUs = cpuUs(() => {
    for (const event of events.slice(0, size.naiveLines)) {
      const document = eventDocument(event);
      for (const rule of rules) for (const each of rule.queries) each.matches(document);
    }
  });
  return {
    parseUs: parseUs / size.lines,
    detectUs: detectUs / size.lines,
    naiveUs: naiveUs / size.naiveLines,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
