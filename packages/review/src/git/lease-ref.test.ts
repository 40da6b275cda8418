/** Several clones of one repository want the same lease. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLease, type LeaseRecord, type LeaseStore } from '@signalwright/sync';
import { afterAll, expect, test } from 'vitest';
import { openLeaseRef } from './lease-ref.ts';

const root = mkdtempSync(join(tmpdir(), 'sw-lease-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

execFileSync('git', ['init', '-q', '--bare', join(root, 'remote.git')]);

function clone(name: string): string {
  const folder = join(root, name);
  execFileSync('git', ['clone', '-q', join(root, 'remote.git'), folder], { stdio: 'ignore' });
  return folder;
}

function open(folder: string, remote = 'origin', environment = 'prod'): LeaseStore {
  return openLeaseRef({ cwd: folder, env: process.env, remote, stack: 'acme', environment });
}

const RECORD: LeaseRecord = { token: 1, holder: 'a', nonce: 'n', renewal: 0, released: false };

test('what one machine puts there another reads, and only who has read it replaces it', async () => {
  const [a, b] = [open(clone('a')), open(clone('b'))];
  expect(await a.read()).toBeUndefined();
  const version = await a.swap(undefined, RECORD);
  expect(await b.read()).toEqual({ version, record: RECORD });
  expect(await b.swap(undefined, { ...RECORD, holder: 'b' })).toBeUndefined();
  const seen = await b.read();
  expect(await b.swap(seen, { ...RECORD, token: 2, holder: 'b' })).toBeDefined();
  expect(await a.swap(seen, { ...RECORD, renewal: 1 })).toBeUndefined();
  expect((await a.read())?.record).toMatchObject({ token: 2, holder: 'b' });
});

test('of five machines that swap at once one succeeds', async () => {
  const stores = ['c', 'd', 'e', 'f', 'g'].map((name) => open(clone(name), 'origin', 'race'));
  const swapped = await Promise.all(
    stores.map((store, n) => store.swap(undefined, { ...RECORD, token: n + 1 })),
  );
  expect(swapped.filter((version) => version !== undefined)).toHaveLength(1);
});

test('of two holders that look the same one has it', async () => {
  const stores = ['h', 'i'].map((name) => open(clone(name), 'origin', 'twins'));
  const clock = { nowMs: () => performance.now(), sleep: () => Promise.resolve() };
  const ends = await Promise.allSettled(
    stores.map((store, n) => takeLease(store, { holder: 'process 7', nonce: `n${n}`, clock })),
  );
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('each environment has a lease of its own, whatever its name', async () => {
  const folder = clone('names');
  const names = ['eu', 'eu 1', 'eu/1', 'eu..1', 'eu.lock', 'ä'];
  for (const name of names) expect(await open(folder, 'origin', name).swap(undefined, RECORD)).toBeDefined();
});

test.each(['', '-x', '--upload-pack=x', 'ext::sh -c x', '../remote.git', 'https://127.0.0.1/x'])(
  '"%s" is not the name of a remote',
  (remote) => {
    expect(() => open(root, remote)).toThrow('is not the name of a remote');
  },
);

test('a remote that would start a program is not asked', async () => {
  const folder = clone('hostile');
  const canary = join(root, 'canary');
  execFileSync('git', ['remote', 'add', 'evil', `ext::sh -c touch% ${canary}`], { cwd: folder });
  await expect(open(folder, 'evil').read()).rejects.toThrow('cannot be read or taken');
  expect(() => execFileSync('test', ['-e', canary])).toThrow();
});

test.each([
  ['of other fields', '{"token":"x"}'],
  ['whose number has no next', JSON.stringify({ ...RECORD, token: Number.MAX_SAFE_INTEGER })],
  ['whose holder begins a line', JSON.stringify({ ...RECORD, holder: 'a\n::error::b' })],
  ['whose holder never ends', JSON.stringify({ ...RECORD, holder: 'a'.repeat(501) })],
])('a record %s is no lease of ours', async (name, record) => {
  const folder = clone(name.replaceAll(' ', '-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  const tree = execFileSync('git', ['mktree'], { cwd: folder, input: '', encoding: 'utf8' }).trim();
  const commit = git('commit-tree', tree, '-m', record);
  git('push', '-q', '-f', 'origin', `${commit}:refs/signalwright/lease/acme/strange`);
  await expect(open(folder, 'origin', 'strange').read()).rejects.toThrow('is no lease of ours');
});

test('a ref that names a commit of ours is no lease, and the clone keeps its history', async () => {
  const folder = clone('whole');
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  for (const message of ['1', '2', '3']) git('commit', '-q', '--allow-empty', '-m', message);
  git('push', '-q', 'origin', 'HEAD:refs/heads/whole', 'HEAD:refs/signalwright/lease/acme/forged');
  await expect(open(folder, 'origin', 'forged').read()).rejects.toThrow(
    'then take it away with `git push origin --delete refs/signalwright/lease/acme/forged`',
  );
  expect([git('rev-list', '--count', 'HEAD'), git('rev-parse', '--is-shallow-repository')]).toEqual([
    '3',
    'false',
  ]);
});

test('a program that the configuration names for a remote is not started', async () => {
  const folder = clone('programs');
  const canary = join(root, 'canary-of-packs');
  for (const [key, program] of [
    ['uploadpack', 'git-upload-pack'],
    ['receivepack', 'git-receive-pack'],
  ] as const)
    execFileSync('git', ['config', `remote.origin.${key}`, `touch ${canary}; ${program}`], { cwd: folder });
  const store = open(folder, 'origin', 'programs');
  const version = await store.swap(undefined, RECORD);
  expect(await store.read()).toEqual({ version, record: RECORD });
  expect(() => execFileSync('test', ['-e', canary])).toThrow();
});
