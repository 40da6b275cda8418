/** Replays recorded events as if the story were played: same order, same report, times moved to where it begins. */

import { readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { isBlocking, type DenylistEntry, type Event } from '@signalwright/model';
import { decodeRecording, type RecordedRequest, type Recording, type RecordingRead } from './recording.ts';
import { traceIdAt, withTrace } from './trace-id.ts';
import { inStoryOrder, MAX_CONCURRENT_REQUESTS, type PlayOptions } from './traffic/play.ts';
import { PHASES } from './traffic/story-request.ts';
import { createReport, type TrafficReport } from './traffic/traffic-report.ts';

/** The recording that ships with this package. */
export const SHIPPED_RECORDING = new URL('../recording/story.ndjson.gz', import.meta.url);

export interface ReplayOptions extends Omit<PlayOptions, 'app' | 'seed'> {
  readonly recording: Recording;
  /**
   * Read before each batch, as a running application would learn of changes. Only attackers of the cast were recorded
   * blocked, and only by address: entries for others or for users change nothing.
   */
  readonly denylist?: () => readonly DenylistEntry[];
}

/** @throws the error of the file system */
export async function readRecording(file: string | URL = SHIPPED_RECORDING): Promise<RecordingRead> {
  return decodeRecording(await readFile(file));
}

export async function replayEvents(options: ReplayOptions): Promise<TrafficReport> {
  const phases = options.phases ?? PHASES;
  const requests = options.recording.requests.filter((request) => phases.includes(request.phase));
  const report = createReport();
  for (let first = 0; first < requests.length; first += MAX_CONCURRENT_REQUESTS) {
    if (options.signal?.aborted === true) break;
    const batch = requests.slice(first, first + MAX_CONCURRENT_REQUESTS);
    const denylist = options.denylist?.() ?? [];
    const events = batch.map((request) =>
      tellAt(verdictOf(request, denylist, options.startMs), options.startMs),
    );
    for (const event of events.toSorted(inStoryOrder)) {
      report.countEvent(event);
      await options.onEvent?.(event);
    }
    for (const request of batch) report.countRequest(request.kind);
    const phase = batch.at(-1)?.phase ?? 'baseline';
    options.onProgress?.({ done: first + batch.length, total: requests.length, phase });
  }
  return report.result();
}

function verdictOf(request: RecordedRequest, denylist: readonly DenylistEntry[], startMs: number): Event {
  const { event, blockedEvent } = request;
  if (blockedEvent === undefined) return event;
  const inForce = denylist.filter((entry) => entry.kind === 'ip' && isBlocking(entry, startMs + event.tsMs));
  return inForce.some((entry) => covers(entry.value, clientIpOf(event))) ? blockedEvent : event;
}

function clientIpOf(event: Event): string {
  const http = event.attributes['http'];
  return typeof http === 'object' && http !== null && 'client_ip' in http ? String(http.client_ip) : '';
}

/** @param block an address or CIDR block; anything else covers nothing, as in the engine */
function covers(block: string, ip: string): boolean {
  const [address = '', prefix] = block.split('/');
  if (prefix === undefined) return address === ip;
  if (isIP(address) === 0 || isIP(ip) === 0) return false;
  const list = new BlockList();
  try {
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  } catch {
    return false;
  }
  return list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}

/** The event of a telling that begins at `startMs`: the very one that a live play would yield. */
function tellAt(event: Event, startMs: number): Event {
  const traceId = traceIdAt(String(event.attributes['trace_id']), startMs);
  return withTrace({ ...event, tsMs: startMs + event.tsMs }, traceId);
}
