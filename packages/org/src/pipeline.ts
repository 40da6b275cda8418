/**
 * The signal path: intake, detection with suppression and lifecycle, signals in the store, notices in the outbox,
 * and from there receivers and workflows. The only file that joins detection, signals and notification.
 */

import { routeSignal, type Detector, type SignalChange } from '@signalwright/detect';
import type { Actor, DetectedSignal, Event, Signal } from '@signalwright/model';
import {
  appendAudit,
  insertEvent,
  recordBatch,
  type CommandContext,
  type RecordedBatch,
  type Route,
  type StoredEvent,
} from '@signalwright/signals';
import { isStoreFailure } from '@signalwright/store';
import { parseWorkflowHandle } from '@signalwright/wire';

import { BoundedLog } from './bounded-log.ts';
import { LiveContentLoader, type LiveContent, type NotRun } from './live-content.ts';
import type { Log } from './log.ts';
import { detectorContent, replayDetector } from './replay-detector.ts';

/** Chosen: events that may wait for the disk at once; beyond it an intake is asked to come back. */
const MAX_EVENTS_IN_FLIGHT = 20_000;

/**
 * Chosen: after building detection again, this many times as long passes before it is done once more. While the disk
 * is full every intake fails; without the rest each would cost a replay of all that is stored.
 */
const REBUILD_REST_FACTOR = 9;

export interface PipelineOptions {
  readonly context: CommandContext;
  readonly log: Log;
  /** Called after the commit, with what came of it. */
  readonly onRecorded: (recorded: RecordedBatch) => void;
}

export type IngestResult =
  /** All of them are stored; `fresh` of them were not known before. */
  | { readonly ok: true; readonly fresh: number; readonly recorded: RecordedBatch }
  | { readonly ok: false; readonly reason: 'busy' };

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #mistakes: BoundedLog;
  #loader: LiveContentLoader;
  #content: LiveContent;
  /** Set by a change; many changes in a row are looked at once. */
  #isContentOld = false;
  #detector: Detector;
  /** Set when the detector may have seen events that were then not stored. */
  #isStale = false;
  #rebuilt = { atMs: 0, tookMs: 0 };
  #inFlight = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#mistakes = new BoundedLog(options.log, options.context.nowMs);
    this.#loader = new LiveContentLoader(options.context.db);
    this.#content = this.#loader.load();
    this.#detector = this.#rebuildDetector();
    this.#reportNotRun([]);
  }

  get content(): LiveContent {
    this.#refresh();
    return this.#content;
  }

  /** `mistakes`: how often an event or a signal was set aside because of a mistake of ours. */
  stats(): ReturnType<Detector['stats']> & { readonly mistakes: number } {
    this.#refresh();
    return { ...this.#detector.stats(), mistakes: this.#mistakes.count };
  }

  /**
   * Takes events: they are stored together with everything that follows from them, or not at all. An event whose id
   * is known is left out, so that an intake may repeat a request that got no answer. What one event brings up, a
   * mistake of ours, costs no other: it is set aside alone and told in the log.
   *
   * @param cause what led to the events, oldest first
   */
  async ingest(events: readonly Event[], cause: readonly string[] = []): Promise<IngestResult> {
    const isFull = this.#inFlight + events.length > MAX_EVENTS_IN_FLIGHT;
    if (isFull || this.#isResting()) return { ok: false, reason: 'busy' };
    this.#inFlight += events.length;
    try {
      const { fresh, recorded } = await this.#write(() => this.#takeIn(events, cause));
      this.#options.onRecorded(recorded);
      return { ok: true, fresh, recorded };
    } finally {
      this.#inFlight -= events.length;
    }
  }

  /**
   * Makes signals of what was found otherwise than in events that came in; they are told like any other.
   *
   * @param by who asked for it; undefined when nobody did
   */
  async open(found: readonly DetectedSignal[], by?: Actor): Promise<RecordedBatch> {
    const changes = found.map((signal) => ({ kind: 'opened', signal }) as const);
    const { db, nowMs } = this.#options.context;
    const recorded = await this.#write(() => {
      if (by !== undefined) {
        for (const { id } of found)
          appendAudit(db, { actor: by, atMs: nowMs(), action: 'signal.convert', subject: `signal:${id}` });
      }
      return this.#record(changes, []);
    });
    this.#options.onRecorded(recorded);
    return recorded;
  }

  /** Lets time pass: signals end, growth that was held back is told. */
  async tick(): Promise<void> {
    const nowMs = this.#options.context.nowMs();
    this.#mistakes.turn();
    if (this.#isResting()) return;
    const recorded = await this.#write(() => {
      const changes = this.#detector.advance(nowMs);
      return changes.length === 0 ? undefined : this.#record(changes, []);
    });
    if (recorded !== undefined) this.#options.onRecorded(recorded);
  }

  /**
   * Changes what is stored behind the back of detection, which is built again from it before the next event: what it
   * held of before is gone.
   */
  rewrite<T>(work: () => T): Promise<T> {
    return this.#options.context.db.write(() => {
      const result = work();
      this.#isStale = true;
      return result;
    });
  }

  /** The content has changed: the next event is judged by the new one. */
  reload(): void {
    this.#isContentOld = true;
  }

  /** Rules that stayed as they were keep what they have counted so far. */
  #refresh(): void {
    if (!this.#isContentOld) return;
    const before = this.#content.notRun;
    this.#content = this.#loader.load();
    this.#detector = this.#detector.withRules(detectorContent(this.#content));
    this.#isContentOld = false;
    this.#reportNotRun(before);
  }

  #takeIn(events: readonly Event[], cause: readonly string[]): { fresh: number; recorded: RecordedBatch } {
    const receivedAtMs = this.#options.context.nowMs();
    const fresh = events.filter((event) => this.#store({ event, receivedAtMs, cause }));
    const changes = [
      ...this.#detector.advance(receivedAtMs),
      ...fresh.flatMap((event) => this.#detector.ingest(event)),
    ];
    return { fresh: fresh.length, recorded: this.#record(changes, cause) };
  }

  /** Before it is judged: of what cannot be stored, detection never hears. @returns whether it is new and stored */
  #store(stored: StoredEvent): boolean {
    try {
      return insertEvent(this.#options.context.db, stored);
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      this.#tellMistake('An event was not stored.', { eventId: stored.event.id, error });
      return false;
    }
  }

  #record(changes: readonly SignalChange[], cause: readonly string[]): RecordedBatch {
    const { context, log } = this.#options;
    const recorded = recordBatch(context, { changes, cause, route: (signal) => this.#route(signal) });
    for (const { signalId, error } of recorded.failed) {
      this.#tellMistake('What became of a signal was not stored.', { signalId, error });
    }
    for (const refused of recorded.refusedBlocks) {
      log({ level: 'warning', message: 'An automated block was refused.', refused });
    }
    return recorded;
  }

  #tellMistake(message: string, mistake: { readonly error: unknown; readonly [id: string]: unknown }): void {
    const { error, ...ids } = mistake;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#mistakes.tell({ level: 'error', message, ...ids, stack });
  }

  /** Whom a signal concerns: the handles of its case, then the targets of notification rules. */
  #route(signal: Signal): readonly Route[] {
    const ofCase = signal.notifications.map((handle): Route => {
      const workflow = parseWorkflowHandle(handle);
      const source = `detection-rule:${signal.rule.id}`;
      return workflow === undefined
        ? { source, target: { kind: 'handle', handle } }
        : { source, target: { kind: 'workflow', handle: workflow.workflowId, inputs: workflow.inputs } };
    });
    const ofRules = routeSignal(signal, this.#content.notificationRules).flatMap(({ ruleId, targets }) =>
      targets.map((target): Route => {
        const source = `notification-rule:${ruleId}`;
        return target.kind === 'handle'
          ? { source, target }
          : { source, target: { kind: 'workflow', handle: target.workflowId, inputs: target.inputs } };
      }),
    );
    return [...ofCase, ...ofRules];
  }

  /**
   * Detection happens inside the transaction that stores its outcome. When that transaction fails, the detector knows
   * events that the store does not: it is built again from the store before it sees another one. Works share a
   * commit, so a work that throws says so at once: the next one may run before its caller hears of it. When the commit
   * itself fails, content may have been read that was not kept either.
   */
  async #write<T>(work: () => T): Promise<T> {
    const { context } = this.#options;
    let isCommitted = false;
    try {
      const result = await context.db.write(() => {
        this.#refresh();
        if (this.#isStale) this.#detector = this.#rebuildDetector();
        this.#isStale = true;
        const done = work();
        this.#isStale = false;
        return done;
      });
      isCommitted = true;
      return result;
    } finally {
      if (!isCommitted) this.#forget();
    }
  }

  #isResting(): boolean {
    if (!this.#isStale) return false;
    const restedMs = this.#options.context.nowMs() - this.#rebuilt.atMs;
    // Below zero the clock was put back, which says nothing.
    return restedMs >= 0 && restedMs < this.#rebuilt.tookMs * REBUILD_REST_FACTOR;
  }

  #forget(): void {
    this.#isStale = true;
    this.#loader = new LiveContentLoader(this.#options.context.db);
    this.#isContentOld = true;
  }

  #rebuildDetector(): Detector {
    const { context, log } = this.#options;
    const startedAtMs = context.nowMs();
    const { detector, replayed } = replayDetector(context.db, this.#content, startedAtMs, (mistake) => {
      this.#tellMistake('An event was not judged.', { ...mistake });
    });
    const atMs = context.nowMs();
    this.#rebuilt = { atMs, tookMs: atMs - startedAtMs };
    if (replayed > 0) log({ level: 'info', message: 'Replayed stored events.', events: replayed });
    return detector;
  }

  #reportNotRun(known: readonly NotRun[]): void {
    const reported = new Set(known.map(({ kind, id, reason }) => `${kind}/${id}/${reason}`));
    for (const notRun of this.#content.notRun) {
      if (reported.has(`${notRun.kind}/${notRun.id}/${notRun.reason}`)) continue;
      this.#options.log({ level: 'warning', message: 'Stored, but not run by this org.', ...notRun });
    }
  }
}
