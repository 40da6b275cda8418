/** Records the story from the real engine. The recording that ships is made by `npm run record` in this package. */

import { writeFile } from 'node:fs/promises';
import type { DenylistEntry, Event } from '@signalwright/model';
import { isBlockedEvent } from './aap-event.ts';
import { startSampleApp } from './app/sample-app.ts';
import { encodeRecording, type RecordedRequest, type Recording } from './recording.ts';
import { DEMO_ATTACKERS } from './traffic/cast.ts';
import { playTraffic } from './traffic/play.ts';
import { buildStory } from './traffic/story.ts';
import { spanIdOf, traceIdAt, withTrace } from './trace-id.ts';
import type { Waf } from './waf.ts';

/** Plays the story twice, the second time with the attackers blocked. Closes `waf`. */
async function recordStory(waf: Waf, seed: number): Promise<Recording> {
  const app = await startSampleApp({ waf });
  const play = async (): Promise<ReadonlyMap<string, Event>> => {
    const events = new Map<string, Event>();
    await playTraffic({ app, seed, startMs: 0, onEvent: (event) => void events.set(event.id, event) });
    return events;
  };
  try {
    const openEvents = await play();
    app.updateDenylist(
      DEMO_ATTACKERS.map(({ ip }) => blockForEver(ip)),
      0,
    );
    const blockedEvents = await play();
    const requests = buildStory(seed).map((request): RecordedRequest => {
      const id = spanIdOf(traceIdAt(request.traceId, 0));
      const [event, blockedEvent] = [openEvents.get(id), blockedEvents.get(id)];
      if (event === undefined || blockedEvent === undefined)
        throw new Error(`The story lost its event ${id}.`);
      const { phase, kind, traceId } = request;
      return {
        phase,
        kind,
        event: withTrace(event, traceId),
        ...(isBlockedEvent(blockedEvent) && { blockedEvent: withTrace(blockedEvent, traceId) }),
      };
    });
    return { engineVersion: app.engineVersion, seed, requests };
  } finally {
    await app.close();
  }
}

/** Records the story into `file`. Closes `waf`. @throws the error of the file system */
export async function recordEvents(file: string | URL, waf: Waf, seed: number): Promise<Recording> {
  const recording = await recordStory(waf, seed);
  await writeFile(file, encodeRecording(recording));
  return recording;
}

function blockForEver(ip: string): DenylistEntry {
  return { kind: 'ip', value: ip, createdAtMs: 0, createdBy: 'recorder', reason: 'recording' };
}
