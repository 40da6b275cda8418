/**
 * Plan and apply over HTTP against an embedded org that answers few requests in a period: alone, and beside somebody
 * who spends what is left of it. Both sides have one clock, which passes while the client waits.
 */

import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadWorkspace } from '@signalwright/content';
import { createOrg, serveOrg, type Org, type OrgServer } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import {
  applyPlan,
  countChanges,
  desiredState,
  observe,
  openSyncJournal,
  planChanges,
  readHistory,
  type DesiredState,
  type Plan,
  type PlanTarget,
  type SyncJournal,
} from '@signalwright/sync';
import { createApiClient, type ApiClient } from '@signalwright/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const START_MS = Date.UTC(2026, 10, 22, 12);
const LIMIT = { requests: 7, seconds: 60 };
/** Copies of one rule, besides what the repository has. */
const COPIES = 16;

interface Exchange {
  readonly sentAtMs: number;
  readonly status: number;
  readonly resetMs: number;
  readonly family: string | null;
}

let folder: string;
let org: Org;
let server: OrgServer;
let nowMs: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalwright-sync-limits-'));
  nowMs = START_MS + 41_500;
  org = await createOrg({
    dataDir: join(folder, 'org'),
    nowMs: () => nowMs,
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    rateLimits: LIMIT,
    log: () => undefined,
  });
  const served = await serveOrg(org, { port: 0 });
  if (!served.ok) throw new Error(JSON.stringify(served.refusal));
  ({ server } = served);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The content of this repository, and copies of one of its rules. */
async function readContent(stack: string): Promise<DesiredState> {
  const content = join(folder, 'content');
  mkdirSync(content);
  for (const name of ['rules', 'views', 'workflows', 'signalwright.yaml'])
    cpSync(join(ROOT, name), join(content, name), { recursive: true });
  const rules = join(content, 'rules', 'detection');
  const model = readFileSync(join(rules, 'xss-probe.yaml'), 'utf8');
  for (let copy = 0; copy < COPIES; copy += 1) {
    const text = model
      .replace('id: xss-probe', `id: copy-${copy}`)
      .replace('attempts\ntype', `attempts ${copy}\ntype`);
    writeFileSync(join(rules, `copy-${copy}.yaml`), text);
  }
  const { workspace, diagnostics } = await loadWorkspace(content);
  if (workspace === undefined) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  return desiredState(workspace, { stack });
}

/** A client on the clock, and each request that it sent. */
function openClient(beforeSend: (url: string) => Promise<void>): { client: ApiClient; sent: Exchange[] } {
  const sent: Exchange[] = [];
  const client = createApiClient({
    baseUrl: server.url,
    auth: org.ownerCredentials,
    fetch: async (url, init) => {
      await beforeSend(url);
      const sentAtMs = nowMs;
      const response = await fetch(url, init);
      sent.push({
        sentAtMs,
        status: response.status,
        resetMs: Number(response.headers.get('x-ratelimit-reset')) * 1_000,
        family: response.headers.get('x-ratelimit-name'),
      });
      return response;
    },
    clock: { nowMs: () => nowMs, sleep },
    random: () => 0.5,
  });
  return { client, sent };
}

function sleep(ms: number): Promise<void> {
  nowMs += ms;
  return Promise.resolve();
}

async function applyAll(client: ApiClient, parallel?: number): Promise<void> {
  const target: PlanTarget = {
    name: 'local',
    url: server.url,
    explorerUrl: `${server.url}/`,
    stack: 'acme',
  };
  const desired = await readContent(target.stack);
  expect(desired.objects.length).toBeGreaterThanOrEqual(30);
  const journal = await openSyncJournal(join(folder, 'apply.journal'), { clock: () => nowMs });
  const plan = (): Promise<Plan> => planAt(client, { desired, journal, target });
  const first = await plan();
  expect(countChanges(first)).toMatchObject({ create: desired.objects.length });
  const result = await applyPlan(first, client, journal, {
    clock: { nowMs: () => nowMs, sleep },
    ...(parallel !== undefined && { parallel }),
    expect: { target, toolVersion: 'test', contentDigest: desired.digest, planDigest: first.digest },
  });
  if (result.kind !== 'applied') throw new Error(JSON.stringify(result));
  expect(result.items.filter(({ end }) => end.kind !== 'done' && end.kind !== 'linked')).toEqual([]);
  // An object made twice would be one that nobody owns, or two with one mark: neither is a noop.
  expect(countChanges(await plan())).toMatchObject({ create: 0, update: 0, noop: desired.objects.length });
  const lists = await Promise.all([
    client.rules.list(),
    client.suppressions.list(),
    client.notificationRules.list(),
    client.workflows.list(),
  ]);
  const held = lists.flatMap((list) => (list.kind === 'done' ? list.value : []));
  expect(held).toHaveLength(desired.objects.length);
  await journal.close();
}

async function planAt(
  client: ApiClient,
  {
    desired,
    journal,
    target,
  }: { readonly desired: DesiredState; readonly journal: SyncJournal; readonly target: PlanTarget },
): Promise<Plan> {
  const { lastApplied } = readHistory(journal.entries(), target);
  const observed = await observe(client, target.stack, lastApplied);
  if (observed.kind !== 'done') throw new Error(JSON.stringify(observed));
  return planChanges({ desired, observed: observed.value, lastApplied, target, toolVersion: 'test' });
}

test('alone, the client meets the limit by waiting: nothing is refused, and all is done once', async () => {
  const { client, sent } = openClient(() => Promise.resolve());
  await applyAll(client);
  expect(sent.filter(({ status }) => status === 429)).toEqual([]);
  const tally = new Map<string, number>();
  for (const { sentAtMs, family } of sent) {
    const period = `${family} ${Math.floor(sentAtMs / 60_000)}`;
    tally.set(period, (tally.get(period) ?? 0) + 1);
  }
  // By the clock of the client; what was sent at the end of a period may count in the next.
  expect(Math.max(...tally.values())).toBeGreaterThanOrEqual(LIMIT.requests);
}, 60_000);

test('beside somebody who spends the rest, a refusal is waited out, and all is done once', async () => {
  const { apiKey, applicationKey } = org.issueKeys('admin');
  let calls = 0;
  const spendTheRest = async (url: string): Promise<void> => {
    calls += 1;
    if (calls % 5 !== 0) return;
    const path = new URL(url).pathname;
    for (let count = 0; count < LIMIT.requests; count += 1) {
      const headers = { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
      await (await fetch(`${server.url}${path}`, { headers })).arrayBuffer();
    }
  };
  const { client, sent } = openClient(spendTheRest);
  // One by one, so that each refusal can be told from what came of it.
  await applyAll(client, 1);
  const refused = sent.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(5);
  for (const { sentAtMs, resetMs, family } of refused) {
    const next = sent.find((later) => later.sentAtMs > sentAtMs && later.family === family);
    const sameTime = sent.filter((other) => other.sentAtMs === sentAtMs && other.family === family);
    expect(sameTime.at(-1)?.status).toBe(429);
    if (next !== undefined) expect(next.sentAtMs).toBeGreaterThanOrEqual(sentAtMs + resetMs);
  }
}, 60_000);
