/** What becomes of an org whose files were changed behind its back. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Identity } from './identity.ts';

let dataDir: string;
const open = (): Identity => new Identity({ dataDir, nowMs: () => 0, random: randomBytes });
const pathOf = (name: string): string => join(dataDir, name);
const read = (name: string): string => readFileSync(pathOf(name), 'utf8');

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'identity-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test('users and keys are found again', () => {
  const first = open();
  const credentials = first.ownerCredentials();
  const again = open();
  expect(again.users).toEqual(first.users);
  expect(again.ownerCredentials()).toEqual(credentials);
});

const change = (edit: (file: Record<string, unknown>) => void): string => {
  const file = JSON.parse(read('identity.json')) as Record<string, unknown>;
  edit(file);
  return JSON.stringify(file);
};

type Row = [title: string, text: () => string, kind: string];
const rows: Row[] = [
  ['nothing', () => '', 'damaged'],
  ['half of it', () => read('identity.json').slice(0, 200), 'damaged'],
  ['an empty map', () => '{}', 'damaged'],
  ['a list', () => '[]', 'damaged'],
  ['no users', () => change((file) => (file['users'] = [])), 'damaged'],
  [
    'a user of no role',
    () => read('identity.json').replace('"role": "admin"', '"role": "toString"'),
    'damaged',
  ],
  ['keys that are none', () => change((file) => (file['keys'] = [{ kind: 'api', sha256: 7 }])), 'damaged'],
  [
    'an end that is no time',
    () => read('identity.json').replaceAll('"createdAtMs"', '"expiresAtMs": "x", "createdAtMs"'),
    'damaged',
  ],
  [
    'a later version',
    () => read('identity.json').replace('"schemaVersion": 1', '"schemaVersion": 2'),
    'version',
  ],
];

test.each(rows)('an identity file that holds %s is refused and left as it is', (_title, text, kind) => {
  open().ownerCredentials();
  const damaged = text();
  writeFileSync(pathOf('identity.json'), damaged);
  expect(open).toThrow(expect.objectContaining({ kind, path: pathOf('identity.json') }) as Error);
  expect(read('identity.json')).toBe(damaged);
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
