/**
 * One call of the public API: headers, deadline, size and depth of the answer, rate limits, and retries of reads.
 * A write is sent exactly once. An answer that does not say whether it was carried out is `unknown`, and the caller
 * must look before it does anything else.
 */

import { MAX_ATTEMPTS, backoffMs, jitteredMs, type RateLimit } from './backoff.ts';
import { describeWebPage, isWebPage, parseApiError, type ApiError } from './api-error.ts';
import { isJsonDeeperThan } from './json-depth.ts';
import { permissionNeeded } from './permission-needed.ts';
import { RateBudget } from './rate-budget.ts';
import { secretsIn } from './secret-reference.ts';

export type ApiOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** The service said no: nothing was changed. */
  | { readonly kind: 'refused'; readonly error: ApiError }
  /** No answer, or one that promises nothing. A write may have been carried out. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface ApiClock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

export type ApiAuth =
  | { readonly apiKey: string; readonly applicationKey: string }
  | { readonly token: string };

export interface TransportOptions {
  /** `https://api.datadoghq.eu`, or where the embedded org listens. */
  readonly baseUrl: string;
  readonly auth: ApiAuth;
  /** The network: `globalThis.fetch`, or an app called in process. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: ApiClock;
  /** At least 0, below 1: spreads the retries of many clients. */
  readonly random: () => number;
  /** For one attempt, body included, in real milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /**
   * Once it fires nothing more is sent, and reads that are under way are cut off. A write that is under way is waited
   * for: what became of it must be known. Waits end when the sleep of the clock does.
   */
  readonly stop?: AbortSignal | undefined;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments already encoded, see `pathOf`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A POST that only reads: retried like a GET. */
  readonly readsOnly?: boolean;
  /** See `BeforeSend`. */
  readonly beforeSend?: BeforeSend | undefined;
  /** What this answer and others of one list may hold together; counted down. */
  readonly allowance?: Allowance;
}

export interface Allowance {
  bytesLeft: number;
}

/**
 * Called when it is the turn of a call, right before it is sent: after every wait for a limit. What it throws is thrown
 * to the caller, and nothing is sent.
 */
export type BeforeSend = () => Promise<void>;

export type Transport = (request: ApiRequest) => Promise<ApiOutcome<unknown>>;

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Of an outcome that nobody waited for any longer. */
export const INTERRUPTED = 'interrupted';
/** No object of the API nests nearly as deep; deeper answers would only overflow whoever walks them. */
export const MAX_ANSWER_DEPTH = 100;

export function createTransport(options: TransportOptions): Transport {
  const { clock, random } = options;
  // Shared by all calls: what the service says to one counts for the others.
  const budget = new RateBudget();
  let wasReached = false;
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      await waitForTurn(budget, areaOf(request), options);
      const { outcome, limit, cause } = await sendOnce(request, budget, options);
      wasReached ||= cause === undefined;
      // Who was never there is not there in ten seconds; who was may be back.
      const isFinal = options.stop?.aborted === true || (cause !== undefined && !wasReached);
      if (!isRead(request) || isFinal || attempt >= MAX_ATTEMPTS || !isTransient(outcome)) return outcome;
      if (limit.waitMs === 0) await clock.sleep(backoffMs(attempt, random()));
      // A limit is waited for above, with everybody else.
      else if (!isLimited(outcome)) await clock.sleep(jitteredMs(limit.waitMs, random()));
    }
  };
}

function isRead({ method, readsOnly }: ApiRequest): boolean {
  return method === 'GET' || readsOnly === true;
}

/** Once its turn has come. */
async function sendOnce(
  request: ApiRequest,
  budget: RateBudget,
  options: TransportOptions,
): Promise<Attempt> {
  try {
    if (options.stop?.aborted === true)
      return { outcome: { kind: 'unknown', reason: INTERRUPTED }, limit: NO_LIMIT };
    if (request.beforeSend !== undefined) await request.beforeSend();
    return await attemptOnce(request, budget, isRead(request) ? options : { ...options, stop: undefined });
  } finally {
    budget.end(areaOf(request));
  }
}

/** Endpoints that the service can be taken to count together; ids further in the path do not tell them apart. */
function areaOf({ method, path }: ApiRequest): string {
  return `${method} ${path.split('/').slice(0, 5).join('/')}`;
}

/** Chosen: others took the tokens so many times over; the service may decide then. */
const MAX_TURNS = 100;

async function waitForTurn(
  budget: RateBudget,
  area: string,
  { clock, random, stop }: TransportOptions,
): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS && stop?.aborted !== true; turn += 1) {
    const first = budget.firstAnswer(area);
    if (first !== undefined) await first;
    const waitMs = budget.take(area, clock.nowMs());
    if (waitMs === 0) return;
    await clock.sleep(jitteredMs(waitMs, random()));
  }
  budget.begin(area);
}

function isTransient(outcome: ApiOutcome<unknown>): boolean {
  return outcome.kind === 'unknown' || isLimited(outcome);
}

function isLimited(outcome: ApiOutcome<unknown>): boolean {
  return outcome.kind === 'refused' && outcome.error.status === 429;
}

interface Attempt {
  readonly outcome: ApiOutcome<unknown>;
  readonly limit: RateLimit;
  /** Why there is no answer, where asking again is no help: a wrong address, or somebody between us and the service. */
  readonly cause?: 'no service' | 'another answers';
}

const NO_LIMIT: RateLimit = { asked: false, waitMs: 0 };

async function attemptOnce(
  request: ApiRequest,
  budget: RateBudget,
  options: TransportOptions,
): Promise<Attempt> {
  const { stop } = options;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onStop = (): void => undefined;
  // Not every fetch honours the signal, so the end is raced as well.
  const deadline = new Promise<never>((_resolve, reject) => {
    const end = (reason: string): void => {
      reject(new Error(reason));
      abort.abort();
    };
    timer = setTimeout(() => end('no answer within the time limit'), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    onStop = () => end(INTERRUPTED);
    stop?.addEventListener('abort', onStop);
  });
  try {
    return await Promise.race([exchange(request, budget, options, abort.signal), deadline]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = withoutSecrets(message, request, options.auth);
    return {
      outcome: { kind: 'unknown', reason: `${request.method} ${request.path}: ${reason}` },
      limit: NO_LIMIT,
      ...(isNoService(error) && { cause: 'no service' as const }),
    };
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', onStop);
  }
}

async function exchange(
  request: ApiRequest,
  budget: RateBudget,
  options: TransportOptions,
  signal: AbortSignal,
): Promise<Attempt> {
  const response = await options.fetch(urlOf(request, options.baseUrl), {
    method: request.method,
    headers: headersOf(request, options.auth),
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    // A redirect would carry the keys to wherever the answer points.
    redirect: 'manual',
    signal,
  });
  const limit = budget.learn(areaOf(request), response.status, response.headers, options.clock.nowMs());
  const text = await readBody(response, request.allowance);
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    const reason = `${request.method} ${request.path}: ${describeRedirect(status, headers.get('location'))}`;
    return { outcome: { kind: 'unknown', reason }, limit, cause: 'another answers' };
  }
  const outcome = judge(
    request,
    status,
    status < 300 ? text : withoutSecrets(text, request, options.auth),
    limit,
  );
  const isOther = outcome.kind === 'unknown' && status < 300 && isWebPage(text);
  return { outcome, limit, ...(isOther && { cause: 'another answers' as const }) };
}

/** Where to is said as far as a person needs it; the rest of the address may hold anything. */
function describeRedirect(status: number, location: string | null): string {
  const target = location !== null && URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
  return `HTTP ${status}, a redirect${target}, which is not followed: it would carry the keys along`;
}

/** What Node refuses names the value of a header; a refusal, or a proxy's page, may repeat what was sent. */
function withoutSecrets(text: string, { body }: ApiRequest, auth: ApiAuth): string {
  const sent = [...Object.values(auth), ...secretsIn(body)];
  return sent.reduce((left, secret: string) => left.replaceAll(secret.trim() || '***', '***'), text);
}

/** The name does not resolve, or who answers cannot prove to be the service. */
const NO_SERVICE = /^(?:ENOTFOUND|ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_SSL_)/;
const MAX_CAUSES = 5;

function isNoService(error: unknown): boolean {
  let each = error;
  for (let depth = 0; depth < MAX_CAUSES && each instanceof Error; depth += 1) {
    if ('code' in each && NO_SERVICE.test(String(each.code))) return true;
    each = each.cause;
  }
  return false;
}

function judge(request: ApiRequest, status: number, text: string, limit: RateLimit): ApiOutcome<unknown> {
  const where = `${request.method} ${request.path}`;
  const body = parseJson(text);
  if (status >= 200 && status < 300) {
    if (text.trim() === '') return { kind: 'done', value: undefined };
    if (body.ok) return { kind: 'done', value: body.value };
    const what = isWebPage(text) ? describeWebPage(text) : body.reason;
    return { kind: 'unknown', reason: `${where}: HTTP ${status} with ${what}` };
  }
  const error = parseApiError(status, body.ok ? body.value : text);
  const promisesNothing = status < 400 || status >= 500 || status === 408;
  if (promisesNothing)
    return { kind: 'unknown', reason: `${where}: HTTP ${status}: ${error.messages.join('; ')}` };
  const permission = status === 403 ? permissionNeeded(request) : undefined;
  return {
    kind: 'refused',
    error: {
      ...error,
      ...(limit.asked && { retryAfterMs: limit.waitMs }),
      ...(permission !== undefined && { permissions: [permission] }),
    },
  };
}

function urlOf(request: ApiRequest, baseUrl: string): string {
  const query = new URLSearchParams(request.query).toString();
  return `${baseUrl.replace(/\/+$/, '')}${request.path}${query === '' ? '' : `?${query}`}`;
}

function headersOf(request: ApiRequest, auth: ApiAuth): Record<string, string> {
  return {
    accept: 'application/json',
    'x-datadog-managed-by': 'iac',
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
    ...('token' in auth
      ? { authorization: `Bearer ${auth.token}` }
      : { 'dd-api-key': auth.apiKey, 'dd-application-key': auth.applicationKey }),
  };
}

async function readBody(response: Response, allowance: Allowance | undefined): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder('utf-8', { fatal: false });
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    if (allowance !== undefined && (allowance.bytesLeft -= chunk.byteLength) < 0)
      throw new Error('the list is longer than any that is read');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

function parseJson(text: string): Parsed {
  if (isJsonDeeperThan(text, MAX_ANSWER_DEPTH)) return { ok: false, reason: 'an answer that nests too deep' };
  try {
    const value: unknown = JSON.parse(text);
    // A number like 1e400 is infinity then, which nothing can be compared with or written down as.
    if (HUGE_NUMBER.test(text) && !isFiniteThroughout(value))
      return { ok: false, reason: 'a number that is too large' };
    return { ok: true, value };
  } catch {
    return { ok: false, reason: 'a body that is no complete JSON' };
  }
}

/** An exponent of three digits, or as many digits as the largest number has. */
const HUGE_NUMBER = /\d[eE]\+?\d{3}|\d{309}/;

function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isFiniteThroughout);
}
