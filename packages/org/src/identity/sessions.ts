/**
 * The page's sessions: a launch link that is good for one use, or somebody's key, becomes a cookie that may only read.
 * All live in memory alone: a restart signs everybody out.
 */

import { createHash } from 'node:crypto';

import { ROLES, type Actor, type Permission } from '@signalwright/model';

import { actorOf, type Identity } from './identity.ts';

const SECRET_BYTES = 32;

/** Chosen: long enough to find the terminal again. */
const LAUNCH_LINK_MS = 60 * 60_000;
/** Chosen: a working day. */
const SESSION_MS = 12 * 60 * 60_000;
/** Chosen: links and sessions that are kept; the oldest goes first. */
const MAX_KEPT = 100;

const COOKIE = 'signalwright_session';
/** No script reads it, and no request that another site began carries it. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/** Chosen: wrong keys that are looked at, of all who try. */
const MAX_WRONG_KEYS = { count: 20, perMs: 60_000 } as const;

export type SignIn =
  | { readonly kind: 'signed-in'; readonly cookie: string }
  | { readonly kind: 'unknown' | 'not-allowed' | 'too-often' };

interface Session {
  readonly endsAtMs: number;
  /** Hash of the key that it came in with; a launch link has none. */
  readonly keySha256?: string;
  /** Who asked for the launch link over the API: it shows no more than he may read, and ends when he is disabled. */
  readonly askedBy?: Pick<Actor, 'id' | 'permissions'>;
}

export interface SessionsOptions {
  readonly identity: Identity;
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** By the hash of the secret. */
  readonly #launches = new Map<string, Session>();
  readonly #sessions = new Map<string, Session>();
  /** When wrong keys came, oldest first. */
  #wrongAtMs: readonly number[] = [];

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** `/launch?code=…`, good once. @param askedBy undefined for whoever owns the process */
  newLaunchPath(askedBy?: Actor): string {
    const code = this.#newSecret();
    const endsAtMs = this.#options.nowMs() + LAUNCH_LINK_MS;
    this.#keep(this.#launches, code, { endsAtMs, ...(askedBy !== undefined && { askedBy }) });
    return `/launch?code=${code}`;
  }

  /** @returns the `Set-Cookie` header of a new session; undefined when the code is unknown, used or too old */
  redeem(code: string): string | undefined {
    const key = hashOf(code);
    const launch = this.#launches.get(key);
    this.#launches.delete(key);
    if (launch === undefined || launch.endsAtMs <= this.#options.nowMs()) return undefined;
    return this.#open(launch.askedBy === undefined ? {} : { askedBy: launch.askedBy });
  }

  /** With an application key of a user who may read signals. */
  signIn(applicationKey: string): SignIn {
    const { identity, nowMs } = this.#options;
    this.#wrongAtMs = this.#wrongAtMs.filter((atMs) => atMs > nowMs() - MAX_WRONG_KEYS.perMs);
    if (this.#wrongAtMs.length >= MAX_WRONG_KEYS.count) return { kind: 'too-often' };
    const holder = identity.holderOf(applicationKey);
    if (holder?.kind !== 'user') {
      this.#wrongAtMs = [...this.#wrongAtMs, nowMs()];
      return { kind: 'unknown' };
    }
    if (!holder.permissions.has('security_monitoring_signals_read')) return { kind: 'not-allowed' };
    return { kind: 'signed-in', cookie: this.#open({ keySha256: hashOf(applicationKey) }) };
  }

  /** Ends the session of this `Cookie` header. @returns the `Set-Cookie` header that takes the cookie away */
  end(cookie: string | null): string {
    const session = readCookie(cookie ?? '');
    if (session !== undefined) this.#sessions.delete(hashOf(session));
    return `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
  }

  /** Who looks at the page with this `Cookie` header: somebody who may read, and nothing else. */
  viewerOf(cookie: string | null): Actor | undefined {
    const secret = readCookie(cookie ?? '');
    const session = secret === undefined ? undefined : this.#sessions.get(hashOf(secret));
    if (session === undefined || session.endsAtMs <= this.#options.nowMs()) return undefined;
    const { identity } = this.#options;
    const { askedBy, keySha256 } = session;
    if (keySha256 === undefined) {
      if (askedBy !== undefined && identity.findUser(askedBy.id)?.isDisabled !== false) return undefined;
      const permissions = askedBy === undefined ? READ_ONLY : readOnly(askedBy.permissions);
      return { kind: 'user', id: 'session', name: 'Local viewer', permissions, cause: [] };
    }
    const holder = identity.holderOfHash(keySha256);
    return holder && { ...actorOf(holder), permissions: readOnly(holder.permissions) };
  }

  #open(of: Omit<Session, 'endsAtMs'>): string {
    const secret = this.#newSecret();
    this.#keep(this.#sessions, secret, { ...of, endsAtMs: this.#options.nowMs() + SESSION_MS });
    return `${COOKIE}=${secret}; ${ATTRIBUTES}; Max-Age=${SESSION_MS / 1_000}`;
  }

  #newSecret(): string {
    return Buffer.from(this.#options.random(SECRET_BYTES)).toString('base64url');
  }

  #keep(kept: Map<string, Session>, secret: string, session: Session): void {
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(hashOf(secret), session);
  }
}

const READ_ONLY: ReadonlySet<Permission> = new Set(ROLES['read-only']);

function readOnly(permissions: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return new Set([...permissions].filter((permission) => READ_ONLY.has(permission)));
}

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
