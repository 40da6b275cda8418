/** Ids of traces and spans that are the same each time a story is told at the same time, and differ otherwise. */

import { createHash } from 'node:crypto';
import type { Event } from '@signalwright/model';

/**
 * The id of a story's trace when the story begins at `startMs`: told again at another time, it is another trace.
 *
 * @param traceId 32 hexadecimal digits
 */
export function traceIdAt(traceId: string, startMs: number): string {
  return createHash('sha256').update(`${traceId}@${startMs}`).digest('hex').slice(0, 32);
}

/** The one span that the application makes of a request; also the event's id. 16 hexadecimal digits. */
export function spanIdOf(traceId: string): string {
  return createHash('sha256').update(traceId).digest('hex').slice(0, 16);
}

/** The same event under another trace. */
export function withTrace(event: Event, traceId: string): Event {
  const id = spanIdOf(traceId);
  return { ...event, id, attributes: { ...event.attributes, trace_id: traceId, span_id: id } };
}
