/**
 * The five error envelopes of the public API, read into one shape and written by area.
 * Source: 365 recorded refusals. A body that is none of them (HTML of a proxy) still gives a message.
 */

import { isJsonObject } from './payload-reader.ts';

export interface ApiError {
  readonly status: number;
  /** At least one, each at most MAX_MESSAGE_CHARACTERS long. */
  readonly messages: readonly string[];
  readonly details: readonly ApiErrorDetail[];
  /** What the server asked to wait, clamped to 0 to MAX_WAIT_MS; only with 429 and 5xx. */
  readonly retryAfterMs?: number;
  /** What the keys may lack, by name; only with 403. */
  readonly permissions?: readonly string[];
}

export interface ApiErrorDetail {
  readonly message: string;
  /** A field relative to the rule or its options: `keepAlive`, `schedulingOptions.rrule`; no JSON pointer. */
  readonly target?: string;
}

const MAX_MESSAGE_CHARACTERS = 500;
const MAX_MESSAGES = 20;

export function parseApiError(status: number, body: unknown): ApiError {
  const details = readDetails(body).slice(0, MAX_MESSAGES);
  const messages = details.map((detail) => detail.message);
  return { status, messages: messages.length > 0 ? messages : [`HTTP ${status}`], details };
}

function readDetails(body: unknown): readonly ApiErrorDetail[] {
  if (typeof body === 'string') {
    const message = isWebPage(body) ? describeWebPage(body) : body.trim();
    return message === '' ? [] : [{ message: clip(message) }];
  }
  if (!isJsonObject(body)) return [];
  if (isJsonObject(body['error'])) return readRulesError(body['error']);
  const errors = body['errors'];
  return Array.isArray(errors) ? errors.flatMap(readListedError) : [];
}

/** What a proxy or a login page answers in place of the service. */
export function isWebPage(text: string): boolean {
  return /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(text.slice(0, MAX_MESSAGE_CHARACTERS));
}

/** Its title stands near its beginning. */
const MAX_TITLE_AT = 4_096;

/** `a web page ("Sign in")` */
export function describeWebPage(text: string): string {
  const title = /<title[^>]{0,100}>([^<]{1,200})</i.exec(text.slice(0, MAX_TITLE_AT))?.[1];
  const words = title?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return words === '' ? 'a web page' : `a web page ("${words}")`;
}

/** `{ error: { code, message, details: [{ code, message, target }] } }` */
function readRulesError(error: Readonly<Record<string, unknown>>): readonly ApiErrorDetail[] {
  const listed = Array.isArray(error['details']) ? error['details'].flatMap(readListedError) : [];
  if (listed.length > 0) return listed;
  const message = textOf(error['message']) ?? textOf(error['code']);
  return message === undefined ? [] : [{ message: clip(message) }];
}

/** `"text"`, `{ status, title, detail }`, `{ code, title }`, `{ code, detail }`, `{ code, message, target }` */
function readListedError(error: unknown): readonly ApiErrorDetail[] {
  if (typeof error === 'string') return [{ message: clip(error) }];
  if (!isJsonObject(error)) return [];
  const message = ['detail', 'message', 'title', 'code'].map((key) => textOf(error[key])).find(Boolean);
  const target = textOf(error['target']);
  if (message === undefined) return [];
  return [{ message: clip(message), ...(target !== undefined && { target: clip(target) }) }];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function clip(text: string): string {
  return text.length > MAX_MESSAGE_CHARACTERS ? `${text.slice(0, MAX_MESSAGE_CHARACTERS)}…` : text;
}

/** Suppressions, notification rules, signals: `{ errors: ["text"] }`. */
export function plainErrors(...messages: readonly string[]): { readonly errors: readonly string[] } {
  return { errors: messages };
}

/** Most JSON:API areas: `{ errors: [{ status, title, detail }] }`. */
export function jsonApiErrors(
  status: number,
  title: string,
  ...details: readonly string[]
): { readonly errors: readonly object[] } {
  return { errors: details.map((detail) => ({ status: String(status), title, detail })) };
}

/** The newer backend of rules: `{ error: { code, message, details } }`. */
export function rulesError(
  code: 'InvalidArgument' | 'AlreadyExists' | 'NotFound',
  message: string,
  details: readonly ApiErrorDetail[] = [],
): { readonly error: object } {
  return { error: { code, message, details: details.map((detail) => ({ code, ...detail })) } };
}

/** App and API Protection: `{ errors: [{ code, title }] }`, the code a string. */
export function wafErrors(code: string, title: string): { readonly errors: readonly object[] } {
  return { errors: [{ code, title }] };
}

/** Workflow instances: `{ errors: [{ code, detail }] }`; the workflow resource itself leaves the code out. */
export function workflowErrors(
  code: string | undefined,
  ...details: readonly string[]
): { readonly errors: readonly object[] } {
  return { errors: details.map((detail) => ({ ...(code !== undefined && { code }), detail })) };
}
