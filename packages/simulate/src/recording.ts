/**
 * Events recorded from the real engine, for platforms that it has no build for. The file is gzipped NDJSON: a header,
 * then one line a request with the event as it was with nobody blocked and, where it differs, with the attackers
 * blocked. So a replay takes its verdicts from the engine, and who is blocked from the denylist of the moment.
 */

import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import type { Event } from '@signalwright/model';
import { PHASES, TRAFFIC_KINDS, type Phase, type TrafficKind } from './traffic/story-request.ts';

export interface Recording {
  readonly engineVersion: string;
  readonly seed: number;
  /** In story order; times count from the story's beginning. */
  readonly requests: readonly RecordedRequest[];
}

export interface RecordedRequest {
  readonly phase: Phase;
  readonly kind: TrafficKind;
  readonly event: Event;
  /** What becomes of the same request when its address is on the denylist; recorded for the attackers. */
  readonly blockedEvent?: Event;
}

export type RecordingRead =
  | { readonly ok: true; readonly recording: Recording }
  | { readonly ok: false; readonly refusal: { readonly reason: 'not_a_recording'; readonly detail: string } };

const FORMAT = 'signalwright-recording';
const VERSION = 1;
const MAX_RECORDING_BYTES = 32 * 1024 * 1024;
const MAX_RECORDED_REQUESTS = 20_000;

export function encodeRecording(recording: Recording): Uint8Array {
  const { engineVersion, seed, requests } = recording;
  const lines = [
    { format: FORMAT, version: VERSION, engineVersion, seed, requests: requests.length },
    ...requests,
  ];
  return gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { level: 9 });
}

/** Refuses damage, other formats and what would not fit in memory; the first bad line is named. */
export async function decodeRecording(bytes: Uint8Array): Promise<RecordingRead> {
  let text: string;
  try {
    text = (await promisify(gunzip)(bytes, { maxOutputLength: MAX_RECORDING_BYTES })).toString('utf8');
  } catch (cause) {
    return refuse(`It cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const header = parseLine(first);
  if (header?.['format'] !== FORMAT || header['version'] !== VERSION) {
    return refuse(`Its first line is not the header of a ${FORMAT}, version ${VERSION}.`);
  }
  const { engineVersion, seed, requests: count } = header;
  if (typeof engineVersion !== 'string' || typeof seed !== 'number')
    return refuse('Its header lacks a field.');
  if (count !== lines.length || lines.length > MAX_RECORDED_REQUESTS) {
    return refuse(`It holds ${lines.length} requests, its header says ${String(count)}.`);
  }
  const requests: RecordedRequest[] = [];
  for (const [index, line] of lines.entries()) {
    const request = readRequest(parseLine(line));
    if (request === undefined) return refuse(`Line ${index + 2} is no recorded request.`);
    requests.push(request);
  }
  return { ok: true, recording: { engineVersion, seed, requests } };
}

type Fields = Readonly<Record<string, unknown>>;

function refuse(detail: string): RecordingRead {
  return { ok: false, refusal: { reason: 'not_a_recording', detail } };
}

function parseLine(line: string): Fields | undefined {
  try {
    return asFields(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function readRequest(fields: Fields | undefined): RecordedRequest | undefined {
  const phase = PHASES.find((known) => known === fields?.['phase']);
  const kind = TRAFFIC_KINDS.find((known) => known === fields?.['kind']);
  const event = readEvent(fields?.['event']);
  const blockedEvent = readEvent(fields?.['blockedEvent']);
  if (phase === undefined || kind === undefined || event === undefined) return undefined;
  return { phase, kind, event, ...(blockedEvent !== undefined && { blockedEvent }) };
}

function readEvent(value: unknown): Event | undefined {
  const fields = asFields(value);
  const attributes = asFields(fields?.['attributes']);
  const { id, tsMs, dataSource, service, env, host, tags, message } = fields ?? {};
  if (typeof id !== 'string' || typeof message !== 'string' || attributes === undefined) return undefined;
  if (typeof tsMs !== 'number' || !Number.isFinite(tsMs) || dataSource !== 'spans') return undefined;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return undefined;
  return {
    id,
    tsMs,
    dataSource,
    ...(typeof service === 'string' && { service }),
    ...(typeof env === 'string' && { env }),
    ...(typeof host === 'string' && { host }),
    tags,
    attributes,
    message,
  };
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
