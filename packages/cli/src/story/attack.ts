/**
 * The attack of the story: requests through the real WAF engine in front of the sample application, or, where the
 * engine has no build, events recorded from it. What comes out are events, in the order of the story.
 */

import type { DenylistEntry, Event } from '@signalwright/model';
import {
  DEMO_SEED,
  STORY_MS,
  loadWaf,
  playTraffic,
  readRecording,
  replayEvents,
  startSampleApp,
  type Phase,
  type SampleApp,
  type TrafficProgress,
  type TrafficReport,
} from '@signalwright/simulate';
import { installHint } from '../org-parts.ts';

export interface AttackSource {
  /** `libddwaf 1.30.1`, or why there is none. */
  readonly engine:
    | { readonly kind: 'live'; readonly version: string }
    | { readonly kind: 'recorded'; readonly reason: string };
  /** Address of the sample application; undefined for a recording. */
  readonly appUrl: string | undefined;
  play(options: PlayOptions): Promise<TrafficReport>;
  /** What the engine blocks from the next request on. */
  updateDenylist(entries: readonly DenylistEntry[], nowMs: number): void;
  /** Events of requests that are not part of the story: a person with a curl. @returns ends it */
  onVisit(listener: (event: Event) => void): () => void;
  close(): Promise<void>;
}

export interface PlayOptions {
  readonly phases: readonly Phase[];
  /** Unix time in milliseconds at which the story begins; STORY_MS before now puts its end at now. */
  readonly startMs: number;
  readonly onEvent: (event: Event) => Promise<void>;
  readonly onProgress: (progress: TrafficProgress) => void;
}

export { STORY_MS };

/** @param useRecording replays the recorded events even where the engine runs */
export async function openAttackSource(nowMs: () => number, useRecording: boolean): Promise<AttackSource> {
  if (useRecording) return recordedSource('asked for with --recorded');
  const loaded = await loadWaf();
  if (loaded.ok) return liveSource(await startSampleApp({ waf: loaded.waf, nowMs }));
  const { reason, detail } = loaded.refusal;
  return recordedSource(reason === 'not_installed' ? `${detail}. ${installHint('demo')}` : detail);
}

function liveSource(app: SampleApp): AttackSource {
  return {
    engine: { kind: 'live', version: app.engineVersion },
    appUrl: app.url,
    play: (options) => playTraffic({ app, seed: DEMO_SEED, ...options }),
    updateDenylist: (entries, nowMs) => void app.updateDenylist(entries, nowMs),
    onVisit: (listener) => app.subscribe(listener),
    close: () => app.close(),
  };
}

async function recordedSource(reason: string): Promise<AttackSource> {
  const read = await readRecording();
  if (!read.ok) throw new Error(`The shipped recording cannot be read: ${read.refusal.detail}`);
  let denylist: readonly DenylistEntry[] = [];
  return {
    engine: { kind: 'recorded', reason },
    appUrl: undefined,
    play: (options) => replayEvents({ recording: read.recording, denylist: () => denylist, ...options }),
    updateDenylist: (entries) => {
      denylist = entries;
    },
    onVisit: () => () => undefined,
    close: () => Promise.resolve(),
  };
}
