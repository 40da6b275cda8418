/**
 * P1: how long a plan of unchanged objects takes against fetching the lists that it is made of. Wall time, since a
 * person waits for it and the org answers from a process of its own, over HTTP on this machine.
 * Both spans begin with a client that knows nothing and end with a value: the four lists, read whole and page by page
 * (`ApiClient.list`), or the plan. In the span of the plan: the same lists, beside them compiling content to payloads and
 * digests, normal forms of what the lists hold, the journal's last applies, and the comparison. Not in it, and told
 * apart: reading and checking the files, which no plan can leave out and every command does alike; and the whole
 * command, from the start of its process to its end, with git asked which commit this is.
 */

import { join } from 'node:path';
import { loadWorkspace, type Workspace } from '@signalwright/content';
import { readJournal } from '@signalwright/store';
import {
  desiredStateBeside,
  hasChanges,
  observe,
  planChanges,
  readHistory,
  tunedRules,
  type PlanTarget,
} from '@signalwright/sync';
import { REMOTE_KINDS, type ApiClient } from '@signalwright/wire';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { median } from './common/cpu-time.ts';
import { acceptedRules, largeContent } from './common/large-content.ts';
import { openLargeOrg, type LargeOrg } from './common/large-org.ts';

/** A smaller number in the environment is for machines without the time. */
const FULL_OBJECTS = Number(process.env['SIGNALWRIGHT_P1_OBJECTS'] ?? '10000');
const SIZE = { short: { objects: 100, rounds: 2 }, full: { objects: FULL_OBJECTS, rounds: 7 } } as const;
const STACK = 'bench';
const TOOL_VERSION = 'bench';

export const bench: Benchmark = {
  name: 'p1',
  goal: '<= 2 times fetching the list alone',
  run: async ({ short, log }) => {
    const { objects, rounds } = short ? SIZE.short : SIZE.full;
    const org = await openLargeOrg(async (client) => largeContent(objects, await acceptedRules(client), log));
    try {
      const applied = await org.run(['apply', '--yes']);
      log(`applied in ${seconds(applied.wallMs)} s`);
      return await measure(org, rounds, log);
    } finally {
      await org.close();
    }
  },
};

async function measure(
  org: LargeOrg,
  rounds: number,
  log: (line: string) => void,
): ReturnType<Benchmark['run']> {
  const loading: number[] = [];
  const measured: Measured[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const loaded = await timed(() => loadWorkspace(org.root));
    const { workspace } = loaded.value;
    if (workspace === undefined) throw new Error('The content has errors.');
    const result = await measureOnce(org, workspace);
    // The first one warms up.
    if (round === 0) continue;
    loading.push(loaded.ms);
    measured.push(result);
    log(
      `round ${round} of ${rounds}: plan ${result.planMs.toFixed(0)} ms, lists ${result.listMs.toFixed(0)} ms, reading and checking files ${loaded.ms.toFixed(0)} ms`,
    );
  }
  const command = await org.run(['plan', '--exit-code']);
  const middle = (of: (each: Measured) => number): number => median(measured.map(of));
  const listMs = middle((each) => each.listMs);
  return {
    ratio: middle(({ planMs, listMs: alone }) => planMs / alone),
    detail: {
      objects: org.files.size - 1,
      listSeconds: seconds(listMs),
      planSeconds: seconds(middle(({ planMs }) => planMs)),
      compareSeconds: seconds(middle(({ compareMs }) => compareMs)),
      filesSeconds: seconds(median(loading)),
      commandSeconds: seconds(command.wallMs),
      commandRatio: Math.round((command.wallMs / listMs) * 100) / 100,
    },
  };
}

interface Measured {
  readonly listMs: number;
  readonly planMs: number;
  readonly compareMs: number;
}

async function measureOnce(org: LargeOrg, workspace: Workspace): Promise<Measured> {
  const target: PlanTarget = { name: 'local', url: org.url, explorerUrl: `${org.url}/`, stack: STACK };
  const { records } = readJournal(join(org.root, '.signalwright/sync/local.ndjson'));
  const entries = records.map(({ atMs, body }) => ({ atMs, body }));
  const list = await timed(() => fetchLists(org.openClient()));
  let compareMs = 0;
  const plan = await timed(async () => {
    const { lastApplied } = readHistory(entries, target);
    const tuned = tunedRules(workspace);
    const [observed, desired] = await Promise.all([
      observe(org.openClient(), STACK, lastApplied, { tuned }),
      desiredStateBeside(workspace, { stack: STACK }),
    ]);
    if (observed.kind !== 'done') throw new Error(JSON.stringify(observed));
    const compared = await timed(() =>
      planChanges({
        desired,
        observed: observed.value,
        lastApplied,
        target,
        toolVersion: TOOL_VERSION,
      }),
    );
    compareMs = compared.ms;
    return compared.value;
  });
  const isWhole = plan.value.items.length === org.files.size - 1 && list.value === plan.value.items.length;
  if (!isWhole || hasChanges(plan.value) || plan.value.blocked.length > 0)
    throw new Error(
      `The workload is not settled: ${list.value} listed, ${plan.value.items.length} planned, ${plan.value.items.filter(({ change }) => change.kind !== 'noop').length} differ, ${plan.value.blocked.length} blocked.`,
    );
  return { listMs: list.ms, planMs: plan.ms, compareMs };
}

/** @returns how many objects there are */
async function fetchLists(client: ApiClient): Promise<number> {
  const lists = await Promise.all(REMOTE_KINDS.map((kind) => client.objects(kind).list()));
  let count = 0;
  for (const list of lists) {
    if (list.kind !== 'done') throw new Error(JSON.stringify(list));
    count += list.value.length;
  }
  return count;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const startedAtMs = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAtMs, value };
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
