/**
 * How long to wait before the next call. Source: Datadog "Rate limits" (`X-RateLimit-*`) and RFC 9110
 * (`Retry-After`). What a server asks for is clamped: no header may stop us for an hour, or make us spin.
 */

export const MAX_WAIT_MS = 120_000;
/** The first call and at most four more. */
export const MAX_ATTEMPTS = 5;
const BASE_MS = 500;
const MAX_JITTER_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;

export interface RateLimit {
  /** The server named a time. */
  readonly asked: boolean;
  readonly waitMs: number;
}

export function readRateLimit(status: number, headers: Headers, nowMs: number): RateLimit {
  const resetMs = secondsOf(headers.get('x-ratelimit-reset'));
  const retryMs = retryAfterMs(headers.get('retry-after'), nowMs);
  const refused = status === 429 || status >= 500;
  const waitMs = Math.max(retryMs ?? 0, resetMs ?? 0);
  return { asked: refused && (resetMs ?? retryMs) !== undefined, waitMs };
}

/** A tenth more, and at most a second: clients that were told the same time come one after the other. */
export function jitteredMs(waitMs: number, random: number): number {
  return waitMs + Math.floor(Math.min(MAX_JITTER_MS, waitMs / 10) * random);
}

/** A whole number of a header; undefined for anything else, or what is too large to count by. */
export function readCount(text: string | null): number | undefined {
  return text !== null && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined;
}

/** Exponential with full jitter. @param attempt from 1 @param random at least 0, below 1 */
export function backoffMs(attempt: number, random: number): number {
  return Math.floor(Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** attempt) * random);
}

function secondsOf(text: string | null): number | undefined {
  if (text === null || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return clampMs(Number(text) * 1_000);
}

function retryAfterMs(text: string | null, nowMs: number): number | undefined {
  const seconds = secondsOf(text);
  if (seconds !== undefined || text === null || /^[\s\d.+-]*$/.test(text)) return seconds;
  const atMs = Date.parse(text);
  return Number.isFinite(atMs) ? clampMs(atMs - nowMs) : undefined;
}

function clampMs(ms: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(0, Math.ceil(ms)));
}
