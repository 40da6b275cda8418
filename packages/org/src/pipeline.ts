/**
 * The signal path: intake, detection with suppression and lifecycle, signals in the store, notices in the outbox,
 * and from there receivers and workflows. The only file that joins detection, signals and notification.
 */

import {
  createDetector,
  routeSignal,
  type Detector,
  type DetectorContent,
  type SignalChange,
} from '@signalwright/detect';
import type { Event, Signal } from '@signalwright/model';
import {
  EVENT_RETENTION_MS,
  hasEvent,
  pruneEvents,
  pruneOutbox,
  readEvents,
  recordBatch,
  type CommandContext,
  type RecordedBatch,
  type Route,
} from '@signalwright/signals';
import { parseWorkflowHandle } from '@signalwright/wire';

import { LiveContentLoader, type LiveContent, type NotRun } from './live-content.ts';
import type { Log } from './log.ts';

/** Chosen: events that may wait for the disk at once; beyond it an intake is asked to come back. */
const MAX_EVENTS_IN_FLIGHT = 20_000;

/**
 * How much later than it happened an event may arrive and still count. Chosen: agents buffer for minutes when a
 * network is down; the price is that the windows of quiet groups stay in memory that much longer.
 */
const ALLOWED_DELAY_MS = 20 * 60_000;

/** How far time moves between two looks of the detector while it replays. */
const REPLAY_STEP_MS = 1_000;

const PRUNE_EVERY_MS = 10 * 60_000;

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
  #loader: LiveContentLoader;
  #content: LiveContent;
  /** Set by a change; many changes in a row are looked at once. */
  #isContentOld = false;
  #detector: Detector;
  /** Set when the detector may have seen events that were then not stored. */
  #isStale = false;
  #inFlight = 0;
  #prunedAtMs = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#loader = new LiveContentLoader(options.context.db);
    this.#content = this.#loader.load();
    this.#detector = this.#rebuildDetector();
    this.#reportNotRun([]);
  }

  get content(): LiveContent {
    this.#refresh();
    return this.#content;
  }

  stats(): ReturnType<Detector['stats']> {
    this.#refresh();
    return this.#detector.stats();
  }

  /**
   * Takes events: they are stored together with everything that follows from them, or not at all. An event whose id
   * is known is left out, so that an intake may repeat a request that got no answer.
   *
   * @param cause what led to the events, oldest first
   */
  async ingest(events: readonly Event[], cause: readonly string[] = []): Promise<IngestResult> {
    if (this.#inFlight + events.length > MAX_EVENTS_IN_FLIGHT) return { ok: false, reason: 'busy' };
    this.#inFlight += events.length;
    try {
      const { fresh, recorded } = await this.#write(() => this.#takeIn(events, cause));
      this.#options.onRecorded(recorded);
      return { ok: true, fresh, recorded };
    } finally {
      this.#inFlight -= events.length;
    }
  }

  /** Lets time pass: signals end, growth that was held back is told, what is too old is removed. */
  async tick(): Promise<void> {
    const nowMs = this.#options.context.nowMs();
    const recorded = await this.#write(() => {
      const changes = this.#detector.advance(nowMs);
      this.#prune(nowMs);
      return changes.length === 0 ? undefined : this.#record([], changes, []);
    });
    if (recorded !== undefined) this.#options.onRecorded(recorded);
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
    const { db, nowMs } = this.#options.context;
    const receivedAtMs = nowMs();
    const seen = new Set<string>();
    const fresh = events.filter((event) => {
      const isKnown = seen.has(event.id) || hasEvent(db, event.id);
      seen.add(event.id);
      return !isKnown;
    });
    const changes = [
      ...this.#detector.advance(receivedAtMs),
      ...fresh.flatMap((event) => this.#detector.ingest(event)),
    ];
    const stored = fresh.map((event) => ({ event, receivedAtMs, cause }));
    return { fresh: fresh.length, recorded: this.#record(stored, changes, cause) };
  }

  #record(
    events: Parameters<typeof recordBatch>[1]['events'],
    changes: readonly SignalChange[],
    cause: readonly string[],
  ): RecordedBatch {
    const { context, log } = this.#options;
    const recorded = recordBatch(context, { events, changes, cause, route: (signal) => this.#route(signal) });
    for (const refused of recorded.refusedBlocks) {
      log({ level: 'warning', message: 'An automated block was refused.', refused });
    }
    return recorded;
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

  #forget(): void {
    this.#isStale = true;
    this.#loader = new LiveContentLoader(this.#options.context.db);
    this.#isContentOld = true;
  }

  /**
   * Replays the stored events that an open signal or window can still depend on. What it finds is not recorded: it
   * was, in the transaction that stored the events. A rule sees only what arrived since it has been as it is.
   */
  #rebuildDetector(): Detector {
    const { context, log } = this.#options;
    const nowMs = context.nowMs();
    let active = new Set(
      this.#content.rules.filter((each) => each.activeSinceMs <= nowMs - EVENT_RETENTION_MS),
    );
    let detector = createDetector({
      ...detectorContent(this.#content, active),
      limits: { allowedDelayMs: ALLOWED_DELAY_MS },
    });
    let replayed = 0;
    let lookedAtMs = 0;
    for (const { event, receivedAtMs } of readEvents(context.db, nowMs - EVENT_RETENTION_MS)) {
      const due = this.#content.rules.filter(
        (each) => !active.has(each) && each.activeSinceMs <= receivedAtMs,
      );
      if (due.length > 0) {
        active = new Set([...active, ...due]);
        detector = detector.withRules(detectorContent(this.#content, active));
      }
      if (receivedAtMs - lookedAtMs >= REPLAY_STEP_MS) {
        detector.advance(receivedAtMs);
        lookedAtMs = receivedAtMs;
      }
      detector.ingest(event);
      replayed += 1;
    }
    if (replayed > 0) log({ level: 'info', message: 'Replayed stored events.', events: replayed });
    return detector.withRules(detectorContent(this.#content));
  }

  #prune(nowMs: number): void {
    if (nowMs - this.#prunedAtMs < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = nowMs;
    pruneEvents(this.#options.context.db, nowMs);
    pruneOutbox(this.#options.context.db, nowMs);
  }

  #reportNotRun(known: readonly NotRun[]): void {
    const reported = new Set(known.map(({ kind, id, reason }) => `${kind}/${id}/${reason}`));
    for (const notRun of this.#content.notRun) {
      if (reported.has(`${notRun.kind}/${notRun.id}/${notRun.reason}`)) continue;
      this.#options.log({ level: 'warning', message: 'Stored, but not run by this org.', ...notRun });
    }
  }
}

/** @param active only these rules; all of them when it is left out */
function detectorContent(
  content: LiveContent,
  active?: ReadonlySet<LiveContent['rules'][number]>,
): DetectorContent {
  const rules = active === undefined ? content.rules : content.rules.filter((rule) => active.has(rule));
  return { rules: rules.map(({ rule }) => rule), suppressions: content.suppressions };
}
