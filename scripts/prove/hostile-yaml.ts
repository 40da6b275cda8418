/**
 * Checks hostile files through the real command in processes that are measured: none may die, take longer than a
 * second or more than 512 MiB, and each must be answered by coded diagnostics, or be content that js-yaml reads alike.
 * Source: threats T09 to T13 of docs/threats.md. Inputs share a process for speed; one that is slow, large or deadly is
 * tried again alone before it is judged, and those behind it go on in a new process.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { openCorpus } from './hostile-yaml/corpus.ts';
import type { Begun, Measured } from './hostile-yaml/measured.ts';

const CHILD = fileURLToPath(new URL('./hostile-yaml/child.ts', import.meta.url));
const SHORT_INPUTS = 1_200;
const FULL_INPUTS = 20_000;
const BATCH = 250;
const MAX_TOOK_MS = 1_000;
const MAX_RSS_KB = 512 * 1024;
/** A machine that does something else for a moment is no fault of an input. */
const TRIES_ALONE = 3;
const HANG_MS = 20_000;
/** A process under test loads the whole command before its first input, on a machine that may be busy. */
const START_MS = 120_000;
const MAX_FAILURES_SHOWN = 20;

export const proof: Proof = {
  name: 'hostile-yaml',
  claim:
    'No file crashes the check, takes it longer than a second or more than 512 MiB, or passes for what it is not.',
  async run({ short, seed, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-hostile-'));
    const numbers = chooseNumbers(openCorpus(seed).tables, short, seed);
    const run = new Run(join(folder, 'content'), seed, log);
    try {
      for (let at = 0; at < numbers.length; at += BATCH) {
        await run.batch(numbers.slice(at, at + BATCH));
        log(
          `${run.tried} of ${numbers.length} inputs, ${run.failures.length} failed, slowest ${run.slowest()}`,
        );
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return { tried: run.tried, failed: run.failures.length, detail: run.detail() };
  },
};

/** In full: all of the tables, then drawn ones. In short: every so many of the tables, and as many drawn ones. */
function chooseNumbers(tables: number, short: boolean, seed: number): readonly number[] {
  if (!short) return Array.from({ length: Math.max(FULL_INPUTS, tables) }, (_, index) => index);
  const step = tables / (SHORT_INPUTS / 2);
  const offset = seededRandom(seed).below(Math.max(1, Math.floor(step)));
  const listed = Array.from({ length: SHORT_INPUTS / 2 }, (_, index) => Math.floor(index * step) + offset);
  return [...listed, ...Array.from({ length: SHORT_INPUTS / 2 }, (_, index) => tables + index)];
}

interface Ended {
  readonly measured: readonly Measured[];
  /** The input that was begun and not ended, with how the process died. */
  readonly died?: { readonly number: number; readonly how: string };
}

class Run {
  readonly failures: string[] = [];
  tried = 0;
  readonly #folder: string;
  readonly #seed: number;
  readonly #log: (line: string) => void;
  readonly #families = new Map<string, number>();
  readonly #codes = new Set<string>();
  #accepted = 0;
  #slowest: Measured | undefined;
  #peakRssKb = 0;
  #alone = 0;

  constructor(folder: string, seed: number, log: (line: string) => void) {
    this.#folder = folder;
    this.#seed = seed;
    this.#log = log;
  }

  async batch(numbers: readonly number[]): Promise<void> {
    let rest = numbers;
    while (rest.length > 0) {
      const { measured, died } = await runChild(this.#folder, this.#seed, rest);
      for (const each of measured) await this.#take(each);
      if (died !== undefined) await this.#takeDeath(died.number, died.how);
      rest = died === undefined ? [] : rest.slice(rest.indexOf(died.number) + 1);
    }
  }

  async #take(measured: Measured): Promise<void> {
    const isOver = measured.tookMs > MAX_TOOK_MS || measured.peakRssKb > MAX_RSS_KB;
    if (isOver) return this.#again(measured.number);
    this.#record(measured);
  }

  async #takeDeath(number: number, how: string): Promise<void> {
    this.#log(`input ${number} ended its process: ${how}`);
    this.#fail(number, how);
    this.tried += 1;
  }

  /** Alone, so that neither its neighbours nor a busy machine are held against it. */
  async #again(number: number): Promise<void> {
    this.#alone += 1;
    let best: Measured | undefined;
    for (let tries = 0; tries < TRIES_ALONE; tries += 1) {
      const { measured, died } = await runChild(this.#folder, this.#seed, [number]);
      const [again] = measured;
      if (again === undefined) return this.#takeDeath(number, died?.how ?? 'said nothing');
      if (best === undefined || again.tookMs < best.tookMs) best = again;
      if (best.tookMs <= MAX_TOOK_MS) break;
    }
    if (best === undefined) return;
    const { tookMs, peakRssKb, name } = best;
    if (tookMs > MAX_TOOK_MS) this.#fail(number, `${name}: ${Math.round(tookMs)} ms`);
    else if (peakRssKb > MAX_RSS_KB) this.#fail(number, `${name}: ${Math.round(peakRssKb / 1024)} MiB`);
    this.#record(best);
  }

  #record(measured: Measured): void {
    this.tried += 1;
    this.#families.set(measured.family, (this.#families.get(measured.family) ?? 0) + 1);
    for (const code of measured.codes) this.#codes.add(code);
    if (measured.codes.length === 0) this.#accepted += 1;
    if (measured.tookMs > (this.#slowest?.tookMs ?? 0)) this.#slowest = measured;
    this.#peakRssKb = Math.max(this.#peakRssKb, measured.peakRssKb);
    for (const problem of measured.problems) this.#fail(measured.number, `${measured.name} ${problem}`);
  }

  #fail(number: number, problem: string): void {
    const line = `input ${number}: ${problem.slice(0, 400)}`;
    this.#log(line);
    this.failures.push(line);
  }

  slowest(): string {
    return this.#slowest === undefined
      ? 'none'
      : `${Math.round(this.#slowest.tookMs)} ms (${this.#slowest.name})`;
  }

  detail(): Readonly<Record<string, unknown>> {
    return {
      slowest: this.slowest(),
      peakRssMb: Math.round(this.#peakRssKb / 1024),
      triedAlone: this.#alone,
      withoutDiagnostic: this.#accepted,
      codes: this.#codes.size,
      families: Object.fromEntries(this.#families),
      ...(this.failures.length > 0 && { failures: this.failures.slice(0, MAX_FAILURES_SHOWN) }),
    };
  }
}

function runChild(folder: string, seed: number, numbers: readonly number[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        '--conditions=signalwright-source',
        '--import',
        'tsx',
        CHILD,
        folder,
        String(seed),
        ...numbers.map(String),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const measured: Measured[] = [];
    let begun: number | undefined;
    let errors = '';
    let hasHung = false;
    const giveUp = (): void => {
      hasHung = true;
      child.kill('SIGKILL');
    };
    let watchdog = setTimeout(giveUp, START_MS);
    child.stderr.on('data', (data: Buffer) => {
      errors = `${errors}${data.toString()}`.slice(0, 1_000);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(giveUp, HANG_MS);
      const said = JSON.parse(line) as Begun | Measured;
      if ('begun' in said) begun = said.begun;
      else {
        measured.push(said);
        begun = undefined;
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(watchdog);
      if (code === 0) return resolve({ measured });
      const how = hasHung
        ? `no answer within ${HANG_MS} ms`
        : `ended with ${code ?? signal ?? 'nothing'}: ${errors}`;
      if (begun === undefined) reject(new Error(`The process under test ${how}`));
      else resolve({ measured, died: { number: begun, how } });
    });
  });
}
