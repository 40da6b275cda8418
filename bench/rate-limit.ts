/**
 * How long it takes to apply 5,000 objects to a service that answers 300 requests a minute, against the least that such
 * a limit allows; and how many objects fail because of it, which must be none. The clock is virtual: it stands still
 * while a request or a write to the journal is under way, and jumps while everybody waits, so what is measured is
 * waiting alone. The service is an embedded org in this process with that limit on every family of routes; the client,
 * the plan, the apply and its journal are those of the command, with as many writers at once as it has by default.
 * The least: requests come at the pace of the limit, and those of the last period at once.
 * Workload: small rules of our own, none of which is there before; so all requests but a few are creates.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFromFiles } from '@signalwright/content';
import { createOrg } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import {
  applyPlan,
  countEnds,
  desiredState,
  observe,
  openSyncJournal,
  planChanges,
  type DesiredState,
  type PlanTarget,
  type SyncJournal,
} from '@signalwright/sync';
import { createApiClient, type ApiClient } from '@signalwright/wire';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { smallRules } from './common/small-rules.ts';
import { VirtualClock } from './common/virtual-clock.ts';

const OBJECTS = { short: 400, full: 5_000 } as const;
const LIMIT = { requests: 300, seconds: 60 } as const;
const START_MS = Date.UTC(2026, 10, 2, 12);
const URL = 'http://127.0.0.1:8085';
const STACK = 'bench';
const TOOL_VERSION = 'bench';
const TARGET: PlanTarget = { name: 'bench', url: URL, explorerUrl: `${URL}/`, stack: STACK };

export const bench: Benchmark = {
  name: 'rate-limit',
  goal: '0 failures of 5,000 objects; time as near to the least that the limit allows as can be (1.0)',
  run: async ({ short, log }) => {
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-rate-limit-'));
    try {
      return await measure(folder, short ? OBJECTS.short : OBJECTS.full, log);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(
  folder: string,
  objects: number,
  log: (line: string) => void,
): ReturnType<Benchmark['run']> {
  const { workspace } = loadFromFiles(smallRules(objects, `stack: ${STACK}\n`));
  if (workspace === undefined) throw new Error('The content has errors.');
  const desired = desiredState(workspace, { stack: STACK });
  const clock = new VirtualClock(START_MS);
  const service = await openService(folder, clock, log);
  const journal = await openSyncJournal(join(folder, 'journal'), { clock: clock.nowMs });
  const result = await planAndApply(desired, service.client, waitedFor(journal, clock), clock);
  await journal.close();
  await service.close();
  const { refused, skipped, unknown, ...ends } = countEnds(result);
  const tookMs = clock.nowMs() - START_MS;
  const periods = Math.ceil(service.answers.asked / LIMIT.requests) - 1;
  const leastMs = Math.max(1, periods) * LIMIT.seconds * 1_000;
  return {
    ratio: tookMs / leastMs,
    detail: {
      objects,
      ...ends,
      failed: refused + skipped + unknown,
      requests: service.answers.asked,
      answered429: service.answers.refused,
      virtualMinutes: Math.round(tookMs / 600) / 100,
      leastMinutes: leastMs / 60_000,
    },
  };
}

async function planAndApply(
  desired: DesiredState,
  client: ApiClient,
  journal: SyncJournal,
  clock: VirtualClock,
): Promise<Parameters<typeof countEnds>[0]> {
  const observed = await observe(client, STACK);
  if (observed.kind !== 'done') throw new Error(JSON.stringify(observed));
  const plan = planChanges({ desired, observed: observed.value, target: TARGET, toolVersion: TOOL_VERSION });
  const result = await applyPlan(plan, client, journal, {
    clock,
    expect: { target: TARGET, toolVersion: TOOL_VERSION, contentDigest: desired.digest },
  });
  if (result.kind !== 'applied') throw new Error(JSON.stringify(result));
  return result.items;
}

interface Service {
  readonly client: ApiClient;
  readonly answers: { asked: number; refused: number };
  close(): Promise<void>;
}

async function openService(
  folder: string,
  clock: VirtualClock,
  log: (line: string) => void,
): Promise<Service> {
  const org = await createOrg({
    dataDir: folder,
    nowMs: clock.nowMs,
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    log: () => undefined,
    rateLimits: LIMIT,
  });
  const answers = { asked: 0, refused: 0 };
  const client = createApiClient({
    baseUrl: URL,
    auth: org.ownerCredentials,
    fetch: (url, init) =>
      clock.during(async () => {
        const response = await org.fetch(new Request(url, init));
        answers.asked += 1;
        if (response.status === 429) answers.refused += 1;
        if (answers.asked % 1_000 === 0)
          log(`${answers.asked} requests in ${(clock.nowMs() - START_MS) / 60_000} virtual minutes`);
        return response;
      }),
    clock,
    random: Math.random,
  });
  return { client, answers, close: () => org.close() };
}

function waitedFor(journal: SyncJournal, clock: VirtualClock): SyncJournal {
  return { ...journal, append: (entry) => clock.during(() => journal.append(entry)) };
}
