/**
 * X1: six facets over the signals that a query finds, against DuckDB on the same columns, each after a round of changes
 * that both have made durable; and how long the newest hundred of a filter take. Wall time, since a person waits for it
 * and DuckDB works on all cores; the CPU time of all threads stands beside it. Both must count the same.
 * Workload: signals of 1,000 rules on 200 services over 90 days, from 100,000 addresses. A round is 1,000 changes of
 * triage and 200 new signals, in one transaction. DuckDB holds the seven columns that are asked about and no document,
 * in a file; it may answer with six statements or with one over grouping sets, and the faster way counts. SQLite gives
 * durability to our side, as in the org. The first rounds warm up; the median of the others, each other signals, counts.
 * Left out: how long the columns take to be built at start (in the detail), and signals with several services.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

import { UNASSIGNED, type DetectedSignal, type Signal } from '@signalwright/model';
import {
  SIGNALS_MIGRATIONS,
  SignalIndex,
  appendSignalEvent,
  countSignals,
  readSignal,
  recordDetection,
  searchSignalIds,
  searchSignals,
  type FacetDefinition,
} from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';

import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { median } from './common/cpu-time.ts';

/** How many signals; a smaller number in the environment is for machines without the memory. */
const SIZE = { short: 20_000, full: Number(process.env['SIGNALWRIGHT_X1_SIGNALS'] ?? '1000000') };
const WARM_UP_ROUNDS = 3;
const ROUNDS = 7;
const CHANGES = { triage: 1_000, opened: 200 } as const;
const INSERT_AT_ONCE = 5_000;
const SPAN_MS = 90 * 24 * 60 * 60_000;
const START_MS = 1_795_341_600_000;
const DATABASE = 'org.db';

/** What a person asks when the page opens, narrows down, and looks for one service; the same for DuckDB. */
const QUERIES = [
  { query: '', where: 'TRUE' },
  { query: '-@workflow.triage.state:archived', where: "state <> 'archived'" },
  { query: 'status:(high OR critical) env:prod', where: "severity IN ('high', 'critical') AND env = 'prod'" },
  { query: 'service:service-7', where: "service = 'service-7'" },
] as const;

/** From a filter that every fifth signal passes to one that hardly any does. */
const FILTERS = [
  'status:critical',
  '@workflow.triage.state:open service:service-7',
  'status:high env:prod @workflow.rule.name:"Rule 77"',
  `@http.client_ip:${addressOf(0)}`,
] as const;

const FACETS: readonly (FacetDefinition & { readonly column: string })[] = [
  { title: 'Severity', field: 'status', column: 'severity' },
  { title: 'Signal State', field: '@workflow.triage.state', column: 'state' },
  { title: 'Service', field: 'service', column: 'service' },
  { title: 'Env', field: 'env', column: 'env' },
  { title: 'Rule', field: '@workflow.rule.name', column: 'rule' },
  { title: 'Client IP', field: '@http.client_ip', column: 'client_ip' },
];

export const bench: Benchmark = {
  name: 'x1',
  goal: '>= 6 times as fast as DuckDB; newest 100 of a filter <= 1 ms',
  run: async ({ short, log }) => {
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-x1-'));
    try {
      return await measure(folder, short ? SIZE.short : SIZE.full, log);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(
  folder: string,
  size: number,
  log: (line: string) => void,
): ReturnType<Benchmark['run']> {
  const db = openDatabase(join(folder, DATABASE), { migrations: SIGNALS_MIGRATIONS });
  const duck = await (await DuckDBInstance.create(join(folder, 'duck.db'))).connect();
  log(`writing ${size} signals twice`);
  writeSignals(db, size);
  await copySignals(duck, db);
  const index = new SignalIndex(db);
  const beforeBytes = process.memoryUsage().rss;
  const build = await timed(() => index.catchUp());
  log(`columns built in ${build.ms.toFixed(0)} ms`);
  const rounds: Round[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const changes = changesOf(round, size);
    const ourWrite = await timed(() => changeSignals(db, changes));
    const theirWrite = await timed(() => changeDuck(duck, db, changes));
    rounds.push({ ...(await askBoth(index, duck)), ourWriteMs: ourWrite.ms, theirWriteMs: theirWrite.ms });
    log(
      `round ${round}: ${rounds.at(-1)?.ours.ms.toFixed(1)} ms against ${rounds.at(-1)?.theirs.ms.toFixed(1)}`,
    );
  }
  const counted = rounds.slice(WARM_UP_ROUNDS);
  const ofRounds = (read: (round: Round) => number): number => median(counted.map(read));
  const newest = newestHundred(index);
  db.close();
  return {
    ratio: ofRounds(({ theirs }) => theirs.ms) / ofRounds(({ ours }) => ours.ms),
    detail: {
      signals: size,
      queries: QUERIES.length,
      facets: FACETS.length,
      oursTakeInMs: round(ofRounds(({ takeInMs }) => takeInMs)),
      oursMs: round(ofRounds(({ ours }) => ours.ms)),
      duckMs: round(ofRounds(({ theirs }) => theirs.ms)),
      oursCpuMs: round(ofRounds(({ ours }) => ours.cpuMs)),
      duckCpuMs: round(ofRounds(({ theirs }) => theirs.cpuMs)),
      cpuRatio: round(ofRounds(({ theirs }) => theirs.cpuMs) / ofRounds(({ ours }) => ours.cpuMs)),
      oursWriteMs: round(ofRounds(({ ourWriteMs }) => ourWriteMs)),
      duckWriteMs: round(ofRounds(({ theirWriteMs }) => theirWriteMs)),
      newest100Ms: newest,
      buildMs: Math.round(build.ms),
      columnsMb: Math.round((process.memoryUsage().rss - beforeBytes) / 2 ** 20),
      differences: 0,
      leftOut: 'signals with several services; the start of DuckDB',
    },
  };
}

interface Timed {
  readonly ms: number;
  readonly cpuMs: number;
}

interface Round {
  readonly ours: Timed;
  readonly theirs: Timed;
  /** Of ours, the part that takes in what has changed. */
  readonly takeInMs: number;
  readonly ourWriteMs: number;
  readonly theirWriteMs: number;
}

async function timed<T>(work: () => T | Promise<T>): Promise<Timed & { readonly made: T }> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const made = await work();
  const ms = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000, made };
}

/** All queries once each; what was written just before is taken in here, on both sides. */
async function askBoth(
  index: SignalIndex,
  duck: DuckDBConnection,
): Promise<Pick<Round, 'ours' | 'theirs' | 'takeInMs'>> {
  const takeIn = await timed(() => index.catchUp());
  const counting = await timed(() => QUERIES.map(({ query }) => countOurs(index, query)));
  const ours = { ms: takeIn.ms + counting.ms, cpuMs: takeIn.cpuMs + counting.cpuMs, made: counting.made };
  const oneByOne = await timed(() => askDuck(duck, countOneByOne));
  const together = await timed(() => askDuck(duck, countTogether));
  QUERIES.forEach(({ query }, at) => {
    const [a, b, c] = [ours, oneByOne, together].map(({ made }) => JSON.stringify(made[at]));
    if (a !== b || a !== c) throw new Error(`"${query}" is counted differently:\n${a}\n${b}\n${c}`);
  });
  return { ours, takeInMs: takeIn.ms, theirs: oneByOne.ms < together.ms ? oneByOne : together };
}

/** For each facet the counts of its most frequent values, and all of them together. */
type Counts = readonly (readonly number[])[];

const SHOWN = 12;

function countOurs(index: SignalIndex, query: string): Counts {
  const result = countSignals(index, { query }, FACETS);
  if (!result.ok || !result.counts.isComplete) throw new Error(`"${query}" was not answered.`);
  return result.counts.facets.map(({ values }) => values.map(({ count }) => count));
}

async function askDuck(
  duck: DuckDBConnection,
  ask: (duck: DuckDBConnection, where: string) => Promise<Counts>,
): Promise<readonly Counts[]> {
  const answers: Counts[] = [];
  for (const { where } of QUERIES) answers.push(await ask(duck, where));
  return answers;
}

async function countOneByOne(duck: DuckDBConnection, where: string): Promise<Counts> {
  const counts: (readonly number[])[] = [];
  for (const { column } of FACETS) {
    const sql = `SELECT count(*) AS n FROM signals WHERE ${where} GROUP BY ${column} ORDER BY n DESC LIMIT ${SHOWN}`;
    counts.push((await duck.runAndReadAll(sql)).getRows().map(([n]) => Number(n)));
  }
  return counts;
}

async function countTogether(duck: DuckDBConnection, where: string): Promise<Counts> {
  const columns = FACETS.map(({ column }) => column);
  const sets = columns.map((column) => `(${column})`).join(', ');
  const sql = `SELECT g, list(n ORDER BY n DESC)[1:${SHOWN}] FROM (
    SELECT grouping(${columns.join(', ')}) AS g, count(*) AS n FROM signals WHERE ${where} GROUP BY GROUPING SETS (${sets})
  ) GROUP BY g ORDER BY g DESC`;
  const rows = (await duck.runAndReadAll(sql)).getRowsJson();
  // The bit of a column is unset in its own set; the first column has the highest bit.
  return rows.map(([, counts]) => (counts as readonly unknown[]).map(Number)).toReversed();
}

interface NewestTimes {
  /** The first time, when lists of rows may have to be made. */
  readonly firstIdsMs: number;
  readonly idsMs: number;
  readonly signalsMs: number;
}

/** Which signals they are, and with the signals read from the database: a page shows them. */
function newestHundred(index: SignalIndex): Readonly<Record<string, NewestTimes>> {
  return Object.fromEntries(
    FILTERS.map((query) => {
      const firstIds = timeOf(() => findIds(index, query));
      const idsMs = medianOf(() => findIds(index, query));
      const signalsMs = medianOf(() => searchSignals(index, { query, limit: 100 }));
      return [query, { firstIdsMs: round(firstIds), idsMs: round(idsMs), signalsMs: round(signalsMs) }];
    }),
  );
}

function findIds(index: SignalIndex, query: string): void {
  const found = searchSignalIds(index, { query, limit: 100 });
  if (!found.ok || found.ids.length === 0) throw new Error(`"${query}" finds nothing.`);
}

function medianOf(work: () => void): number {
  return median(Array.from({ length: 9 }, () => timeOf(work)).slice(2));
}

function timeOf(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Spread out, so that any two fields are independent and any run has the same signals. */
function mix(at: number, salt: number): number {
  let hash = Math.imul(at + salt * 0x9e37_79b1, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
const ENVS = ['prod', 'prod', 'prod', 'staging', 'dev'] as const;
const STATES = ['open', 'open', 'archived', 'under_review', 'archived'] as const;

function addressOf(at: number): string {
  const address = mix(at, 4) % 100_000;
  return `198.${18 + (address >> 16)}.${(address >> 8) % 256}.${address % 256}`;
}

function signalOf(at: number, size: number): Signal {
  const rule = mix(at, 1) % 1_000;
  const service = `service-${mix(at, 2) % 200}`;
  const env = ENVS[mix(at, 3) % ENVS.length] ?? 'prod';
  const ip = addressOf(at);
  const tsMs = START_MS + Math.floor((at / size) * SPAN_MS);
  const detected: DetectedSignal = {
    id: `AQAA${at.toString(36).padStart(8, '0')}`,
    rule: {
      id: `abc-def-${rule}`,
      name: `Rule ${rule}`,
      type: 'application_security',
      version: 1,
      detectionMethod: 'threshold',
      tags: ['security:attack', `team:team-${rule % 12}`],
    },
    caseName: 'burst',
    severity: SEVERITIES[mix(at, 5) % SEVERITIES.length] ?? 'info',
    title: `Rule ${rule} - burst`,
    message: `${ip} attacks ${service}.`,
    services: [service],
    env,
    tags: ['security:attack', `team:team-${rule % 12}`, `service:${service}`, `env:${env}`],
    group: { service, '@http.client_ip': ip },
    attributes: {
      http: { client_ip: ip, method: 'POST', status_code: 401 },
      usr: { id: `user-${mix(at, 9) % 20_000}` },
    },
    entities: [{ role: 'attacker', path: '@http.client_ip', value: ip }],
    firstSeenMs: tsMs,
    lastSeenMs: tsMs + 1_000,
    eventsMatched: 5 + (mix(at, 6) % 50),
    eventsMatchedPerQuery: { failures: 5 },
    sampleEventIds: [`e${at}`],
    notifications: [],
    actions: [],
  };
  const state = STATES[mix(at, 7) % STATES.length] ?? 'open';
  return {
    ...detected,
    version: 1,
    createdAtMs: tsMs,
    triage: { state, assignee: UNASSIGNED, incidentIds: [] },
  };
}

function writeSignals(db: Database, size: number): void {
  for (let from = 0; from < size; from += INSERT_AT_ONCE) {
    db.transaction(() => {
      for (let at = from; at < Math.min(size, from + INSERT_AT_ONCE); at += 1) {
        const signal = signalOf(at, size);
        db.run('INSERT INTO signals (id, created_at_ms, body) VALUES (?, ?, ?)', [
          signal.id,
          signal.createdAtMs,
          JSON.stringify(signal),
        ]);
      }
    });
  }
}

const COLUMNS = ['id', 'created', 'severity', 'state', 'service', 'env', 'rule', 'client_ip'] as const;

function cellsOf(signal: Signal): readonly (string | number)[] {
  const http = signal.attributes['http'] as { readonly client_ip: string };
  const { id, createdAtMs, severity, triage, services, env = '', rule } = signal;
  return [id, createdAtMs, severity, triage.state, services[0] ?? '', env, rule.name, http.client_ip];
}

/** Page by page, as DuckDB likes it: rows appended, not inserted. */
async function copySignals(duck: DuckDBConnection, db: Database): Promise<void> {
  await duck.run(
    `CREATE TABLE signals (id VARCHAR PRIMARY KEY, created BIGINT, ${COLUMNS.slice(2)
      .map((name) => `${name} VARCHAR`)
      .join(', ')})`,
  );
  const appender = await duck.createAppender('signals');
  let after = 0;
  for (;;) {
    const rows = db.all<{ rowid: number; body: string }>(
      'SELECT rowid, body FROM signals WHERE rowid > ? ORDER BY rowid LIMIT ?',
      [after, INSERT_AT_ONCE],
    );
    for (const { body } of rows) {
      for (const cell of cellsOf(JSON.parse(body) as Signal)) {
        if (typeof cell === 'number') appender.appendBigInt(BigInt(cell));
        else appender.appendVarchar(cell);
      }
      appender.endRow();
    }
    appender.flushSync();
    if (rows.length < INSERT_AT_ONCE) break;
    after = rows.at(-1)?.rowid ?? after;
  }
  appender.closeSync();
  await duck.run('CHECKPOINT');
}

interface Changes {
  readonly triaged: readonly string[];
  readonly opened: readonly Signal[];
}

function changesOf(round: number, size: number): Changes {
  const triaged = new Set<string>();
  for (let n = 0; triaged.size < CHANGES.triage; n += 1)
    triaged.add(signalOf(mix(round * 10_000 + n, 8) % size, size).id);
  const opened = Array.from({ length: CHANGES.opened }, (_, n) =>
    signalOf(size + round * CHANGES.opened + n, size),
  );
  return { triaged: [...triaged], opened };
}

/** As the org does it: an event appended, and the row that is their fold. */
function changeSignals(db: Database, { triaged, opened }: Changes): void {
  db.transaction(() => {
    for (const id of triaged) {
      const before = readSignal(db, id);
      const by = { id: 1, uuid: 'u', name: 'Ada' };
      const state = before?.triage.state === 'open' ? 'under_review' : 'open';
      appendSignalEvent(db, before, { kind: 'state', atMs: START_MS, state, by }, id);
    }
    for (const signal of opened) recordDetection(db, signal, signal.createdAtMs);
  });
}

async function changeDuck(duck: DuckDBConnection, db: Database, { triaged, opened }: Changes): Promise<void> {
  const states = triaged.map((id) => `('${id}', '${readSignal(db, id)?.triage.state}')`);
  const rows = opened.map(({ id }) => {
    const signal = readSignal(db, id);
    const cells = signal === undefined ? [] : cellsOf(signal);
    return `(${cells.map((cell) => (typeof cell === 'number' ? cell : `'${cell}'`)).join(', ')})`;
  });
  await duck.run('BEGIN');
  await duck.run(
    `UPDATE signals SET state = changed.state FROM (VALUES ${states.join(', ')}) AS changed (id, state) WHERE signals.id = changed.id`,
  );
  await duck.run(`INSERT INTO signals VALUES ${rows.join(', ')}`);
  await duck.run('COMMIT');
}
