/** Plays a story against the running application and hands on the events in the order of the story. */

import type { Event } from '@signalwright/model';
import type { SampleApp } from '../app/sample-app.ts';
import { createSender, type Sender } from './send.ts';
import { PHASES, type Phase, type StoryRequest } from './story-request.ts';
import { buildStory } from './story.ts';
import { createReport, type TrafficProgress, type TrafficReport } from './traffic-report.ts';

export interface PlayOptions {
  readonly app: Pick<SampleApp, 'url' | 'storyKey' | 'subscribe'>;
  readonly seed: number;
  /** When the story begins, Unix time in milliseconds: event times count from here, whatever the clock says. */
  readonly startMs: number;
  /** @default all, in their order */
  readonly phases?: readonly Phase[];
  /** Called in story order and waited for, so a slow reader slows the traffic down instead of piling it up. */
  readonly onEvent?: (event: Event) => void | Promise<void>;
  readonly onProgress?: (progress: TrafficProgress) => void;
  /** Ends the play between two batches; what was played is reported. */
  readonly signal?: AbortSignal;
}

/** Requests under way at once. */
export const MAX_CONCURRENT_REQUESTS = 16;

/** @throws when the application does not answer */
export async function playTraffic(options: PlayOptions): Promise<TrafficReport> {
  const phases = options.phases ?? PHASES;
  const requests = buildStory(options.seed).filter((request) => phases.includes(request.phase));
  const sender = createSender(options.app, MAX_CONCURRENT_REQUESTS);
  const arrived: Event[] = [];
  const unsubscribe = options.app.subscribe((event) => arrived.push(event));
  const report = createReport();
  try {
    for (let first = 0; first < requests.length; first += MAX_CONCURRENT_REQUESTS) {
      if (options.signal?.aborted === true) break;
      const batch = requests.slice(first, first + MAX_CONCURRENT_REQUESTS);
      await sendBatch(batch, sender, options.startMs);
      // The requests of a batch overtake each other on the wire; the story does not.
      for (const event of arrived.splice(0).toSorted(inStoryOrder)) {
        report.countEvent(event);
        await options.onEvent?.(event);
      }
      for (const request of batch) report.countRequest(request.kind);
      options.onProgress?.({
        done: first + batch.length,
        total: requests.length,
        phase: batch.at(-1)?.phase ?? 'baseline',
      });
    }
  } finally {
    unsubscribe();
    sender.close();
  }
  return report.result();
}

/** Orders events by their time, those of one moment by their id. */
export function inStoryOrder(left: Event, right: Event): number {
  return left.tsMs - right.tsMs || (left.id < right.id ? -1 : 1);
}

/** One client's requests keep their order, since its cookies come with the answers. */
async function sendBatch(batch: readonly StoryRequest[], sender: Sender, startMs: number): Promise<void> {
  const lanes = new Map<string, StoryRequest[]>();
  for (const request of batch) {
    const lane = request.cookieJar ?? request.traceId;
    lanes.set(lane, [...(lanes.get(lane) ?? []), request]);
  }
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const request of lane) await sender.send(request, startMs);
    }),
  );
}
