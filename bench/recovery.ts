/**
 * R14: how long the next apply takes after one was killed, with 5,000 objects on record. Wall time of the whole command,
 * from the start of its process to its end, since that is what a person waits for: reading and checking the files,
 * reading the journal and verifying its chain, asking what became of the calls that were open, and writing the rest.
 * Beside it, the same command when there is nothing to recover.
 * Workload: small rules of our own, applied; then 100 of them are changed and 100 are new, and the apply of that is
 * killed (SIGKILL) when the journal has grown by a random number of entries, while as many writers as it has by default
 * are at work. In the time: the settle wait of an embedded org, 5 s after a create was begun that never arrived. At Datadog,
 * whose lists may lag, it is 45 s from the call, whatever else is done; that is not measured here.
 */

import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJournal } from '@signalwright/store';
import type { Benchmark } from '../scripts/harness/benchmark.ts';
import { seededRandom } from '../scripts/harness/seeded-random.ts';
import { median } from './common/cpu-time.ts';
import { CONFIG, openLargeOrg, type LargeOrg } from './common/large-org.ts';
import { smallRule, smallRuleFile, smallRules } from './common/small-rules.ts';

const SIZE = {
  short: { objects: 200, touched: 20, kills: 1 },
  full: { objects: 5_000, touched: 100, kills: 3 },
} as const;
const GOAL_MS = 10_000;
/** An entry of the journal has some 400 bytes. */
const ENTRY_BYTES = 400;
const LOOK_EVERY_MS = 2;
const SEED = 1;

export const bench: Benchmark = {
  name: 'recovery',
  goal: '<= 10 s (1.0) with 5,000 objects on record',
  run: async ({ short, log }) => {
    const size = short ? SIZE.short : SIZE.full;
    const org = await openLargeOrg(() => Promise.resolve(smallRules(size.objects, CONFIG)));
    try {
      const applied = await org.run(['apply', '--yes']);
      log(`${size.objects} objects applied in ${seconds(applied.wallMs)} s`);
      const random = seededRandom(SEED);
      const recoveries: Recovered[] = [];
      for (let kill = 0; kill < size.kills; kill += 1) {
        change(org, size, kill);
        recoveries.push(await killAndRecover(org, random.below(2 * size.touched)));
        log(`kill ${kill + 1}: ${JSON.stringify(recoveries.at(-1))}`);
      }
      const quiet = await org.run(['apply', '--yes']);
      const recoverMs = median(recoveries.map(({ wallMs }) => wallMs));
      return {
        ratio: recoverMs / GOAL_MS,
        detail: {
          objects: size.objects,
          recoverSeconds: seconds(recoverMs),
          slowestSeconds: seconds(Math.max(...recoveries.map(({ wallMs }) => wallMs))),
          nothingToRecoverSeconds: seconds(quiet.wallMs),
          openCalls: recoveries.map(({ openCalls }) => openCalls),
          journalEntries: entriesOf(org).length,
        },
      };
    } finally {
      await org.close();
    }
  },
};

interface Recovered {
  readonly wallMs: number;
  readonly openCalls: number;
}

/** Some rules say something else, and there are new ones. */
function change(
  org: LargeOrg,
  { objects, touched }: { objects: number; touched: number },
  round: number,
): void {
  for (let n = 0; n < touched; n += 1) {
    const fresh = objects + round * touched + n;
    writeFileSync(join(org.root, smallRuleFile(n)), smallRule(n, `As of round ${round}.`));
    writeFileSync(join(org.root, smallRuleFile(fresh)), smallRule(fresh));
  }
  org.commit();
}

async function killAndRecover(org: LargeOrg, afterEntries: number): Promise<Recovered> {
  const path = journalPath(org);
  const killAtBytes = statSync(path).size + (2 + afterEntries) * ENTRY_BYTES;
  const child = org.start(['apply', '--yes']);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdout?.resume();
  child.stderr?.resume();
  while (child.exitCode === null && statSync(path).size < killAtBytes) await sleep(LOOK_EVERY_MS);
  child.kill('SIGKILL');
  await ended;
  if (child.exitCode !== null) throw new Error('The apply had ended before it was killed.');
  const entries = entriesOf(org).map((entry) => entry as { readonly kind: string });
  const openCalls =
    entries.filter(({ kind }) => kind === 'intent').length -
    entries.filter(({ kind }) => kind === 'outcome').length;
  const { wallMs } = await org.run(['apply', '--yes']);
  await org.run(['plan', '--exit-code']);
  return { wallMs, openCalls };
}

function journalPath(org: LargeOrg): string {
  return join(org.root, '.signalwright/sync/local.ndjson');
}

function entriesOf(org: LargeOrg): readonly unknown[] {
  return readJournal(journalPath(org)).records.map(({ body }) => body);
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
