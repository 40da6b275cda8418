/**
 * One request full of events, read one by one: what is wrong with one costs no other, and what can be cut is cut. The
 * logs intake does the same ("Any log exceeding 1MB is accepted and truncated"), and it matters here: who can spoil
 * his own event must not lose those beside it, and least of all his own.
 * Source: Datadog API, "Send logs".
 */

import type { Event } from '@signalwright/model';
import { MAX_JSON_DEPTH } from './json-depth.ts';
import { PayloadReader, isJsonObject, type Decoded, type Problem } from './payload-reader.ts';

/** Source: limits of the logs intake (entries in one array). The same is chosen for spans. */
export const MAX_EVENTS_PER_REQUEST = 1_000;
/** Source: limit of one log. */
export const MAX_EVENT_BYTES = 1_000_000;

const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface IntakeBatch {
  readonly events: readonly Event[];
  /** Events that were not taken. */
  readonly refused: readonly IntakeRemark[];
  /** Events that were taken shorter than they came. */
  readonly cut: readonly IntakeRemark[];
}

export interface IntakeRemark {
  /** Place in the request, from 0. */
  readonly index: number;
  readonly reason: string;
}

/** One entry of a request, and what its reader had to cut. */
export interface IntakeEntry {
  readonly reader: PayloadReader;
  readonly cuts: string[];
}

/** @returns problems only when the request as a whole is no batch of events */
export function decodeBatch(body: unknown, decode: (entry: IntakeEntry) => Event): Decoded<IntakeBatch> {
  const values = Array.isArray(body) ? (body as readonly unknown[]) : [body];
  if (values.length > MAX_EVENTS_PER_REQUEST) {
    const message = `${values.length} events in one request; at most ${MAX_EVENTS_PER_REQUEST} are taken.`;
    return { ok: false, problems: [{ path: '', message }] };
  }
  const batch = { events: [] as Event[], refused: [] as IntakeRemark[], cut: [] as IntakeRemark[] };
  values.forEach((value, index) => {
    const problems: Problem[] = [];
    const cuts: string[] = [];
    const fitting = fit(value, problems, cuts);
    const event = problems.length === 0 && decode({ reader: new PayloadReader(fitting, '', problems), cuts });
    const [problem] = problems;
    if (problem !== undefined) batch.refused.push({ index, reason: describe(problem) });
    else if (event !== false) batch.events.push(event);
    if (problem === undefined && cuts.length > 0) batch.cut.push({ index, reason: cuts.join(' ') });
  });
  return { ok: true, value: batch };
}

function describe({ path, message }: Problem): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** The entry with a depth and a size that everything behind can bear. */
function fit(value: unknown, problems: Problem[], cuts: string[]): unknown {
  if (isDeeperThan(value, MAX_JSON_DEPTH)) {
    problems.push({ path: '', message: `The event is nested deeper than ${MAX_JSON_DEPTH} levels.` });
    return undefined;
  }
  const safe = withoutPrototypeKeys(value);
  const excess = JSON.stringify(safe).length - MAX_EVENT_BYTES;
  if (excess <= 0) return safe;
  const message = isJsonObject(safe) ? safe['message'] : undefined;
  if (typeof message === 'string' && message.length > excess) {
    cuts.push(`The message was cut: the event was longer than ${MAX_EVENT_BYTES} bytes.`);
    return { ...(safe as object), message: cutText(message, message.length - excess) };
  }
  problems.push({ path: '', message: `The event is longer than ${MAX_EVENT_BYTES} bytes.` });
  return undefined;
}

function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, limit - 1));
}

/** A copy without the keys that reach a prototype. Only for what `isDeeperThan` has bounded. */
function withoutPrototypeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypeKeys);
  if (!isJsonObject(value)) return value;
  const safe: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (!PROTOTYPE_KEYS.has(key)) safe[key] = withoutPrototypeKeys(inner);
  }
  return safe;
}

/** The first `characters` of a text, never half a character. */
export function cutText(text: string, characters: number): string {
  const last = text.charCodeAt(characters - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? characters - 1 : characters);
}

/** A JSON object that somebody wrote into a text: safe to follow, or undefined when it is none. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || isDeeperThan(value, MAX_JSON_DEPTH)) return undefined;
    return withoutPrototypeKeys(value) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** What the intake answers: which events it did not take, or not whole. */
export type IntakeAnswer = Omit<IntakeBatch, 'events'>;

export function encodeIntakeAnswer({ refused, cut }: IntakeAnswer): Readonly<Record<string, unknown>> {
  return { ...(refused.length > 0 && { refused }), ...(cut.length > 0 && { cut }) };
}

/** The service itself says nothing of single events. */
export function decodeIntakeAnswer(body: unknown): IntakeAnswer {
  const remarks = (key: string): readonly IntakeRemark[] => {
    const list = isJsonObject(body) ? body[key] : undefined;
    return Array.isArray(list) ? list.flatMap(decodeRemark) : [];
  };
  return { refused: remarks('refused'), cut: remarks('cut') };
}

function decodeRemark(value: unknown): readonly IntakeRemark[] {
  const { index, reason } = isJsonObject(value) ? value : {};
  return typeof index === 'number' && typeof reason === 'string' ? [{ index, reason }] : [];
}
