/**
 * The page's sessions: a launch link is good for one use and becomes a cookie that may only read. Both live in memory
 * alone: a restart signs everybody out.
 */

import { createHash } from 'node:crypto';

import { ROLES, type Actor } from '@signalwright/model';

const SECRET_BYTES = 32;

/** Chosen: long enough to find the terminal again. */
const LAUNCH_LINK_MS = 60 * 60_000;
/** Chosen: a working day. */
const SESSION_MS = 12 * 60 * 60_000;
/** Chosen: links and sessions that are kept; the oldest goes first. */
const MAX_KEPT = 100;

const COOKIE = 'signalwright_session';

export interface SessionsOptions {
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** Hash of the secret to when it ends. */
  readonly #launches = new Map<string, number>();
  readonly #sessions = new Map<string, number>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** `/launch?code=…`, good once. */
  newLaunchPath(): string {
    const code = this.#newSecret();
    this.#keep(this.#launches, code, LAUNCH_LINK_MS);
    return `/launch?code=${code}`;
  }

  /** @returns the `Set-Cookie` header of a new session; undefined when the code is unknown, used or too old */
  redeem(code: string): string | undefined {
    const key = hashOf(code);
    const endsAtMs = this.#launches.get(key);
    this.#launches.delete(key);
    if (endsAtMs === undefined || endsAtMs <= this.#options.nowMs()) return undefined;
    const session = this.#newSecret();
    this.#keep(this.#sessions, session, SESSION_MS);
    return `${COOKIE}=${session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1_000}`;
  }

  /** Who looks at the page with this `Cookie` header: somebody who may read, and nothing else. */
  viewerOf(cookie: string | null): Actor | undefined {
    const session = readCookie(cookie ?? '');
    const endsAtMs = session === undefined ? undefined : this.#sessions.get(hashOf(session));
    if (endsAtMs === undefined || endsAtMs <= this.#options.nowMs()) return undefined;
    return { kind: 'user', id: 'session', name: 'Local viewer', permissions: READ_ONLY, cause: [] };
  }

  #newSecret(): string {
    return Buffer.from(this.#options.random(SECRET_BYTES)).toString('base64url');
  }

  #keep(kept: Map<string, number>, secret: string, forMs: number): void {
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(hashOf(secret), this.#options.nowMs() + forMs);
  }
}

const READ_ONLY: Actor['permissions'] = new Set(ROLES['read-only']);

function readCookie(header: string): string | undefined {
  for (const pair of header.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
