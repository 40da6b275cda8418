/**
 * Kills a process that applies the shipped content to the embedded org over HTTP, with SIGKILL at random moments,
 * until an apply is complete. Then every object must be there once, the next plan must be empty, and the journal must
 * hold no open intent. Source: threat T22 of docs/threats.md.
 */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadWorkspace, type Workspace } from '@signalwright/content';
import { createOrg, serveOrg, type Org, type OrgServer } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import {
  countChanges,
  desiredState,
  observe,
  openSyncJournal,
  planChanges,
  readHistory,
} from '@signalwright/sync';
import { REMOTE_KINDS, createApiClient, type ApiClient } from '@signalwright/wire';
import type { Proof } from '../harness/proof.ts';
import { seededRandom, type SeededRandom } from '../harness/seeded-random.ts';
import { FAST_CLOCK, TOOL_VERSION, targetOf } from './kill-apply/round.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CHILD = fileURLToPath(new URL('./kill-apply/child.ts', import.meta.url));
const SHORT_KILLS = 6;
const FULL_KILLS = 300;
/** More in one apply would only kill the recovery again and again. */
const MAX_KILLS_PER_ROUND = 3;
const MAX_KILL_AFTER_MS = 900;
const CHILD_TIMEOUT_MS = 120_000;

export const proof: Proof = {
  name: 'kill-apply',
  claim: 'An apply that is killed at any moment is completed by the next one: nothing twice, nothing lost.',
  async run({ short, seed, log }) {
    const { workspace } = await loadWorkspace(ROOT);
    if (workspace === undefined) throw new Error('The shipped content has errors.');
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-kill-apply-'));
    const stage = await openStage(folder);
    const failures: string[] = [];
    let kills = 0;
    let rounds = 0;
    try {
      while (kills < (short ? SHORT_KILLS : FULL_KILLS)) {
        rounds += 1;
        const round = await playRound(stage, workspace, `kill-${rounds}`, random);
        kills += round.kills;
        failures.push(...round.problems.map((problem) => `round ${rounds}: ${problem}`));
        log(`round ${rounds}: ${round.kills} kills, ${round.objects} objects; ${kills} kills in all`);
      }
    } finally {
      await stage.server.close();
      rmSync(folder, { recursive: true, force: true });
    }
    return { tried: kills, failed: failures.length, detail: { rounds, failures: failures.slice(0, 10) } };
  },
};

interface Stage {
  readonly folder: string;
  readonly org: Org;
  readonly server: OrgServer;
  readonly client: ApiClient;
}

async function openStage(folder: string): Promise<Stage> {
  const org = await createOrg({
    dataDir: folder,
    nowMs: Date.now,
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    log: () => undefined,
  });
  const served = await serveOrg(org, { port: 0 });
  if (!served.ok) throw new Error(JSON.stringify(served.refusal));
  const client = createApiClient({
    baseUrl: served.server.url,
    auth: org.ownerCredentials,
    fetch: (url, init) => fetch(url, init),
    clock: FAST_CLOCK,
    random: Math.random,
  });
  return { folder, org, server: served.server, client };
}

interface Round {
  readonly kills: number;
  readonly objects: number;
  readonly problems: readonly string[];
}

async function playRound(
  stage: Stage,
  workspace: Workspace,
  stack: string,
  random: SeededRandom,
): Promise<Round> {
  const journalPath = join(stage.folder, `${stack}.journal`);
  let kills = 0;
  for (;;) {
    const killMs = kills < MAX_KILLS_PER_ROUND ? random.below(MAX_KILL_AFTER_MS) : undefined;
    if ((await runChild(stage, stack, journalPath, killMs)) === 'ended') break;
    kills += 1;
  }
  const problems = await judge(stage, workspace, stack, journalPath);
  const objects = await removeAll(stage.client);
  return { kills, objects, problems };
}

async function judge(
  { client, server }: Stage,
  workspace: Workspace,
  stack: string,
  journalPath: string,
): Promise<readonly string[]> {
  const target = targetOf(server.url, stack);
  const journal = await openSyncJournal(journalPath, { clock: FAST_CLOCK.nowMs });
  const { lastApplied, openIntents } = readHistory(journal.entries(), target);
  await journal.close();
  const observed = await observe(client, stack, lastApplied);
  if (observed.kind !== 'done') return [`the org cannot be read: ${JSON.stringify(observed)}`];
  const desired = desiredState(workspace, { stack });
  const plan = planChanges({
    desired,
    observed: observed.value,
    lastApplied,
    target,
    toolVersion: TOOL_VERSION,
  });
  const { create, update } = countChanges(plan);
  const wanted = desired.objects.length;
  return [
    ...(create + update > 0 ? [`${create} to create and ${update} to update are left`] : []),
    ...plan.blocked.map((object) => `${object.address}: ${object.reason}`),
    ...(observed.value.objects.length === wanted
      ? []
      : [`${observed.value.objects.length} objects where ${wanted} belong`]),
    ...openIntents.map((intent) => `${intent.address} has an open intent`),
    ...(lastApplied.size === wanted
      ? []
      : [`${lastApplied.size} objects are on record where ${wanted} belong`]),
  ];
}

async function removeAll(client: ApiClient): Promise<number> {
  let removed = 0;
  for (const kind of REMOTE_KINDS) {
    const listed = await client.objects(kind).list();
    for (const { id } of listed.kind === 'done' ? listed.value : []) {
      await client.objects(kind).delete(id);
      removed += 1;
    }
  }
  return removed;
}

function runChild(
  { server, org }: Stage,
  stack: string,
  journalPath: string,
  killMs: number | undefined,
): Promise<'ended' | 'killed'> {
  const { apiKey, applicationKey } = org.ownerCredentials;
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--conditions=signalwright-source', '--import', 'tsx', CHILD, ROOT, server.url, stack, journalPath],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, KILL_APPLY_API_KEY: apiKey, KILL_APPLY_APPLICATION_KEY: applicationKey },
      },
    );
    let killer: NodeJS.Timeout | undefined;
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, CHILD_TIMEOUT_MS);
    child.stdout.once('data', () => {
      if (killMs !== undefined) killer = setTimeout(() => child.kill('SIGKILL'), killMs);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(killer);
      clearTimeout(deadline);
      if (isLate) reject(new Error(`An apply did not end within ${CHILD_TIMEOUT_MS} ms.`));
      else if (signal === 'SIGKILL') resolve('killed');
      else if (code === 0) resolve('ended');
      else reject(new Error(`The process under test ended with ${code ?? signal ?? 'nothing'}.`));
    });
  });
}
