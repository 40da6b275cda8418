/**
 * Who may do what: the org's users and their keys. Keys are random and kept as hashes; what a person needs to call
 * the org stands in a second file that only its owner may read.
 * Source: reliability T28. The three users of a new org are chosen, one for each default role.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { ROLES, type Actor, type Permission, type RoleName } from '@signalwright/model';
import { writeFileAtomic } from '@signalwright/store';

import {
  IDENTITY_FILE,
  readCredentials,
  readIdentityFile,
  type Credentials,
  type IdentityFile,
  type StoredKey,
  type User,
} from './identity-file.ts';

/** 256 bits. */
const KEY_BYTES = 32;

/** Who a key stands for, and what with it is allowed. */
export interface KeyHolder {
  readonly kind: 'user' | 'workflow' | 'system';
  /** The user's uuid, or a name of ours for keys that no person holds. */
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
}

export interface IdentityOptions {
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
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
  readonly #options: IdentityOptions;
  readonly #path: string;
  #file: IdentityFile;
  /** Keys of this process alone, gone with it. */
  readonly #passing = new Map<string, KeyHolder>();

  constructor(options: IdentityOptions) {
    this.#options = options;
    this.#path = join(options.dataDir, IDENTITY_FILE);
    this.#file = readIdentityFile(this.#path) ?? this.#createFile();
  }

  get users(): readonly User[] {
    return this.#file.users;
  }

  findUser(uuid: string): User | undefined {
    return this.users.find((user) => user.uuid === uuid);
  }

  /** The keys of the first user, made at the first start and again when their file is lost or damaged. */
  ownerCredentials(): Credentials {
    const path = join(this.#options.dataDir, 'credentials.json');
    const stored = readCredentials(path);
    if (stored !== undefined && this.isApiKey(stored.apiKey) && this.holderOf(stored.applicationKey))
      return stored;
    const [owner] = this.users;
    if (owner === undefined) throw new Error('The org has no user.');
    const credentials = this.issue(owner.uuid);
    writeFileAtomic(path, `${JSON.stringify(credentials, null, 2)}\n`);
    return credentials;
  }

  /** New keys for a user. They are returned once; only their hashes are kept. */
  issue(userUuid: string, expiresAtMs?: number): Credentials {
    const credentials = this.#newCredentials();
    const createdAtMs = this.#options.nowMs();
    const expiry = expiresAtMs === undefined ? {} : { expiresAtMs };
    const keys: readonly StoredKey[] = [
      { kind: 'api', sha256: hashOf(credentials.apiKey), createdAtMs, ...expiry },
      { kind: 'application', sha256: hashOf(credentials.applicationKey), userUuid, createdAtMs, ...expiry },
    ];
    this.#save({ ...this.#file, keys: [...this.#file.keys, ...keys] });
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
    return this.#passing.get(sha256) === NOBODY || this.#stored(sha256, 'api') !== undefined;
  }

  /** Who an application key belongs to; undefined when it is unknown or has expired. */
  holderOf(applicationKey: string): KeyHolder | undefined {
    const sha256 = hashOf(applicationKey);
    const passing = this.#passing.get(sha256);
    if (passing !== undefined && passing !== NOBODY) return passing;
    const uuid = this.#stored(sha256, 'application')?.userUuid;
    const user = uuid === undefined ? undefined : this.findUser(uuid);
    if (user === undefined) return undefined;
    return { kind: 'user', id: user.uuid, name: user.name, permissions: new Set(ROLES[user.role]) };
  }

  /** Looked up by hash: a wrong key takes as long as a right one, whatever it shares with it. */
  #stored(sha256: string, kind: StoredKey['kind']): StoredKey | undefined {
    const key = this.#file.keys.find((candidate) => candidate.sha256 === sha256 && candidate.kind === kind);
    const isExpired = key?.expiresAtMs !== undefined && key.expiresAtMs <= this.#options.nowMs();
    return isExpired ? undefined : key;
  }

  #newCredentials(): Credentials {
    // The prefixes let scanners of secrets find keys that were committed by accident.
    return { apiKey: `swapi_${this.#randomHex()}`, applicationKey: `swapp_${this.#randomHex()}` };
  }

  #randomHex(): string {
    return Buffer.from(this.#options.random(KEY_BYTES)).toString('hex');
  }

  #createFile(): IdentityFile {
    const users = (['admin', 'analyst', 'read-only'] as const).map((role, index): User => ({
      id: index + 1,
      uuid: newUuid(this.#options.random),
      name: USER_NAMES[role],
      handle: role,
      role,
    }));
    const file: IdentityFile = { schemaVersion: 1, users, keys: [] };
    this.#save(file);
    return file;
  }

  #save(file: IdentityFile): void {
    writeFileAtomic(this.#path, `${JSON.stringify(file, null, 2)}\n`);
    this.#file = file;
  }
}

const USER_NAMES = {
  admin: 'Administrator',
  analyst: 'Analyst',
  'read-only': 'Reader',
} as const satisfies Record<RoleName, string>;

/** Holder of an API key: it names the org, nobody in it. */
const NOBODY: KeyHolder = { kind: 'system', id: 'api-key', name: 'API key', permissions: new Set() };

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** A version 4 uuid (RFC 9562) from the given source of randomness. */
export function newUuid(random: (bytes: number) => Uint8Array): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The holder of a key as the one who does a thing. */
export function actorOf(holder: KeyHolder, cause: readonly string[] = []): Actor {
  return { ...holder, cause };
}
