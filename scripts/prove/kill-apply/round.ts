/** What the proof and the process that it kills agree on. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanTarget } from '@signalwright/sync';
import type { ApiClock } from '@signalwright/wire';

export const TOOL_VERSION = 'kill-apply';

/** The settle wait is 45 s; here a second lasts two milliseconds. The same for every process. */
const SPEED = 500;
const START_MS = Date.UTC(2026, 0, 1);

export const FAST_CLOCK: ApiClock = {
  nowMs: () => START_MS + (Date.now() - START_MS) * SPEED,
  sleep: (ms) => sleep(ms / SPEED),
};

export function targetOf(url: string, stack: string): PlanTarget {
  return { name: 'kill-apply', url, explorerUrl: `${url}/`, stack };
}
