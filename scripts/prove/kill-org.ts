/**
 * Kills a real `signalwright up` with SIGKILL while several clients write to it, and starts it again on what is left.
 * What it had acknowledged must be there each time, and it must open by itself. At the end it is asked to stop while
 * they write: then no request that it has begun may be cut either.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { examineOrg } from '@signalwright/org';
import type { Proof, ProofOptions, ProofResult } from '../harness/proof.ts';
import { seededRandom, type SeededRandom } from '../harness/seeded-random.ts';
import { startUp } from '../harness/up-process.ts';
import { findLost, type Acknowledged } from './kill-org/ledger.ts';
import { Writer, type WriterCounts } from './kill-org/writer.ts';

const KILLS = { short: 4, full: 50 };
const WRITERS = 8;
/** Also soon after the start, when the org still recovers from the kill before. */
const MAX_KILL_AFTER_MS = 2_000;
const MAX_SHOWN = 20;

export const proof: Proof = {
  name: 'kill-org',
  claim:
    'After kill -9 under load everything acknowledged is there and the org opens by itself; asked to stop, it cuts no request.',
  async run(options) {
    const dataDir = mkdtempSync(join(tmpdir(), 'kill-org-'));
    try {
      return await killAgainAndAgain(dataDir, options);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

async function killAgainAndAgain(dataDir: string, { short, seed, log }: ProofOptions): Promise<ProofResult> {
  const kills = short ? KILLS.short : KILLS.full;
  const random = seededRandom(seed);
  const ledger: Acknowledged[] = [];
  const failures: string[] = [];
  let acknowledged = 0;
  let unanswered = 0;
  let slowestStartMs = 0;
  for (let round = 1; round <= kills + 1; round += 1) {
    const signal = round > kills ? 'SIGTERM' : 'SIGKILL';
    const outcome = await playRound(dataDir, signal, random, ledger);
    acknowledged += outcome.acknowledged;
    unanswered += outcome.cut;
    slowestStartMs = Math.max(slowestStartMs, outcome.startedMs);
    failures.push(...outcome.problems.map((problem) => `${signal} ${round}: ${problem}`));
    log(
      `${signal} ${round}: ${acknowledged} acknowledged, ${ledger.length} remembered, ${failures.length} failures`,
    );
  }
  const detail = {
    kills,
    acknowledged,
    remembered: ledger.length,
    inFlightAtKills: unanswered,
    slowestStartMs,
    ...(failures.length > 0 && { failures: failures.slice(0, MAX_SHOWN) }),
  };
  return { tried: kills + 1, failed: failures.length, detail };
}

interface Round extends WriterCounts {
  readonly startedMs: number;
  readonly problems: readonly string[];
}

async function playRound(
  dataDir: string,
  signal: 'SIGKILL' | 'SIGTERM',
  random: SeededRandom,
  ledger: Acknowledged[],
): Promise<Round> {
  const up = await startUp(dataDir);
  const writers = Array.from({ length: WRITERS }, () => new Writer(up, random, ledger));
  await writers[0]?.prepare();
  await Promise.all(writers.slice(1).map((writer) => writer.prepare()));
  const working = Promise.all(writers.map((writer) => writer.run()));
  await sleep(random.below(MAX_KILL_AFTER_MS));
  const end = await up.end(signal);
  for (const writer of writers) writer.stop();
  await working;
  const counts = writers.map((writer) => writer.counts());
  const cut = counts.reduce((sum, each) => sum + each.cut, 0);
  const refused = counts.flatMap((each) => each.refused);
  const lost = findLost(join(dataDir, 'org.db'), ledger);
  const isWrongEnd = signal === 'SIGTERM' && end.code !== 0;
  const unwell = examineOrg(dataDir, Date.now()).filter(({ verdict }) => verdict === 'failed');
  return {
    startedMs: up.startedMs,
    acknowledged: counts.reduce((sum, each) => sum + each.acknowledged, 0),
    refused,
    cut,
    problems: [
      ...lost.map((entry) => `lost: ${entry}`),
      ...refused.map((answer) => `refused: ${answer}`),
      ...(isWrongEnd ? [`the org ended with ${end.code ?? end.signal ?? 'nothing'}`] : []),
      ...(signal === 'SIGTERM' && cut > 0 ? [`${cut} requests were cut`] : []),
      ...unwell.map(({ message }) => `unwell: ${message}`),
      ...mistakesIn(up.stderr()),
    ],
  };
}

function mistakesIn(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line.includes('"stack"') || line.includes('internal error'))
    .map((line) => `logged: ${line.slice(0, 300)}`);
}
