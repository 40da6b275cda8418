/** Whoever knocks: keys of people made over the API for the purpose, each lacking exactly one thing. */

import { BASE_PERMISSIONS, PERMISSIONS, type Permission } from '@signalwright/model';
import { askedBy, isAdmitted, type Access, type Org } from '@signalwright/org';

export type Headers = Readonly<Record<string, string>>;

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

interface Shown {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const BASE: ReadonlySet<Permission> = new Set(BASE_PERMISSIONS);

/** Set by the test clock: when keys that end have ended. */
const KEY_LIFE_MS = 60_000;

export class Callers {
  readonly #org: Org;
  readonly #clock: { nowMs: number };
  readonly #permissionIds = new Map<string, string>();
  readonly #keysByPermissions = new Map<string, Headers>();
  #made = 0;

  constructor(org: Org, clock: { nowMs: number }) {
    this.#org = org;
    this.#clock = clock;
  }

  get owner(): Headers {
    const { apiKey, applicationKey } = this.#org.ownerCredentials;
    return { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
  }

  async send(method: string, path: string, headers: Headers, body?: unknown): Promise<Answered> {
    const response = await this.#org.fetch(
      new Request(`http://org.in-process${path}`, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, text: await response.text() };
  }

  /** Those who are nobody: every route but the public ones answers them with 401. */
  async strangers(): Promise<readonly (readonly [string, Headers])[]> {
    const wrong = 'f'.repeat(64);
    const apiKey = { 'dd-api-key': this.owner['dd-api-key'] ?? '' };
    const keyOf = (key: string): Headers => ({ ...apiKey, 'dd-application-key': key });
    const user = await this.#newUser([]);
    const expired = await this.#issue(user, {
      expires_at: new Date(this.#clock.nowMs + KEY_LIFE_MS).toISOString(),
    });
    this.#clock.nowMs += KEY_LIFE_MS;
    const revoked = await this.#issue(user, {});
    await this.#ask('DELETE', `/api/signalwright/tokens/${revoked.id}`);
    const administrator = await this.#newUser([...PERMISSIONS]);
    const disabled = await this.#issue(administrator, {});
    await this.#ask('DELETE', `/api/v2/users/${administrator}`);
    return [
      ['no key', {}],
      ['a wrong key', { 'dd-api-key': wrong, 'dd-application-key': wrong }],
      ['a wrong application key', keyOf(wrong)],
      ['a wrong API key', { ...this.owner, 'dd-api-key': wrong }],
      ['a wrong token', { authorization: `Bearer ${wrong}` }],
      ['a token of another kind', { authorization: `Basic ${wrong}` }],
      ['an expired key', keyOf(expired.secret)],
      ['an expired token', { authorization: `Bearer ${expired.secret}` }],
      ['a revoked key', keyOf(revoked.secret)],
      ['a revoked token', { authorization: `Bearer ${revoked.secret}` }],
      ['the key of a disabled administrator', keyOf(disabled.secret)],
      ['the token of a disabled administrator', { authorization: `Bearer ${disabled.secret}` }],
      ['a made-up session', { cookie: `signalwright_session=${wrong}` }],
    ];
  }

  /** Those who lack one thing that the route asks for and have all others: 403. */
  async lacking(access: Access): Promise<readonly (readonly [string, Headers])[]> {
    const asked = askedBy(access);
    const lost = access.kind === 'any-of' ? [asked] : asked.map((permission) => [permission]);
    const callers: (readonly [string, Headers])[] = [];
    for (const missing of lost) {
      const rest = PERMISSIONS.filter((permission) => !missing.includes(permission));
      const named = missing.join(' and ');
      callers.push([`a scoped key of an administrator without ${named}`, await this.#scoped(rest)]);
      // What every user or every role holds no role can lack.
      if (missing.every((permission) => this.#isGrantable(permission) && !BASE.has(permission))) {
        callers.push([`a role that has all but ${named}`, await this.#ofRole(rest)]);
      }
    }
    return callers;
  }

  /** Those who have what the route asks for and nothing else. */
  async sufficient(access: Access): Promise<readonly (readonly [string, Headers])[]> {
    const asked = askedBy(access);
    const enough = access.kind === 'any-of' ? asked.map((permission) => [permission]) : [asked];
    const callers: (readonly [string, Headers])[] = [];
    for (const held of enough) {
      const named = held.join(' and ') || 'nothing';
      callers.push([`a role that has ${named} alone`, await this.#ofRole(held)]);
      if (held.length > 0)
        callers.push([`a scoped key of an administrator with ${named} alone`, await this.#scoped(held)]);
    }
    return callers;
  }

  /** A scoped key of an administrator with one permission, and whether the route is open to it. */
  async single(
    permission: Permission,
    access: Access,
  ): Promise<{ readonly headers: Headers; readonly passes: boolean }> {
    const isUsers = access.kind !== 'public' && access.kind !== 'api-key' && access.kind !== 'session';
    const headers = await this.#scoped([permission]);
    return { headers, passes: isUsers && isAdmitted(access, new Set([permission])) };
  }

  #isGrantable(permission: Permission): boolean {
    return this.#permissionIds.has(permission);
  }

  async #ofRole(permissions: readonly Permission[]): Promise<Headers> {
    return this.#remembered(`role ${permissions.join()}`, async () => {
      const { secret } = await this.#issue(await this.#newUser(permissions), {});
      return { authorization: `Bearer ${secret}` };
    });
  }

  async #scoped(scopes: readonly Permission[]): Promise<Headers> {
    return this.#remembered(`scopes ${scopes.join()}`, async () => {
      const me = await this.#ask('GET', '/api/v2/current_user');
      const { secret } = await this.#issue(me.id, { scopes });
      return { ...this.owner, 'dd-application-key': secret };
    });
  }

  async #remembered(mark: string, make: () => Promise<Headers>): Promise<Headers> {
    const known = this.#keysByPermissions.get(mark) ?? (await make());
    this.#keysByPermissions.set(mark, known);
    return known;
  }

  async #newUser(permissions: readonly Permission[]): Promise<string> {
    if (this.#permissionIds.size === 0) await this.#readPermissions();
    this.#made += 1;
    const ids = permissions.flatMap((permission) => this.#permissionIds.get(permission) ?? []);
    const role = await this.#ask('POST', '/api/v2/roles', {
      data: {
        type: 'roles',
        attributes: { name: `Role ${this.#made}` },
        relationships: { permissions: { data: ids.map((id) => ({ type: 'permissions', id })) } },
      },
    });
    const user = await this.#ask('POST', '/api/v2/users', {
      data: {
        type: 'users',
        attributes: { email: `caller-${this.#made}@example.com` },
        relationships: { roles: { data: [{ type: 'roles', id: role.id }] } },
      },
    });
    return user.id;
  }

  async #issue(
    userId: string,
    attributes: object,
  ): Promise<{ readonly id: string; readonly secret: string }> {
    this.#made += 1;
    const key = await this.#ask('POST', '/api/signalwright/tokens', {
      data: {
        attributes: { name: `Key ${this.#made}`, ...attributes },
        relationships: { owned_by: { data: { type: 'users', id: userId } } },
      },
    });
    return { id: key.id, secret: String(key.attributes['key']) };
  }

  async #readPermissions(): Promise<void> {
    const { text } = await this.send('GET', '/api/v2/permissions', this.owner);
    const { data } = JSON.parse(text) as { readonly data: readonly Shown[] };
    for (const { id, attributes } of data) this.#permissionIds.set(String(attributes['name']), id);
  }

  /** With the owner's keys; what is refused ends the proof. */
  async #ask(method: string, path: string, body?: unknown): Promise<Shown> {
    const { status, text } = await this.send(method, path, this.owner, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text === '' ? { id: '', attributes: {} } : (JSON.parse(text) as { readonly data: Shown }).data;
  }
}
