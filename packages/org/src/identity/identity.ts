/**
 * Who comes in with which key, and what with it is allowed. People, roles and keys stand in the org's database, where
 * only commands change them; what a person needs to call a new org stands in a file that only its owner may read.
 * Source: reliability T28.
 */

import { join } from 'node:path';

import { ROLES, type Actor, type Permission, type RoleName } from '@signalwright/model';
import {
  findKeyByHash,
  findUser,
  hashOf,
  issueOwnKey,
  listUsers,
  newSecret,
  permissionsOfKey,
  permissionsOfUser,
  type KeyKind,
  type User,
} from '@signalwright/signals';
import { writeFileAtomic, type Database } from '@signalwright/store';

import { readCredentials, type Credentials } from './identity-file.ts';
import { openOrgIdentity } from './open-identity.ts';

/** Chosen: keys whose holders are remembered; all are forgotten when more come. */
const MAX_REMEMBERED = 10_000;

/** Who a key stands for, and what with it is allowed. */
export interface KeyHolder {
  readonly kind: 'user' | 'workflow' | 'system';
  /** The user's uuid, or a name of ours for keys that no person holds. */
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly isScoped?: boolean;
  /** Unix time in milliseconds. */
  readonly expiresAtMs?: number;
}

export interface IdentityOptions {
  readonly db: Database;
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Whether the audit trail tells of the first key of its owner. @default true */
  readonly tellsFirstKey?: boolean;
}

/** Runner and sample application act for nobody: what a workflow may do, at most. */
const WORKFLOW_PERMISSIONS: readonly Permission[] = [
  'security_monitoring_rules_read',
  'security_monitoring_signals_read',
  'security_monitoring_signals_write',
  'workflows_read',
  'workflows_run',
  'appsec_protect_read',
  'appsec_protect_write',
];

export class Identity {
  readonly orgId: string;
  /** Of the org. */
  readonly createdAtMs: number;
  readonly #options: IdentityOptions;
  /** Keys of this process alone, gone with it. */
  readonly #passing = new Map<string, KeyHolder>();
  /** What the database says of a hash, until somebody changes it. */
  #remembered = new Map<string, KeyHolder | undefined>();

  /** @throws StoreError when an `identity.json` of an earlier version is damaged */
  constructor(options: IdentityOptions) {
    this.#options = options;
    const { id, createdAtMs } = openOrgIdentity(options);
    this.orgId = id;
    this.createdAtMs = createdAtMs;
  }

  get users(): readonly User[] {
    return listUsers(this.#options.db);
  }

  findUser(uuid: string): User | undefined {
    return findUser(this.#options.db, uuid);
  }

  /** Called when people, roles or keys have changed. */
  forget(): void {
    this.#remembered = new Map();
  }

  /** The keys of the first administrator, made at the first start and again when their file is lost or damaged. */
  ownerCredentials(): Credentials {
    const path = join(this.#options.dataDir, 'credentials.json');
    const stored = readCredentials(path);
    if (stored !== undefined && this.isApiKey(stored.apiKey) && this.holderOf(stored.applicationKey))
      return stored;
    const owner = this.#firstWith((permissions) => permissions.has('user_access_manage'));
    if (owner === undefined) throw new Error('The org has no user who manages access.');
    const { tellsFirstKey = true } = this.#options;
    const credentials = this.#issue(owner.uuid, { name: 'First key' }, tellsFirstKey);
    writeFileAtomic(path, `${JSON.stringify(credentials, null, 2)}\n`);
    return credentials;
  }

  /** New keys for the first user who may do what the role may, and no more. */
  issueForRole(role: RoleName, expiresAtMs?: number): Credentials {
    const user = this.#firstWith(
      (permissions) =>
        permissions.size === new Set(ROLES[role]).size && ROLES[role].every((name) => permissions.has(name)),
    );
    if (user === undefined) throw new Error(`The org has no user of the role ${role}.`);
    return this.issue(user.uuid, {
      name: `Key of ${role}`,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    });
  }

  /** New keys for a user. They are returned once; only their hashes are kept, and the audit trail tells of both. */
  issue(userUuid: string, made: { readonly name: string; readonly expiresAtMs?: number }): Credentials {
    return this.#issue(userUuid, made, true);
  }

  #issue(userUuid: string, named: Parameters<Identity['issue']>[1], isTold: boolean): Credentials {
    const made = { userUuid, ...named };
    const issue = (kind: KeyKind): string => issueOwnKey(this.#options, kind, made, isTold).secret;
    const credentials = this.#options.db.transaction(() => ({
      apiKey: issue('api'),
      applicationKey: issue('application'),
    }));
    this.forget();
    return credentials;
  }

  /** Keys that live as long as this process, for the runner that it starts. */
  issueForWorkflows(): Credentials {
    const credentials = this.#newCredentials();
    this.#passing.set(hashOf(credentials.apiKey), NOBODY);
    this.#passing.set(hashOf(credentials.applicationKey), {
      kind: 'workflow',
      id: 'workflow',
      name: 'Workflow Automation',
      permissions: new Set(WORKFLOW_PERMISSIONS),
    });
    return credentials;
  }

  isApiKey(key: string): boolean {
    const sha256 = hashOf(key);
    if (this.#passing.get(sha256) === NOBODY) return true;
    return this.#current('api', sha256) !== undefined;
  }

  /** Who an application key belongs to; undefined when it is unknown or has expired, or its user is disabled. */
  holderOf(applicationKey: string): KeyHolder | undefined {
    return this.holderOfHash(hashOf(applicationKey));
  }

  /** The same of a key of which only the hash was kept. */
  holderOfHash(sha256: string): KeyHolder | undefined {
    const passing = this.#passing.get(sha256);
    if (passing !== undefined && passing !== NOBODY) return passing;
    return this.#current('application', sha256);
  }

  #current(kind: KeyKind, sha256: string): KeyHolder | undefined {
    const mark = `${kind} ${sha256}`;
    if (!this.#remembered.has(mark)) {
      // Wrong keys are remembered too, and must not fill the memory.
      if (this.#remembered.size >= MAX_REMEMBERED) this.forget();
      this.#remembered.set(mark, this.#read(kind, sha256));
    }
    const holder = this.#remembered.get(mark);
    const isExpired = holder?.expiresAtMs !== undefined && holder.expiresAtMs <= this.#options.nowMs();
    return isExpired ? undefined : holder;
  }

  #read(kind: KeyKind, sha256: string): KeyHolder | undefined {
    const { db } = this.#options;
    const key = findKeyByHash(db, kind, sha256);
    if (key === undefined) return undefined;
    const end = key.expiresAtMs === undefined ? {} : { expiresAtMs: key.expiresAtMs };
    if (kind === 'api') return { ...NOBODY, ...end };
    const user = key.userUuid === undefined ? undefined : findUser(db, key.userUuid);
    if (user === undefined || user.isDisabled) return undefined;
    const { uuid: id, name } = user;
    const permissions = permissionsOfKey(db, key);
    return { kind: 'user', id, name, permissions, isScoped: key.scopes !== undefined, ...end };
  }

  #firstWith(suits: (permissions: ReadonlySet<Permission>) => boolean): User | undefined {
    const { db } = this.#options;
    return listUsers(db).find(
      (user) => !user.isDisabled && !user.isServiceAccount && suits(permissionsOfUser(db, user.uuid)),
    );
  }

  #newCredentials(): Credentials {
    const { random } = this.#options;
    return { apiKey: newSecret(random, 'api'), applicationKey: newSecret(random, 'application') };
  }
}

/** Holder of an API key: it names the org, nobody in it. */
const NOBODY: KeyHolder = { kind: 'system', id: 'api-key', name: 'API key', permissions: new Set() };

/** The holder of a key as the one who does a thing. */
export function actorOf(holder: KeyHolder, cause: readonly string[] = []): Actor {
  const { kind, id, name, permissions, isScoped = false } = holder;
  return { kind, id, name, permissions, isScoped, cause };
}
