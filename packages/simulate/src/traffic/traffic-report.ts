/** What came of a play or a replay, in numbers. */

import type { Event } from '@signalwright/model';
import { activitiesOf, isBlockedEvent } from '../aap-event.ts';
import { TRAFFIC_KINDS, type Phase, type TrafficKind } from './story-request.ts';

export interface TrafficProgress {
  readonly done: number;
  readonly total: number;
  readonly phase: Phase;
}

export interface TrafficReport {
  readonly requests: number;
  readonly events: number;
  /** Events that the engine answered with a block. */
  readonly blocked: number;
  readonly byKind: Readonly<Record<TrafficKind, number>>;
  /** Events by security activity, such as `attack_attempt.xss`; an event may count for several. */
  readonly byActivity: Readonly<Record<string, number>>;
}

export interface ReportBuilder {
  countRequest(kind: TrafficKind): void;
  countEvent(event: Event): void;
  result(): TrafficReport;
}

export function createReport(): ReportBuilder {
  const byKind = new Map<TrafficKind, number>(TRAFFIC_KINDS.map((kind) => [kind, 0]));
  const byActivity = new Map<string, number>();
  let [requests, events, blocked] = [0, 0, 0];
  return {
    countRequest: (kind) => {
      requests += 1;
      byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    },
    countEvent: (event) => {
      events += 1;
      if (isBlockedEvent(event)) blocked += 1;
      for (const activity of activitiesOf(event))
        byActivity.set(activity, (byActivity.get(activity) ?? 0) + 1);
    },
    result: () => ({
      requests,
      events,
      blocked,
      byKind: Object.fromEntries(byKind) as Record<TrafficKind, number>,
      byActivity: Object.fromEntries([...byActivity].toSorted(([left], [right]) => (left < right ? -1 : 1))),
    }),
  };
}
