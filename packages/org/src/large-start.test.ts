/** An org with many signals answers at once when it starts, and what it says of them is never less than all. */

import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { UNASSIGNED, type Signal } from '@signalwright/model';
import { SIGNALS_MIGRATIONS } from '@signalwright/signals';
import { openDatabase } from '@signalwright/store';

import { serveOrg, type OrgServer } from './serve-org.ts';
import { START_MS, openTestOrg, type TestOrg } from './testing/test-org.ts';

const SIGNALS = 50_000;
const SIGNALS_URL = '/api/v2/security_monitoring/signals';

let own: TestOrg;
let server: OrgServer;

beforeAll(async () => {
  const before = await openTestOrg();
  await before.org.close();
  const db = openDatabase(join(before.dataDir, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
  db.transaction(() => {
    for (let at = 0; at < SIGNALS; at += 1) {
      const signal = signalOf(at);
      db.run('INSERT INTO signals (id, created_at_ms, body) VALUES (?, ?, ?)', [
        signal.id,
        signal.createdAtMs,
        JSON.stringify(signal),
      ]);
    }
  });
  db.close();
  own = await before.restart();
  const started = await serveOrg(own.org, { port: 0 });
  if (!started.ok) throw new Error(started.refusal.reason);
  server = started.server;
}, 60_000);

afterAll(async () => {
  await server.close();
  await own.close();
});

test('while it reads its signals it answers everybody, and a search only once it knows all that it asks for', async () => {
  const answered: string[] = [];
  const noting = async (name: string, answer: Promise<unknown>): Promise<unknown> => {
    const known = await answer;
    answered.push(name);
    return known;
  };
  const all = noting('all', ask(`/api/signalwright/signals/facets?facet=service`));
  const oldest = noting('oldest', ask(`${SIGNALS_URL}?sort=timestamp&page[limit]=1`));
  const newest = noting('newest', ask(`${SIGNALS_URL}?filter[from]=${START_MS - 99}&page[limit]=1000`));
  const changed = noting('changed', triage('s7'));
  for (let turn = 0; turn < 10; turn += 1) await noting('health', ask('/health'));

  expect((await newest) as object).toMatchObject({ data: { length: 100 } });
  await changed;
  // Neither waited until the last signal was read.
  expect(answered).not.toContain('all');
  expect(await oldest).toMatchObject({ data: [{ id: `s${SIGNALS - 1}` }] });
  const counts = (await all) as { readonly meta: unknown; readonly data: readonly { attributes: object }[] };
  expect(counts.meta).toEqual({ total: SIGNALS, status: 'done' });
  const values = [0, 1, 2, 3, 4].map((n) =>
    expect.objectContaining({ value: `service-${n}`, count: 10_000 }),
  );
  expect(counts.data[0]?.attributes).toMatchObject({ values });
  // What was written while it read is there, once.
  expect(
    await ask(`/api/signalwright/signals/facets?filter[query]=@workflow.triage.state:archived`),
  ).toMatchObject({
    meta: { total: 1, status: 'done' },
  });
}, 60_000);

test('it can be closed while it reads its signals', async () => {
  own = await own.restart();
  await own.org.close();
  expect(own.log.filter(({ level }) => level === 'error')).toEqual([]);
}, 60_000);

async function ask(path: string): Promise<unknown> {
  const { apiKey, applicationKey } = own.org.ownerCredentials;
  const headers = { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
  return (await fetch(`${server.url}${path}`, { headers })).json();
}

async function triage(id: string): Promise<number> {
  const path = `${SIGNALS_URL}/${id}/state`;
  const { status } = await own.call('PATCH', path, { data: { attributes: { state: 'archived' } } });
  return status;
}

/** One a millisecond, the first is the newest. */
function signalOf(at: number): Signal {
  const service = `service-${at % 5}`;
  return {
    id: `s${at}`,
    rule: {
      id: 'abc-def-ghi',
      name: `Rule ${at % 50}`,
      type: 'application_security',
      version: 1,
      detectionMethod: 'threshold',
      tags: [],
    },
    caseName: 'burst',
    severity: 'high',
    title: `Rule ${at % 50} - burst`,
    message: `An attack on ${service}.`,
    services: [service],
    tags: [`service:${service}`],
    group: { service },
    attributes: { http: { client_ip: `198.18.${at >> 8}.${at % 256}` } },
    entities: [],
    firstSeenMs: START_MS - at,
    lastSeenMs: START_MS - at,
    eventsMatched: 5,
    eventsMatchedPerQuery: {},
    sampleEventIds: [],
    notifications: [],
    actions: [],
    version: 1,
    createdAtMs: START_MS - at,
    triage: { state: 'open', assignee: UNASSIGNED, incidentIds: [] },
  };
}
