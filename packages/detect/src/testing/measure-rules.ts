/**
 * How fast many rules run over App and API Protection events with unique URLs, beside JSON.parse of the same
 * lines and beside a plain loop over the same compiled matchers. Run it from the repository:
 *
 *   node --expose-gc --conditions=signalwright-source --import tsx packages/detect/src/testing/measure-rules.ts
 *
 * CPU time, each line once, warm-up on lines of its own, median of five disjoint slices. The rules and events
 * are made here; one event in ten is an attack, and few of those match a rule: `matchesPerEvent`. Left out: reading from disk, storing signals.
 */

import type { Event } from '@signalwright/model';
import { eventDocument } from '@signalwright/model';
import { createDetector, type Detector } from '../detector.ts';
import type { CompiledRule } from '../compile-rule.ts';
import { T0, compiled, query, ruleCase } from './build.ts';

const LINES = 10_000;
const SLICES = 5;
const NAIVE_LINES = 400;

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
  return compiled({
    id: `r${n}`,
    queries: [query({ query: shapes[n % shapes.length] ?? '*', groupBy: ['service', '@http.client_ip'] })],
    cases: [ruleCase('a > 20', { severity: 'high' }), ruleCase('a > 5', { severity: 'low' })],
  });
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
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

interface Slice {
  readonly parseUs: number;
  readonly detectUs: number;
  readonly naiveUs: number;
}

function measureSlice(detector: Detector, rules: readonly CompiledRule[], from: number): Slice {
  const lines = Array.from({ length: LINES }, (_, index) => line(from + index));
  const events = lines.map((text) => JSON.parse(text) as Event);
  const parseUs = cpuUs(() => {
    for (const text of lines) JSON.parse(text);
  });
  const detectUs = cpuUs(() => {
    for (const event of events) detector.ingest(event);
    detector.advance(events.at(-1)?.tsMs ?? 0);
  });
  const naiveUs = cpuUs(() => {
    for (const event of events.slice(0, NAIVE_LINES)) {
      const document = eventDocument(event);
      for (const rule of rules) for (const each of rule.queries) each.matches(document);
    }
  });
  return { parseUs: parseUs / LINES, detectUs: detectUs / LINES, naiveUs: naiveUs / NAIVE_LINES };
}

function measure(ruleCount: number): void {
  const rules = Array.from({ length: ruleCount }, (_, index) => ruleNumber(index));
  const detector = createDetector({ rules, suppressions: [] });
  measureSlice(detector, rules, 0);
  const slices = Array.from({ length: SLICES }, (_, index) =>
    measureSlice(detector, rules, (index + 1) * LINES),
  );
  const parseUs = median(slices.map((slice) => slice.parseUs));
  const detectUs = median(slices.map((slice) => slice.detectUs));
  const naiveUs = median(slices.map((slice) => slice.naiveUs));
  const { events, matcherRuns, rules: stats } = detector.stats();
  const matched = stats.reduce((sum, rule) => sum + rule.matchedEvents, 0);
  console.log(
    JSON.stringify({
      rules: ruleCount,
      eventsPerCpuSecond: Math.round(1e6 / detectUs),
      detectUs: round(detectUs),
      parseUs: round(parseUs),
      naiveUs: round(naiveUs),
      toParse: round(detectUs / parseUs),
      fasterThanNaive: round(naiveUs / detectUs),
      matcherRunsPerEvent: round(matcherRuns / events),
      matchesPerEvent: round(matched / events),
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A million groups of one event each, against the default limits. */
function measureFlood(): void {
  const detector = createDetector({
    rules: [compiled({ queries: [query({ groupBy: ['@ip'] })], cases: [ruleCase('a > 25')] })],
    suppressions: [],
  });
  const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => undefined);
  collect();
  const before = process.memoryUsage().heapUsed;
  const events = 1_000_000;
  const us = cpuUs(() => {
    for (let index = 0; index < events; index += 1) {
      detector.ingest({
        id: `${index}`,
        tsMs: T0 + index / 10,
        dataSource: 'spans',
        tags: [],
        attributes: { ip: `k${index}` },
        message: '',
      });
    }
  });
  collect();
  const heapMiB = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  const [rule] = detector.stats().rules;
  console.log(
    JSON.stringify({
      distinctGroups: events,
      usPerEvent: round(us / events),
      heapMiB: round(heapMiB),
      accountedMiB: round((rule?.heldBytes ?? 0) / 1024 / 1024),
      groupsHeld: rule?.groups,
      evictedGroups: rule?.evictedGroups,
    }),
  );
}

for (const ruleCount of [100, 1_000, 3_000]) measure(ruleCount);
measureFlood();
