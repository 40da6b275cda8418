/**
 * Loaded into the command before it begins: its clock runs fast and may be set forward, so that waiting for lists that
 * lag and for a time of grace takes no time. Every process of a proof has the same clock; timeouts of calls stay real.
 */

import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const { FAST_CLOCK_START_MS, FAST_CLOCK_SPEED, FAST_CLOCK_AHEAD_MS } = process.env;
const startMs = Number(FAST_CLOCK_START_MS);
const speed = Number(FAST_CLOCK_SPEED);
const aheadMs = Number(FAST_CLOCK_AHEAD_MS);

const realNow = Date.now;
const realSleep = timers.setTimeout;

Date.now = () => Math.floor(startMs + (realNow() - startMs) * speed + aheadMs);
timers.setTimeout = (ms, ...others) => realSleep(ms / speed, ...others);
syncBuiltinESMExports();
