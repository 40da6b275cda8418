/**
 * Two files beside the org's database, read as what they are: bytes that a crash, a disk or a person may have changed.
 * Earlier versions kept users and keys in `identity.json`; a wrong one stops the org, since to go on without it would
 * lock out all who hold keys of it.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ROLES, type Assignee, type RoleName } from '@signalwright/model';
import { StoreError } from '@signalwright/store';

import { readFileIfAny } from './read-file.ts';

export const IDENTITY_FILE = 'identity.json';

interface FiledUser extends Assignee {
  readonly handle: string;
  readonly role: RoleName;
}

/** What a caller sends: `DD-API-KEY` and `DD-APPLICATION-KEY`, or the application key as a bearer token. */
export interface Credentials {
  readonly apiKey: string;
  readonly applicationKey: string;
}

interface FiledKey {
  readonly kind: 'api' | 'application';
  readonly sha256: string;
  readonly userUuid?: string;
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
}

export interface IdentityFile {
  readonly schemaVersion: 1;
  readonly users: readonly FiledUser[];
  readonly keys: readonly FiledKey[];
}

/** The first of these files that stands in the folder; undefined when none does. */
export function firstPresent(dataDir: string, names: readonly string[]): string | undefined {
  return names.find((name) => existsSync(join(dataDir, name)));
}

/**
 * @returns undefined when there is no such file
 * @throws StoreError `damaged` when it is not what an org wrote, `version` when a newer one did
 */
export function readIdentityFile(path: string): IdentityFile | undefined {
  const text = readFileIfAny(path);
  if (text === undefined) return undefined;
  const file = parseObject(text);
  const version = file?.['schemaVersion'];
  if (typeof version === 'number' && version > 1) {
    const message = `${path} was written by a newer version (${version}) of this program.`;
    throw new StoreError('version', 'store/newer-version', path, message);
  }
  if (file !== undefined && isIdentityFile(file)) return file;
  const hint = 'Restore it from a copy, or remove it: the org then makes new users and keys.';
  throw new StoreError('damaged', 'store/file-damaged', path, `${path} is damaged. ${hint}`);
}

/** @returns undefined when there are none, or none that can be read: keys are made anew then */
export function readCredentials(path: string): Credentials | undefined {
  const { apiKey, applicationKey } = parseObject(readFileIfAny(path) ?? '') ?? {};
  if (typeof apiKey !== 'string' || typeof applicationKey !== 'string') return undefined;
  return { apiKey, applicationKey };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIdentityFile(file: Fields): file is Fields & IdentityFile {
  const { schemaVersion, users, keys } = file;
  if (schemaVersion !== 1 || !Array.isArray(users) || !Array.isArray(keys)) return false;
  return users.length > 0 && users.every(isUser) && keys.every(isKey);
}

function isUser(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, uuid, name, handle, role } = value;
  const areTexts = [uuid, name, handle].every((text) => typeof text === 'string' && text !== '');
  return areTexts && typeof id === 'number' && typeof role === 'string' && Object.hasOwn(ROLES, role);
}

/** An end that cannot be read must not read as no end. */
function isKey(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, sha256, userUuid, createdAtMs, expiresAtMs } = value;
  const isDated = typeof createdAtMs === 'number' && ['number', 'undefined'].includes(typeof expiresAtMs);
  const isNamed = kind === 'api' || (kind === 'application' && typeof userUuid === 'string');
  return isDated && isNamed && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
}
