/** The story as a list of requests: fourteen minutes that can be played in seconds. */

import { benignTraffic } from './benign.ts';
import { injectionTraffic, returningInjections } from './injection.ts';
import { returningStuffing, stuffingFromOneAddress, stuffingOnOneAccount } from './login-attack.ts';
import type { Phase, StoryRequest } from './story-request.ts';

const MINUTE_MS = 60_000;

/** From when to when each phase lasts, in milliseconds since the story began. */
export const PHASE_SPANS: Readonly<Record<Phase, { readonly startMs: number; readonly endMs: number }>> = {
  baseline: { startMs: 0, endMs: 2 * MINUTE_MS },
  attack: { startMs: 2 * MINUTE_MS, endMs: 10 * MINUTE_MS },
  // Later than any window of five minutes over the attack; earlier than the end of a block of an hour.
  return: { startMs: 12 * MINUTE_MS, endMs: 14 * MINUTE_MS },
};

export const STORY_MS = PHASE_SPANS.return.endMs;

/** The story that the demo tells and the shipped recording holds. Any other seed tells it with other details. */
export const DEMO_SEED = 7;

/** Sorted by time; the same seed gives the same requests to the byte. */
export function buildStory(seed: number): readonly StoryRequest[] {
  const { baseline, attack, return: later } = PHASE_SPANS;
  return [
    ...benignTraffic(seed, 'baseline', baseline.startMs, baseline.endMs),
    ...benignTraffic(seed, 'attack', attack.startMs, attack.endMs),
    ...injectionTraffic(seed, attack.startMs),
    ...stuffingFromOneAddress(seed, attack.startMs + 2 * MINUTE_MS),
    ...stuffingOnOneAccount(seed, attack.startMs + 3.5 * MINUTE_MS),
    ...benignTraffic(seed, 'return', later.startMs, later.endMs),
    ...returningInjections(seed, later.startMs + MINUTE_MS / 4),
    ...returningStuffing(seed, later.startMs + MINUTE_MS / 4),
  ].toSorted((left, right) => left.offsetMs - right.offsetMs || (left.traceId < right.traceId ? -1 : 1));
}
