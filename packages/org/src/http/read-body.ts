/**
 * Reads the body of a request within its limits, and refuses a form that its route does not take. A form of another
 * site can send text/plain, so only intakes take it, whose key no browser adds by itself.
 */

import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

import { MAX_BODY_BYTES, parseEvents, parseJson, type JsonResult } from './json-body.ts';

/** Source: Datadog API, "Send logs": 5 MB a payload, uncompressed. */
export const MAX_INTAKE_BYTES = 5_000_000;

/** Chosen: a key and its name. */
const MAX_FORM_BYTES = 4_096;

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const JSON_TYPES = /^application\/(json|vnd\.api\+json)\s*(;|$)/i;
/** One log a line. Source: the content types of "Send logs". */
const LINE_TYPES = /^(text\/plain|application\/logplex-1)\s*(;|$)/i;

/** The body is not read; the status says why. */
export class BodyRefused extends Error {
  readonly status: number;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** Empty where the body is; clients send an empty one with DELETE and PUT, of any form. */
export async function readJson(request: Request): Promise<JsonResult> {
  if (otherForm(request.headers, 'json') !== undefined) return EMPTY;
  const bytes = await readBytes(request, MAX_BODY_BYTES);
  return bytes.byteLength === 0 ? EMPTY : parseText(bytes, parseJson);
}

export async function readForm(request: Request): Promise<string> {
  if (otherForm(request.headers, 'form') !== undefined) return '';
  return new TextDecoder().decode(await readBytes(request, MAX_FORM_BYTES));
}

/** A body of logs as "Send logs" takes it: JSON or lines, maybe compressed. */
export async function readEvents(request: Request): Promise<JsonResult> {
  const type = request.headers.get('content-type') ?? '';
  if (!JSON_TYPES.test(type) && !LINE_TYPES.test(type)) {
    throw new BodyRefused(415, 'The body must be application/json, text/plain or application/logplex-1.');
  }
  requireUtf8(type);
  const sent = await readBytes(request, MAX_INTAKE_BYTES);
  const bytes = await decompress(sent, request.headers.get('content-encoding') ?? 'identity');
  if (bytes.byteLength === 0) return EMPTY;
  return parseText(bytes, JSON_TYPES.test(type) ? parseEvents : parseLines);
}

/** A body of a form that the route does not take is refused, and one that is empty needs no form. */
export async function refuseOtherForm(request: Request, takes: 'json' | 'form'): Promise<void> {
  if (request.body === null) return;
  const refusal = otherForm(request.headers, takes);
  if (refusal !== undefined && (await readBytes(request, MAX_BODY_BYTES)).byteLength > 0) {
    throw new BodyRefused(415, refusal);
  }
}

export const EMPTY: JsonResult = { ok: false, reason: 'The body is empty.' };

/** Why a body of this form is not read. */
function otherForm(headers: Headers, takes: 'json' | 'form'): string | undefined {
  const type = headers.get('content-type') ?? '';
  if (takes === 'form') {
    return FORM_TYPE.test(type) ? undefined : 'The body must be application/x-www-form-urlencoded.';
  }
  if (!JSON_TYPES.test(type)) return 'The body must be application/json.';
  const encoding = headers.get('content-encoding') ?? 'identity';
  const isPlain = isUtf8(type) && /^(identity)?$/i.test(encoding);
  return isPlain ? undefined : 'The body must be UTF-8, and not compressed.';
}

function isUtf8(type: string): boolean {
  return /^utf-?8$/i.test(/;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8');
}

function requireUtf8(type: string): void {
  if (!isUtf8(type)) throw new BodyRefused(415, 'The body must be UTF-8.');
}

/** What is packed must not be able to unpack to more than could be sent. */
async function decompress(bytes: Uint8Array, encoding: string): Promise<Uint8Array> {
  const name = encoding.toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  const unpack = { gzip: promisify(gunzip), deflate: promisify(inflate) }[name];
  if (unpack === undefined) {
    throw new BodyRefused(415, 'The content encoding must be gzip, deflate or identity.');
  }
  try {
    return await unpack(bytes, { maxOutputLength: MAX_INTAKE_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(MAX_INTAKE_BYTES);
    throw new BodyRefused(400, `The body is not ${name}.`);
  }
}

function parseText(bytes: Uint8Array, parse: (text: string) => JsonResult): JsonResult {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, reason: 'The body is not valid UTF-8.' };
  }
  return parse(text);
}

function parseLines(text: string): JsonResult {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return { ok: true, value: lines.map((message) => ({ message })) };
}

/** Counts while it reads: what the header says about the length is believed only when it says too much. */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (request.body === null) return Buffer.concat(chunks);
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    // The sender left or sent no body that HTTP allows: nobody's mistake here, and nothing for the log.
    throw error instanceof BodyRefused ? error : new BodyRefused(400, 'The body ended too soon.');
  }
  return Buffer.concat(chunks);
}

function tooLarge(limit: number): BodyRefused {
  return new BodyRefused(413, `The body is larger than ${limit} bytes.`);
}
