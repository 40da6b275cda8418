/**
 * Kills a process that runs workflows, with SIGKILL at random moments, again and again until all runs have ended.
 * The effects log (one synced line per call of an action, written by the action itself) is the outside witness: what
 * the journal had recorded before a kill must never run again after it, and nothing may be lost.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RUN_MIGRATIONS, RunJournal } from '@signalwright/workflow';
import { openDatabase } from '@signalwright/store';
import type { Proof, ProofResult } from '../harness/proof.ts';
import { STEPS_PER_RUN } from './kill-run/workload.ts';

const CHILD = fileURLToPath(new URL('./kill-run/child.ts', import.meta.url));
const SHORT = { kills: 20, runsPerRound: 25 };
const FULL = { kills: 500, runsPerRound: 25 };
/** A round that needs more kills than this to end would prove nothing more. */
const MAX_KILLS_PER_ROUND = 25;
const CHILD_TIMEOUT_MS = 60_000;

export const proof: Proof = {
  name: 'kill-run',
  claim:
    'After kill -9 at random moments every run ends, no recorded step is lost or run again, and only steps in flight repeat.',
  async run({ short, seed, log }) {
    const size = short ? SHORT : FULL;
    const random = seededRandom(seed);
    const total = { kills: 0, runs: 0, steps: 0, repeatedInFlight: 0 };
    const failures: string[] = [];
    for (let round = 1; total.kills < size.kills; round += 1) {
      const left = Math.min(MAX_KILLS_PER_ROUND, size.kills - total.kills);
      const outcome = await playRound(size.runsPerRound, left, random);
      total.kills += outcome.kills;
      total.runs += outcome.runs;
      total.steps += outcome.steps;
      total.repeatedInFlight += outcome.repeatedInFlight;
      failures.push(...outcome.failures.map((failure) => `round ${round}: ${failure}`));
      log(
        `round ${round}: ${outcome.kills} kills, ${outcome.runs} runs ended; ${total.kills} of ${size.kills} kills`,
      );
    }
    const result: ProofResult = {
      tried: total.kills,
      failed: failures.length,
      detail: { ...total, failures: failures.slice(0, 10) },
    };
    return result;
  },
};

interface Round {
  readonly kills: number;
  readonly runs: number;
  readonly steps: number;
  readonly repeatedInFlight: number;
  readonly failures: readonly string[];
}

async function playRound(runs: number, maxKills: number, random: () => number): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'kill-run-'));
  const failures: string[] = [];
  /** Steps that were recorded as ended before each kill, with how often the witness had seen them by then. */
  const settled = new Map<string, number>();
  /** How many kills found a step started and not ended: so often may it have been repeated. */
  const inFlight = new Map<string, number>();
  let kills = 0;
  try {
    for (;;) {
      const mayKill = kills < maxKills;
      const exit = await runChild(folder, runs, mayKill ? killAfterMs(random) : undefined);
      if (exit === 'ended') break;
      if (exit === 'stuck') {
        failures.push(`the runs did not end within ${CHILD_TIMEOUT_MS} ms`);
        break;
      }
      kills += 1;
      const seen = countEffects(folder);
      const recorded = recordedSteps(folder);
      for (const key of recorded.started) inFlight.set(key, (inFlight.get(key) ?? 0) + 1);
      for (const key of recorded.ended) {
        const count = seen.get(key) ?? 0;
        const before = settled.get(key);
        if (before !== undefined && before !== count) failures.push(`${key} ran again after it was recorded`);
        if (count === 0) failures.push(`${key} is recorded as done but was never run`);
        settled.set(key, count);
      }
      for (const key of settled.keys()) {
        if (!recorded.ended.has(key)) failures.push(`${key} was recorded and is lost`);
      }
    }
    const seen = countEffects(folder);
    for (const [key, before] of settled) {
      if (seen.get(key) !== before) failures.push(`${key} ran again after it was recorded`);
    }
    failures.push(...unfinished(folder, runs));
    for (const [key, count] of seen) {
      const allowed = 1 + (inFlight.get(key) ?? 0);
      if (count > allowed)
        failures.push(`${key} ran ${count} times and was in flight at ${allowed - 1} kills`);
    }
    const repeated = [...seen.values()].reduce((sum, count) => sum + count - 1, 0);
    return { kills, runs, steps: seen.size, repeatedInFlight: repeated, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mostly in the middle of work; sometimes at once, when the last kill is still being recovered from. */
function killAfterMs(random: () => number): number {
  return random() < 0.2 ? random() * 20 : 20 + random() * 250;
}

function runChild(
  folder: string,
  runs: number,
  killMs: number | undefined,
): Promise<'ended' | 'killed' | 'stuck'> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(
      process.execPath,
      ['--conditions=signalwright-source', '--import', 'tsx', CHILD, folder, String(runs)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let timer: NodeJS.Timeout | undefined;
    let why: 'killed' | 'stuck' = 'killed';
    const deadline = setTimeout(() => {
      why = 'stuck';
      child.kill('SIGKILL');
    }, CHILD_TIMEOUT_MS);
    // The clock of the kill starts when the work does: loading the program takes longer than a whole round.
    child.stdout?.once('data', () => {
      if (killMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), killMs);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(deadline);
      if (signal === 'SIGKILL') resolve(why);
      else if (code === 0) resolve('ended');
      else reject(new Error(`The process under test ended with ${code ?? signal ?? 'nothing'}.`));
    });
  });
}

function withJournal<T>(folder: string, read: (journal: RunJournal) => T): T {
  const database = openDatabase(join(folder, 'runs.db'), { migrations: RUN_MIGRATIONS });
  try {
    return read(new RunJournal(database));
  } finally {
    database.close();
  }
}

interface RecordedSteps {
  readonly ended: ReadonlySet<string>;
  readonly started: readonly string[];
}

function recordedSteps(folder: string): RecordedSteps {
  if (!existsSync(join(folder, 'runs.db'))) return { ended: new Set(), started: [] };
  return withJournal(folder, (journal) => {
    const steps = journal
      .runs()
      .flatMap((run) =>
        journal.steps(run.id).map((step) => ({ key: `${run.id}/${step.path}`, status: step.status })),
      );
    return {
      ended: new Set(steps.filter((step) => step.status === 'done').map((step) => step.key)),
      started: steps.filter((step) => step.status === 'started').map((step) => step.key),
    };
  });
}

function countEffects(folder: string): ReadonlyMap<string, number> {
  const file = join(folder, 'effects.log');
  const counts = new Map<string, number>();
  if (!existsSync(file)) return counts;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

function unfinished(folder: string, runs: number): readonly string[] {
  return withJournal(folder, (journal) => {
    const all = journal.runs();
    const problems = all.length === runs ? [] : [`${all.length} runs are recorded, ${runs} were started`];
    for (const run of all) {
      if (run.status !== 'succeeded') problems.push(`${run.id} is ${run.status}: ${run.reason ?? ''}`);
      const done = journal.steps(run.id).filter((step) => step.status === 'done').length;
      if (done !== STEPS_PER_RUN) problems.push(`${run.id} has ${done} of ${STEPS_PER_RUN} steps`);
    }
    return problems;
  });
}

/** mulberry32: small, good enough to spread kills, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
