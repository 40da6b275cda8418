/**
 * Runs historical jobs, one at a time: the same engine as the live one, over the events that the org still holds, in
 * the order in which they happened. It works in pages, so that whoever else asks the org is answered in between.
 *
 * A job that a crash cut off begins again: its results are written once, with its end. Chosen: suppressions and
 * security filters do not count, and no case of a job blocks anybody; a job shows what the rule finds.
 */

import { createDetector, type Detector, type SignalChange } from '@signalwright/detect';
import { type DetectedSignal, type Event, type Signal, DETECTION_SPAN_MS } from '@signalwright/model';
import {
  applySignalEvent,
  moveJob,
  nextJob,
  readEventPage,
  readJob,
  writeJobResults,
  type CommandContext,
  type EventPosition,
  type HistoricalJob,
} from '@signalwright/signals';
import { isStoreFailure } from '@signalwright/store';

import type { Log } from '../log.ts';
import { compileJob, type CompiledJob } from './job-definition.ts';

/** Chosen: results of one job; a rule that finds more is no rule yet. */
const MAX_JOB_RESULTS = 10_000;

/** How far time moves between two looks of the detector. */
const STEP_MS = 1_000;

export interface JobRunnerOptions {
  readonly context: CommandContext;
  readonly log: Log;
  /** Makes signals of results: for jobs that say so. */
  readonly openSignals: (results: readonly DetectedSignal[]) => Promise<unknown>;
}

type ReadyJob = Extract<CompiledJob, { ok: true }>;

export class JobRunner {
  readonly #options: JobRunnerOptions;
  /** Resolves to whether the job got to its end. */
  #running: Promise<boolean> | undefined;
  #progress: { readonly id: string; rate: number } | undefined;
  #isStopping = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Takes up what waits, unless a job is under way. */
  wake(): void {
    if (this.#isStopping || this.#running !== undefined) return;
    const job = nextJob(this.#options.context.db);
    if (job === undefined) return;
    this.#running = this.#attempt(job).finally(() => {
      this.#running = undefined;
      this.#progress = undefined;
    });
  }

  /** 0 to 1; undefined unless the job is under way. */
  progressOf(id: string): number | undefined {
    return this.#progress?.id === id ? this.#progress.rate : undefined;
  }

  /** Resolves when no job is under way or waits, or when the store takes nothing. */
  async idle(): Promise<void> {
    let isGettingOn = true;
    while (isGettingOn) {
      this.wake();
      if (this.#running === undefined) return;
      isGettingOn = await this.#running;
    }
  }

  /** A job under way is left at the next page, and begins again when the org is opened again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  /** What the disk refuses is tried again with the next tick; a mistake of ours must not be tried for ever. */
  async #attempt(job: HistoricalJob): Promise<boolean> {
    const { log } = this.#options;
    const tell = (message: string, error: unknown): void =>
      log({ level: 'error', message, jobId: job.id, stack: stackOf(error) });
    try {
      const compiled = compileJob(job);
      await (compiled.ok ? this.#run(job, compiled) : this.#fail(job, compiled.reason));
      return true;
    } catch (error) {
      if (isStoreFailure(error)) {
        tell('A historical job waits for the store.', error);
        return false;
      }
      tell('A historical job failed.', error);
    }
    try {
      await this.#fail(job, 'Internal error');
      return true;
    } catch (error) {
      tell('The end of a historical job was not written.', error);
      return false;
    }
  }

  async #run(job: HistoricalJob, ready: ReadyJob): Promise<void> {
    const { context, openSignals } = this.#options;
    const { db, nowMs } = context;
    await db.write(() => {
      if (this.#isWanted(job)) moveJob(db, job, 'running', nowMs());
    });
    this.#progress = { id: job.id, rate: 0 };
    const search = new JobSearch(ready);
    let position: EventPosition | undefined;
    do {
      if (this.#isStopping || !this.#isWanted(job)) return;
      const page = readEventPage(db, ready.range, position);
      search.take(page.events);
      position = page.next;
      this.#progress.rate = search.progress;
      await new Promise((resolve) => setImmediate(resolve));
    } while (position !== undefined);
    const { results, missed } = search.end();
    const note = missed === 0 ? undefined : `${missed} further results were left out.`;
    // First, since a job that did not end begins again, and a signal that is there is not opened twice.
    if (job.signalOutput && this.#isWanted(job)) await openSignals(results.map(detectionOf));
    await db.write(() => {
      if (!this.#isWanted(job)) return;
      writeJobResults(db, job.id, results);
      moveJob(db, job, 'completed', nowMs(), note);
    });
  }

  /** Cancelled and deleted jobs are not. */
  #isWanted({ id }: HistoricalJob): boolean {
    const status = readJob(this.#options.context.db, id)?.status;
    return status === 'pending' || status === 'running';
  }

  async #fail(job: HistoricalJob, note: string): Promise<void> {
    const { db, nowMs } = this.#options.context;
    await db.write(() => {
      if (this.#isWanted(job)) moveJob(db, job, 'failed', nowMs(), note);
    });
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** One rule over events as they come. */
class JobSearch {
  readonly #range: ReadyJob['range'];
  readonly #detector: Detector;
  readonly #found = new Map<string, { signal: DetectedSignal; readonly openedAtMs: number }>();
  readonly #missed = new Set<string>();
  #lookedAtMs = 0;

  constructor({ rule, range }: ReadyJob) {
    this.#range = range;
    this.#detector = createDetector({ rules: [rule], suppressions: [] });
  }

  /** 0 to 1: how much of the range was looked at. */
  get progress(): number {
    const { fromMs, toMs } = this.#range;
    return Math.min(1, Math.max(0, (this.#lookedAtMs - fromMs) / (toMs - fromMs)));
  }

  take(events: readonly Event[]): void {
    for (const event of events) {
      if (event.tsMs - this.#lookedAtMs >= STEP_MS) {
        this.#keep(this.#detector.advance(event.tsMs));
        this.#lookedAtMs = event.tsMs;
      }
      this.#keep(this.#detector.ingest(event));
    }
  }

  end(): { readonly results: readonly Signal[]; readonly missed: number } {
    this.#keep(this.#detector.advance(this.#range.toMs + DETECTION_SPAN_MS));
    const results = [...this.#found.values()].flatMap(({ signal, openedAtMs }) => {
      const result = applySignalEvent(undefined, {
        kind: 'detected',
        atMs: openedAtMs,
        signal,
      });
      return result === undefined ? [] : [result];
    });
    return { results, missed: this.#missed.size };
  }

  #keep(changes: readonly SignalChange[]): void {
    for (const change of changes) {
      if (change.kind === 'closed') continue;
      const { signal } = change;
      const known = this.#found.get(signal.id);
      if (known !== undefined) known.signal = signal;
      else if (this.#found.size < MAX_JOB_RESULTS)
        this.#found.set(signal.id, { signal, openedAtMs: signal.lastSeenMs });
      else this.#missed.add(signal.id);
    }
  }
}

/** What detection would say of a result, were it found now. Nobody is blocked for what happened long ago. */
export function detectionOf(result: Signal): DetectedSignal {
  const { version: _version, createdAtMs: _createdAtMs, triage: _triage, ...detected } = result;
  return { ...detected, actions: [] };
}
