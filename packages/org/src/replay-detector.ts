/** A detector that knows what the store knows: built at the start, and again after the store has failed. */

import { DETECTION_SPAN_MS } from '@signalwright/model';
import {
  createDetector,
  type Detector,
  type DetectorContent,
  type DetectorMistake,
} from '@signalwright/detect';
import { readEvents } from '@signalwright/signals';
import type { Database } from '@signalwright/store';

import type { LiveContent } from './live-content.ts';

/**
 * How much later than it happened an event may arrive and still count. Chosen: agents buffer for minutes when a
 * network is down; the price is that the windows of quiet groups stay in memory that much longer.
 */
const ALLOWED_DELAY_MS = 20 * 60_000;

/** How far time moves between two looks of the detector while it replays. */
const REPLAY_STEP_MS = 1_000;

/**
 * Replays the stored events that an open signal or window can still depend on. What it finds is not recorded: it was,
 * in the transaction that stored the events. A rule sees only what arrived since it has been as it is.
 */
export function replayDetector(
  db: Database,
  content: LiveContent,
  nowMs: number,
  onMistake: (mistake: DetectorMistake) => void,
): { readonly detector: Detector; readonly replayed: number } {
  let active = new Set(content.rules.filter((each) => each.activeSinceMs <= nowMs - DETECTION_SPAN_MS));
  let detector = createDetector({
    ...detectorContent(content, active),
    limits: { allowedDelayMs: ALLOWED_DELAY_MS },
    onMistake,
  });
  let replayed = 0;
  let lookedAtMs = 0;
  for (const { event, receivedAtMs } of readEvents(db, nowMs - DETECTION_SPAN_MS)) {
    const due = content.rules.filter((each) => !active.has(each) && each.activeSinceMs <= receivedAtMs);
    if (due.length > 0) {
      active = new Set([...active, ...due]);
      detector = detector.withRules(detectorContent(content, active));
    }
    if (receivedAtMs - lookedAtMs >= REPLAY_STEP_MS) {
      detector.advance(receivedAtMs);
      lookedAtMs = receivedAtMs;
    }
    detector.ingest(event);
    replayed += 1;
  }
  return { detector: detector.withRules(detectorContent(content)), replayed };
}

/** @param active only these rules; all of them when it is left out */
export function detectorContent(
  content: LiveContent,
  active?: ReadonlySet<LiveContent['rules'][number]>,
): DetectorContent {
  const rules = active === undefined ? content.rules : content.rules.filter((rule) => active.has(rule));
  const { suppressions, criticalAssets, securityFilters } = content;
  return { rules: rules.map(({ rule }) => rule), suppressions, criticalAssets, securityFilters };
}
