/**
 * The client of GitHub's API: octokit with its throttling and retry plug-ins, on a `fetch` that is handed in.
 * Reads and updates are repeated by the plug-ins; what creates something never is, see `createOnce`.
 */

import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { usableAnswers } from './usable-answers.ts';

export interface GitHubOptions {
  readonly token: string;
  /** `https://api.github.com`, or that of an enterprise server. */
  readonly apiUrl: string;
  readonly fetch: typeof globalThis.fetch;
  /** `signalwright/0.1.0`. */
  readonly userAgent: string;
  /** Lines about limits and repeats, without the token. */
  readonly log?: (line: string) => void;
  /** Unit of all waits. @default 1000 */
  readonly waitUnitMs?: number;
  /** False: writes follow each other at once, for a server that does not mind. @default true */
  readonly isPaced?: boolean;
}

export interface GitHub {
  readonly octokit: Octokit;
  readonly waitUnitMs: number;
  readonly log: (line: string) => void;
}

/** Repeats after a rate limit; a longer wait than this is refused instead. */
const MAX_LIMIT_RETRIES = 3;
const MAX_WAIT_SECONDS = 120;
const MAX_RETRIES = 3;
const REQUEST_TIMEOUT_MS = 30_000;

const PacedOctokit = Octokit.plugin(throttling, retry);

/** @throws TypeError when a token would go out unencrypted to another machine */
export function createGitHub(options: GitHubOptions): GitHub {
  const { token, waitUnitMs = 1000, log = () => undefined } = options;
  const baseUrl = checkedUrl(options.apiUrl);
  const fetch = usableAnswers(options.fetch, baseUrl);
  const mayRepeat = (kind: string, afterSeconds: number, count: number): boolean => {
    const repeats = count < MAX_LIMIT_RETRIES && afterSeconds <= MAX_WAIT_SECONDS;
    log(`GitHub's ${kind} is met; ${repeats ? `repeating after ${afterSeconds} s` : 'giving up'}`);
    return repeats;
  };
  const octokit = new PacedOctokit({
    auth: token,
    baseUrl,
    userAgent: options.userAgent,
    request: {
      fetch: (url: string, init: RequestInit) =>
        fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }),
    },
    log: { debug: () => undefined, info: () => undefined, warn: log, error: () => undefined },
    throttle: {
      ...(options.isPaced === false && { write: UNPACED, notifications: UNPACED }),
      retryAfterBaseValue: waitUnitMs,
      onRateLimit: (after: number, _request: unknown, _octokit: unknown, count: number) =>
        mayRepeat('rate limit', after, count),
      onSecondaryRateLimit: (after: number, _request: unknown, _octokit: unknown, count: number) =>
        mayRepeat('secondary rate limit', after, count),
    },
    retry: { retries: MAX_RETRIES, retryAfterBaseValue: waitUnitMs },
  });
  return { octokit, waitUnitMs, log };
}

/**
 * Stands in for a group of Bottleneck limiters: one second between writes, three between notifications. Only
 * what the plug-in calls of a group is here, hence the cast.
 */
const UNPACED = {
  key: () => ({ schedule: <T>(_options: unknown, work: () => Promise<T>): Promise<T> => work() }),
} as never;

function checkedUrl(text: string): string {
  const url = new URL(text);
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)) return text.replace(/\/+$/, '');
  throw new TypeError(`The address of the GitHub API must be https: ${url.protocol}//${url.host}`);
}
