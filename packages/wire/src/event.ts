/**
 * Event intakes. Log lines come as `POST /api/v2/logs` takes them; spans of App and API Protection come in a JSON
 * shape of ours, because the tracers' own intake is not part of the public API.
 * Everything here was written by whoever sends requests to the protected application.
 */

import type { Event, Payload } from '@signalwright/model';
import { MAX_JSON_DEPTH, isJsonDeeperThan } from './json-depth.ts';
import { PayloadReader, decoded, isJsonObject, type Decoded, type Problem } from './payload-reader.ts';

/** Source: limits of the logs intake (entries in one array). The same is chosen for spans. */
export const MAX_EVENTS_PER_REQUEST = 1_000;
/** Source: limit of one log; longer messages are refused, never cut in silence. */
export const MAX_EVENT_BYTES = 1_000_000;
const MAX_EVENT_TAGS = 200;
const MAX_TEXT_CHARACTERS = 1_000;
/** Chosen: a clock that is further ahead than this is wrong. */
const MAX_FUTURE_MS = 24 * 60 * 60_000;

export interface IntakeContext {
  readonly nowMs: number;
  /** Gives an id to an event that comes without one. */
  readonly newId: () => string;
}

/** Reads the body of `POST /api/v2/logs`: one object or a list. All or nothing. */
export function decodeLogs(body: unknown, ctx: IntakeContext): Decoded<readonly Event[]> {
  return decodeEach(body, (value, path, problems) => decodeLog(value, path, problems, ctx));
}

/** Reads the body of the span intake: a list of `SpanEvent`. All or nothing. */
export function decodeSpans(body: unknown, ctx: IntakeContext): Decoded<readonly Event[]> {
  return decodeEach(body, (value, path, problems) => decodeSpan(value, path, problems, ctx));
}

function decodeEach(
  body: unknown,
  decode: (value: unknown, path: string, problems: Problem[]) => Event,
): Decoded<readonly Event[]> {
  const values = Array.isArray(body) ? (body as readonly unknown[]) : [body];
  if (values.length > MAX_EVENTS_PER_REQUEST) {
    const message = `${values.length} events in one request; at most ${MAX_EVENTS_PER_REQUEST} are taken.`;
    return { ok: false, problems: [{ path: '', message }] };
  }
  const problems: Problem[] = [];
  const events = values.map((value, index) => {
    const path = `[${index}]`;
    if (JSON.stringify(value).length > MAX_EVENT_BYTES) {
      problems.push({ path, message: `The event is longer than ${MAX_EVENT_BYTES} bytes.` });
    }
    return decode(value, path, problems);
  });
  return decoded(problems, events);
}

const LOG_RESERVED = new Set(['ddsource', 'ddtags', 'hostname', 'service', 'message', 'status']);
/** Source: the attributes that Datadog's date remapper looks for, in its order. */
const LOG_DATES = [
  '@timestamp',
  'timestamp',
  '_timestamp',
  'Timestamp',
  'eventTime',
  'date',
  'published_date',
];

function decodeLog(value: unknown, path: string, problems: Problem[], ctx: IntakeContext): Event {
  const log = new PayloadReader(value, path, problems);
  const fields = isJsonObject(value) ? value : {};
  const message = log.raw('message');
  const tags = splitTags(log.text('ddtags', ''));
  const extra = Object.entries(fields).filter(([key]) => !LOG_RESERVED.has(key));
  // A message that is a JSON object is structured: its fields become attributes, as the service does it.
  const attributes = { ...parseJsonObject(message), ...Object.fromEntries(extra) };
  // A time of a message may be a stranger's: one that cannot be gives way to the time of arrival, as no time does.
  const date = LOG_DATES.map((key) => readTime(attributes[key])).find(
    (ms) => ms !== undefined && isPossibleTime(ms, ctx),
  );
  return {
    id: ctx.newId(),
    dataSource: 'logs',
    message: typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message),
    ...origin(log, tags, 'ddsource', 'hostname'),
    tsMs: date ?? ctx.nowMs,
    tags: acceptTags(tags, log, 'ddtags'),
    attributes,
  };
}

/** A span of App and API Protection as JSON; `attributes` nests as queries read it: `http.client_ip`. */
export interface SpanEvent {
  readonly id?: string;
  /** Unix time in milliseconds, or an ISO 8601 date. */
  readonly timestamp: number | string;
  readonly source?: string;
  readonly service?: string;
  readonly env?: string;
  readonly host?: string;
  readonly tags?: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

function decodeSpan(value: unknown, path: string, problems: Problem[], ctx: IntakeContext): Event {
  const span = new PayloadReader(value, path, problems);
  const attributes = span.raw('attributes') ?? {};
  if (!isJsonObject(attributes)) span.refuse('attributes', 'Expected an object.');
  const tags = span.texts('tags');
  const event: Event = {
    id: boundedText(span, 'id') ?? ctx.newId(),
    dataSource: 'spans',
    message: span.text('message', ''),
    ...origin(span, tags, 'source', 'host'),
    tsMs: acceptTime(readTime(span.raw('timestamp')), span, ctx),
    tags: acceptTags(tags, span, 'tags'),
    attributes: isJsonObject(attributes) ? attributes : {},
  };
  span.close();
  return event;
}

/** The other direction of `decodeSpans`. */
export function encodeSpan(event: Event): SpanEvent & Payload {
  return {
    id: event.id,
    timestamp: event.tsMs,
    ...(event.source !== undefined && { source: event.source }),
    ...(event.service !== undefined && { service: event.service }),
    ...(event.env !== undefined && { env: event.env }),
    ...(event.host !== undefined && { host: event.host }),
    tags: [...event.tags],
    attributes: event.attributes,
    message: event.message,
  };
}

function origin(
  reader: PayloadReader,
  tags: readonly string[],
  sourceKey: string,
  hostKey: string,
): Pick<Event, 'source' | 'service' | 'env' | 'host'> {
  const source = boundedText(reader, sourceKey);
  const service = boundedText(reader, 'service');
  const env = (sourceKey === 'source' ? boundedText(reader, 'env') : undefined) ?? envOf(tags);
  const host = boundedText(reader, hostKey);
  return {
    ...(source !== undefined && { source }),
    ...(service !== undefined && { service }),
    ...(env !== undefined && { env }),
    ...(host !== undefined && { host }),
  };
}

function envOf(tags: readonly string[]): string | undefined {
  return tags.find((tag) => tag.startsWith('env:'))?.slice('env:'.length);
}

function boundedText(reader: PayloadReader, key: string): string | undefined {
  const text = reader.text(key, '');
  if (text.length > MAX_TEXT_CHARACTERS) {
    reader.refuse(key, `The text is longer than ${MAX_TEXT_CHARACTERS} characters.`);
  }
  return text === '' ? undefined : text;
}

function acceptTags(tags: readonly string[], reader: PayloadReader, key: string): readonly string[] {
  if (tags.length > MAX_EVENT_TAGS) reader.refuse(key, `More than ${MAX_EVENT_TAGS} tags.`);
  if (tags.some((tag) => tag.length > MAX_TEXT_CHARACTERS)) {
    reader.refuse(key, `A tag is longer than ${MAX_TEXT_CHARACTERS} characters.`);
  }
  return tags;
}

function splitTags(ddtags: string): readonly string[] {
  return ddtags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** Numbers are milliseconds, or seconds when they are too small to be milliseconds after 1973. */
function readTime(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) {
    return Math.floor(Math.abs(value) < 1e11 ? value * 1_000 : value);
  }
  if (typeof value !== 'string') return undefined;
  const ms = Date.parse(value);
  return Number.isFinite(ms) ? ms : undefined;
}

function acceptTime(ms: number | undefined, reader: PayloadReader, ctx: IntakeContext): number {
  if (ms === undefined) return ctx.nowMs;
  if (!isPossibleTime(ms, ctx)) {
    reader.refuse('timestamp', 'The time is before 1970 or more than a day ahead.');
  }
  return ms;
}

function isPossibleTime(ms: number, ctx: IntakeContext): boolean {
  return ms >= 0 && ms <= ctx.nowMs + MAX_FUTURE_MS;
}

/** Deeper than a body may nest, a message stays text: who wrote it is not who sent it. */
function parseJsonObject(message: unknown): Readonly<Record<string, unknown>> {
  if (isJsonObject(message)) return message;
  if (typeof message !== 'string' || !message.trimStart().startsWith('{')) return {};
  if (isJsonDeeperThan(message, MAX_JSON_DEPTH)) return {};
  try {
    const value: unknown = JSON.parse(message);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
