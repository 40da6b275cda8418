/**
 * Plan and apply against the embedded org: over HTTP on a good day, and through every sort of fault and kill with
 * the org called in process. The rehearsal's own service and the org must agree on what the protocol says.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadWorkspace } from '@signalwright/content';
import { createOrg, serveOrg, type Org } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import {
  applyPlan,
  countChanges,
  desiredState,
  isComplete,
  observe,
  openSyncJournal,
  planChanges,
  readHistory,
  type Plan,
  type PlanTarget,
  type SyncJournal,
} from '@signalwright/sync';
import { everyTrial, liveThrough, measureLife, type Service } from '@signalwright/sync/rehearsal';
import { createApiClient, type ApiClient } from '@signalwright/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const NOW_MS = Date.UTC(2026, 10, 22, 12);
/** One in so many of the table of trials; the rehearsal runs all of it. */
const EVERY = 9;

let folder: string;
let org: Org;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalwright-sync-org-'));
  org = await createOrg({
    dataDir: folder,
    nowMs: () => NOW_MS,
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    log: () => undefined,
  });
});

afterAll(async () => {
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The org behind the network of the rehearsal, with keys of its own. */
function serviceOf(): Service {
  const { apiKey, applicationKey } = org.ownerCredentials;
  return {
    // The org syncs to disk: slow machines need a while, and only trials of silence wait for it.
    timeoutMs: 2_000,
    handle: (url, init) => {
      const headers = new Headers(init.headers);
      headers.delete('authorization');
      headers.set('dd-api-key', apiKey);
      headers.set('dd-application-key', applicationKey);
      if (init.body !== undefined && init.body !== null) headers.set('content-type', 'application/json');
      const { pathname, search } = new URL(url);
      return org.fetch(new Request(`http://org.in-process${pathname}${search}`, { ...init, headers }));
    },
  };
}

test('faults and kills leave nothing doubled or lost at the embedded org', { timeout: 240_000 }, async () => {
  const service = serviceOf();
  const trials = everyTrial(await measureLife(service), 0)
    .filter((trial) => !trial.name.startsWith('silence'))
    .filter((_, index) => index % EVERY === 0);
  expect(trials.length).toBeGreaterThan(40);
  const failures: string[] = [];
  for (const trial of trials) {
    const problems = await liveThrough(trial, service);
    failures.push(...problems.map((problem) => `${trial.name}: ${problem}`));
  }
  expect(failures).toEqual([]);
});

test(
  'the content of this repository: applied over HTTP, and the next plan is empty for every object',
  { timeout: 60_000 },
  async () => {
    const { workspace, diagnostics } = await loadWorkspace(ROOT);
    if (workspace === undefined) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
    const served = await serveOrg(org, { port: 0 });
    if (!served.ok) throw new Error(JSON.stringify(served.refusal));
    const { server } = served;
    const target: PlanTarget = {
      name: 'local',
      url: server.url,
      explorerUrl: `${server.url}/`,
      stack: workspace.config.stack,
    };
    const client = createApiClient({
      baseUrl: server.url,
      auth: org.ownerCredentials,
      fetch: (url, init) => fetch(url, init),
      clock: { nowMs: () => NOW_MS, sleep: () => Promise.resolve() },
      random: () => 0.5,
    });
    const journal = await openSyncJournal(join(folder, 'apply.journal'), { clock: () => NOW_MS });
    const plan = async (): Promise<Plan> => planAt(client, journal, target);
    const desired = desiredState(workspace, { stack: target.stack });

    async function planAt(api: ApiClient, history: SyncJournal, to: PlanTarget): Promise<Plan> {
      const { lastApplied } = readHistory(history.entries(), to);
      const observed = await observe(api, to.stack, lastApplied);
      if (observed.kind !== 'done') throw new Error(JSON.stringify(observed));
      return planChanges({ desired, observed: observed.value, lastApplied, target: to, toolVersion: 'test' });
    }

    const first = await plan();
    expect(countChanges(first)).toMatchObject({ create: desired.objects.length, link: desired.views.length });
    const result = await applyPlan(first, client, journal, {
      clock: { nowMs: () => NOW_MS, sleep: () => Promise.resolve() },
      expect: { target, toolVersion: 'test', contentDigest: desired.digest, planDigest: first.digest },
    });
    expect(
      result.kind === 'applied'
        ? result.items.filter(({ end }) => end.kind !== 'done' && end.kind !== 'linked')
        : result,
    ).toEqual([]);
    expect(isComplete(result)).toBe(true);
    const differing =
      result.kind === 'applied'
        ? result.items.filter(({ end }) => end.kind === 'done' && end.differs !== undefined)
        : [];
    expect(differing).toEqual([]);
    expect(countChanges(await plan())).toMatchObject({ create: 0, update: 0, noop: desired.objects.length });
    await journal.close();
  },
);
