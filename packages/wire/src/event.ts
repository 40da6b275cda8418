/**
 * Event intakes. Log lines come as `POST /api/v2/logs` takes them; spans of App and API Protection come in a JSON
 * shape of ours, because the tracers' own intake is not part of the public API.
 * Everything here was written by whoever sends requests to the protected application.
 */

import type { Event, LogStatus, Payload } from '@signalwright/model';
import { cutText, decodeBatch, parseJsonObject, type IntakeBatch, type IntakeEntry } from './intake-batch.ts';
import { isJsonObject, type Decoded, type PayloadReader } from './payload-reader.ts';

const MAX_EVENT_TAGS = 200;
const MAX_TEXT_CHARACTERS = 1_000;
/** Chosen: a clock that is further ahead than this is wrong. */
const MAX_FUTURE_MS = 24 * 60 * 60_000;

export interface IntakeContext {
  readonly nowMs: number;
  /** Gives an id to an event that comes without one. */
  readonly newId: () => string;
}

/** Reads the body of `POST /api/v2/logs`: one object or a list. */
export function decodeLogs(body: unknown, ctx: IntakeContext): Decoded<IntakeBatch> {
  return decodeBatch(body, (entry) => decodeLog(entry, ctx));
}

/** Reads the body of the span intake: a list of `SpanEvent`. */
export function decodeSpans(body: unknown, ctx: IntakeContext): Decoded<IntakeBatch> {
  return decodeBatch(body, (entry) => decodeSpan(entry, ctx));
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

/** Source: the attributes that Datadog's status remapper looks for, in its order. */
const LOG_STATUSES = ['status', 'severity', 'level'];
const SYSLOG: readonly LogStatus[] = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warn',
  'notice',
  'info',
  'debug',
];
/** By how a text begins; what begins otherwise is `info`. */
const STATUS_BEGINNINGS: readonly (readonly [RegExp, LogStatus])[] = [
  [/^(emerg|f)/i, 'emergency'],
  [/^a/i, 'alert'],
  [/^c/i, 'critical'],
  [/^e/i, 'error'],
  [/^w/i, 'warn'],
  [/^n/i, 'notice'],
  [/^i/i, 'info'],
  [/^(d|trace|verbose)/i, 'debug'],
  [/^[os]/i, 'ok'],
];

/** Source: Datadog "Log status remapper". */
function readStatus(value: unknown): LogStatus | undefined {
  if (typeof value === 'number') return SYSLOG[value] ?? 'info';
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^[0-7]$/.test(value)) return SYSLOG[Number(value)];
  return STATUS_BEGINNINGS.find(([beginning]) => beginning.test(value))?.[1] ?? 'info';
}

/** The intake has no schema: a reserved name that holds no text is an attribute like any other. */
function decodeLog({ reader: log, cuts }: IntakeEntry, ctx: IntakeContext): Event {
  const text = (key: string): string => {
    const value = log.raw(key);
    return typeof value === 'string' ? cutToFit(value, key, cuts) : '';
  };
  const message = log.raw('message');
  const ddtags = log.raw('ddtags');
  const tags = cutTags(typeof ddtags === 'string' ? splitTags(ddtags) : [], cuts);
  const extra = log.entries().filter(([key, value]) => !isReserved(key, value));
  // A message that is a JSON object is structured: its fields become attributes, as the service does it.
  const structured = typeof message === 'string' ? parseJsonObject(message) : message;
  const attributes = { ...(isJsonObject(structured) && structured), ...Object.fromEntries(extra) };
  // A time of a message may be a stranger's: one that cannot be gives way to the time of arrival, as no time does.
  const date = LOG_DATES.map((key) => readTime(attributes[key])).find(
    (ms) => ms !== undefined && isPossibleTime(ms, ctx),
  );
  const status = LOG_STATUSES.map((key) =>
    readStatus(key === 'status' ? log.raw(key) : attributes[key]),
  ).find((found) => found !== undefined);
  return {
    id: ctx.newId(),
    dataSource: 'logs',
    ...(status !== undefined && { status }),
    message: typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message),
    ...origin({ source: text('ddsource'), service: text('service'), env: '', host: text('hostname') }, tags),
    tsMs: date ?? ctx.nowMs,
    tags,
    attributes,
  };
}

function isReserved(key: string, value: unknown): boolean {
  return key === 'message' || (LOG_RESERVED.has(key) && typeof value === 'string');
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

/** A shape of ours, so closed: what has another shape is refused, that span alone. */
function decodeSpan({ reader: span, cuts }: IntakeEntry, ctx: IntakeContext): Event {
  const text = (key: string): string => cutToFit(span.text(key, ''), key, cuts);
  const attributes = span.raw('attributes') ?? {};
  if (!isJsonObject(attributes)) span.refuse('attributes', 'Expected an object.');
  const tags = cutTags(span.texts('tags'), cuts);
  const event: Event = {
    id: readId(span) ?? ctx.newId(),
    dataSource: 'spans',
    message: span.text('message', ''),
    ...origin(
      { source: text('source'), service: text('service'), env: text('env'), host: text('host') },
      tags,
    ),
    tsMs: acceptTime(readTime(span.raw('timestamp')), span, ctx),
    tags,
    attributes: isJsonObject(attributes) ? attributes : {},
  };
  span.close();
  return event;
}

/** Never cut: two events would pass as one. */
function readId(span: PayloadReader): string | undefined {
  const id = span.text('id', '');
  if (id.length > MAX_TEXT_CHARACTERS) span.refuse('id', `Longer than ${MAX_TEXT_CHARACTERS} characters.`);
  return id === '' ? undefined : id;
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

/** Empty texts say nothing; the env may stand among the tags. */
function origin(
  texts: Readonly<Record<'source' | 'service' | 'env' | 'host', string>>,
  tags: readonly string[],
): Pick<Event, 'source' | 'service' | 'env' | 'host'> {
  const { source, service, host } = texts;
  const env = texts.env === '' ? envOf(tags) : texts.env;
  return {
    ...(source !== '' && { source }),
    ...(service !== '' && { service }),
    ...(env !== '' && { env }),
    ...(host !== '' && { host }),
  };
}

function envOf(tags: readonly string[]): string {
  return tags.find((tag) => tag.startsWith('env:'))?.slice('env:'.length) ?? '';
}

function cutToFit(text: string, what: string, cuts: string[]): string {
  if (text.length <= MAX_TEXT_CHARACTERS) return text;
  cuts.push(`${what} was cut to ${MAX_TEXT_CHARACTERS} characters.`);
  return cutText(text, MAX_TEXT_CHARACTERS);
}

function cutTags(tags: readonly string[], cuts: string[]): readonly string[] {
  if (tags.length > MAX_EVENT_TAGS) cuts.push(`Only the first ${MAX_EVENT_TAGS} tags were kept.`);
  return tags.slice(0, MAX_EVENT_TAGS).map((tag) => cutToFit(tag, 'A tag', cuts));
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
