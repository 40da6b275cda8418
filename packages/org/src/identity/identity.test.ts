/** What becomes of an org whose files were changed behind its back. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SIGNALS_MIGRATIONS, readAudit } from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';

import { Identity } from './identity.ts';

let dataDir: string;
let db: Database;
const open = (): Identity => new Identity({ db, dataDir, nowMs: () => 1_000, random: randomBytes });
const pathOf = (name: string): string => join(dataDir, name);
const read = (name: string): string => readFileSync(pathOf(name), 'utf8');

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'identity-'));
  db = openDatabase(pathOf('org.db'), { migrations: SIGNALS_MIGRATIONS });
});
afterEach(() => {
  db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('users and keys are found again', () => {
  const first = open();
  const credentials = first.ownerCredentials();
  const again = open();
  expect(again.orgId).toBe(first.orgId);
  expect(again.users).toEqual(first.users);
  expect(again.ownerCredentials()).toEqual(credentials);
});

test('keys that the org issues by itself are in the audit trail, and no secret of them', () => {
  const identity = open();
  const credentials = [identity.ownerCredentials(), identity.issueForRole('analyst', 9_000)];
  identity.ownerCredentials();
  const issued = readAudit(db).filter(({ action }) => action === 'key.create');
  const [, analyst] = identity.users;
  expect(issued.map(({ actorName, after }) => [actorName, after])).toMatchObject([
    ['Signalwright', { name: 'First key' }],
    ['Signalwright', { name: 'First key', userUuid: identity.users[0]?.uuid }],
    ['Signalwright', { name: 'Key of analyst', expiresAtMs: 9_000 }],
    ['Signalwright', { name: 'Key of analyst', userUuid: analyst?.uuid, expiresAtMs: 9_000 }],
  ]);
  const trail = JSON.stringify(readAudit(db));
  for (const { apiKey, applicationKey } of credentials) {
    for (const secret of [apiKey, applicationKey]) {
      expect(trail).not.toContain(secret.slice(8));
      expect(trail).not.toContain(sha256(secret));
    }
  }
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const UUID = 'aaaaaaaa-0000-4000-8000-00000000000';

/** What an org of the version before kept beside its database. */
const FILE = {
  schemaVersion: 1,
  users: [
    { id: 1, uuid: `${UUID}1`, name: 'Ada', handle: 'ada', role: 'admin' },
    { id: 2, uuid: `${UUID}2`, name: 'Analyst', handle: 'analyst', role: 'analyst' },
    { id: 3, uuid: `${UUID}3`, name: 'Reader', handle: 'read-only', role: 'read-only' },
  ],
  keys: [
    { kind: 'api', sha256: sha256('swapi_1'), createdAtMs: 1 },
    { kind: 'application', sha256: sha256('swapp_1'), userUuid: `${UUID}1`, createdAtMs: 1 },
    {
      kind: 'application',
      sha256: sha256('swapp_2'),
      userUuid: `${UUID}2`,
      createdAtMs: 1,
      expiresAtMs: 9_000,
    },
    {
      kind: 'application',
      sha256: sha256('swapp_3'),
      userUuid: `${UUID}3`,
      createdAtMs: 1,
      expiresAtMs: 500,
    },
  ],
};

describe('an identity.json of the version before', () => {
  const write = (text = JSON.stringify(FILE)): void => writeFileSync(pathOf('identity.json'), text);

  test('is taken over whole, and once', () => {
    write();
    const identity = open();
    expect(identity.users.map(({ id, uuid, name, handle }) => ({ id, uuid, name, handle }))).toEqual(
      FILE.users.map(({ id, uuid, name, handle }) => ({ id, uuid, name, handle })),
    );
    expect(identity.isApiKey('swapi_1')).toBe(true);
    expect(identity.holderOf('swapp_1')).toMatchObject({ id: `${UUID}1`, name: 'Ada', isScoped: false });
    expect(identity.holderOf('swapp_2')).toMatchObject({ id: `${UUID}2`, expiresAtMs: 9_000 });
    expect(identity.holderOf('swapp_3')).toBeUndefined();
    expect(db.get('SELECT count(*) AS n FROM access_keys')).toEqual({ n: 4 });
    expect(existsSync(pathOf('identity.json'))).toBe(false);
    expect(readAudit(db).map(({ action, after }) => ({ action, after }))).toEqual([
      { action: 'identity.take-over', after: { users: 3, keys: 4 } },
    ]);
    expect(open().users).toEqual(identity.users);
    expect(readAudit(db)).toHaveLength(1);
  });

  test('that a kill left behind after the commit brings nothing back', () => {
    write();
    const identity = open();
    write(JSON.stringify({ ...FILE, keys: [{ kind: 'api', sha256: sha256('swapi_9'), createdAtMs: 1 }] }));
    const again = open();
    expect(again.users).toEqual(identity.users);
    expect(again.isApiKey('swapi_9')).toBe(false);
    expect(existsSync(pathOf('identity.json'))).toBe(false);
  });

  const text = JSON.stringify(FILE);
  test.each([
    ['nothing', '', 'damaged'],
    ['half of it', text.slice(0, 200), 'damaged'],
    ['an empty map', '{}', 'damaged'],
    ['a list', '[]', 'damaged'],
    ['no users', JSON.stringify({ ...FILE, users: [] }), 'damaged'],
    ['a user of no role', text.replace('"role":"admin"', '"role":"toString"'), 'damaged'],
    ['keys that are none', JSON.stringify({ ...FILE, keys: [{ kind: 'api', sha256: 7 }] }), 'damaged'],
    ['an end that is no time', text.replace('"expiresAtMs":9000', '"expiresAtMs":"x"'), 'damaged'],
    ['a later version', text.replace('"schemaVersion":1', '"schemaVersion":2'), 'version'],
  ])('that holds %s is refused and left as it is', (_title, damaged, kind) => {
    write(damaged);
    expect(open).toThrow(expect.objectContaining({ kind, path: pathOf('identity.json') }) as Error);
    expect(read('identity.json')).toBe(damaged);
    expect(db.get('SELECT count(*) AS n FROM users')).toEqual({ n: 0 });
  });
});

test.each([
  ['nothing', ''],
  ['half a map', '{"apiKey":'],
  ['null', 'null'],
  ['no texts', '{"apiKey":1,"applicationKey":[]}'],
  ['keys of another org', '{"apiKey":"swapi_1","applicationKey":"swapp_1"}'],
])('a credentials file that holds %s is written anew', (_title, text) => {
  const before = open().ownerCredentials();
  writeFileSync(pathOf('credentials.json'), text);
  const identity = open();
  const after = identity.ownerCredentials();
  expect(after).not.toEqual(before);
  expect(JSON.parse(read('credentials.json'))).toEqual(after);
  expect(identity.holderOf(after.applicationKey)?.id).toBe(identity.users[0]?.uuid);
});
