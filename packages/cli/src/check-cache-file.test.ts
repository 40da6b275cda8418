/** The cache of `check`, on real files and with real git. */

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTestFolder, type Ran, type TestFolder } from './testing/terminal.ts';

const COUNT = 250;
const ENV = { env: process.env };
let base = '';
let folder: TestFolder;

/** Views cost the least to check. Each has the finding that nobody owns it. */
function view(id: string, more = ''): string {
  return `kind: saved-view\nid: ${id}\nname: View ${id}\nquery: 'status:high'\n${more}`;
}

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'sw-cache-')));
  const views = Array.from(
    { length: COUNT },
    (_, index) => [`views/v${index}.yaml`, view(`v${index}`)] as const,
  );
  folder = makeTestFolder({ 'signalwright.yaml': 'stack: acme\n', ...Object.fromEntries(views) });
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: folder.root });
  execFileSync('git', ['add', '-A'], { cwd: folder.root });
  const as = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
  execFileSync('git', [...as, 'commit', '-qm', 'content'], { cwd: folder.root });
});

afterAll(() => {
  folder.remove();
  rmSync(base, { recursive: true, force: true });
});

function check(dir: string, ...more: readonly string[]): Promise<Ran> {
  return folder.run(['check', '--verbose', '--cache-dir', dir, ...more], ENV);
}

function onlyFile(dir: string): string {
  const [name, ...others] = readdirSync(dir);
  expect(others).toEqual([]);
  return join(dir, name ?? '');
}

const NONE = `0 files looked at; of ${COUNT + 1} an earlier check knows what it says.\n`;
const ONE = `1 file looked at; of ${COUNT} an earlier check knows what it says.\n`;
const ALL = `${COUNT} files looked at; of 1 an earlier check knows what it says.\n`;

test('the second check looks at what changed, and says the same as one without a cache', async () => {
  const dir = join(base, 'new/deep');
  const first = await check(dir);
  expect(first.err).toBe(ALL);
  expect(statSync(onlyFile(dir)).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(await check(dir)).toMatchObject({ code: 0, out: first.out, err: NONE });
  folder.write('views/v7.yaml', view('v7', 'owner: team-appsec\nquery: broken\n'));
  const edited = await check(dir);
  expect(edited.err).toBe(ONE);
  expect(edited.out).toBe((await folder.run(['check', '--no-cache'])).out);
  expect(edited.out).not.toBe(first.out);
  folder.write('views/v7.yaml', view('v7'));
  expect((await check(dir)).out).toBe(first.out);
});

test('what is staged, and what a change is responsible for, are judged with the same cache', async () => {
  const dir = join(base, 'staged');
  await check(dir);
  folder.write('views/v8.yaml', view('v8', 'colour: red\n'));
  const changed = await check(dir, '--changed');
  expect(changed.err).toBe(ONE);
  expect(changed.out).toBe((await folder.run(['check', '--no-cache', '--changed'], ENV)).out);
  expect(changed.out).toContain('views/v8.yaml:5:1 error schema/unknown-key');
  const staged = await check(dir, '--staged');
  expect(staged.err).toBe(ONE);
  expect(staged.out).toBe((await folder.run(['check', '--no-cache', '--staged'], ENV)).out);
  expect(staged.out).not.toContain('schema/unknown-key');
  folder.write('views/v8.yaml', view('v8'));
});

test('--fix looks again at what it mended', async () => {
  const dir = join(base, 'fix');
  await check(dir);
  folder.write('views/v9.yaml', view('v9').replace('query:', 'qurey:'));
  const { code, out } = await check(dir, '--fix');
  expect(code).toBe(0);
  expect(out).toContain('1 finding in 1 file fixed');
  expect((await check(dir)).err).toBe(NONE);
});

test.each([
  ['cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, -20))],
  ['full of other things', (path: string) => writeFileSync(path, 'x\n\t\u0000\n'.repeat(100))],
  ['empty', (path: string) => writeFileSync(path, '')],
  ['longer than it was', (path: string) => appendFileSync(path, 'half a line')],
])('a cache that is %s is no reason to fail or to say something else', async (_what, spoil) => {
  const dir = mkdtempSync(join(base, 'spoilt-'));
  const { out } = await check(dir);
  spoil(onlyFile(dir));
  expect(await check(dir)).toMatchObject({ code: 0, out });
  expect(await check(dir)).toMatchObject({ code: 0, out, err: NONE });
});

test('where it cannot be written, the check says so with --verbose and goes on', async () => {
  const dir = join(base, 'file');
  writeFileSync(dir, 'not a folder');
  const { code, err } = await check(dir);
  expect(code).toBe(0);
  expect(err).toMatch(/^The cache cannot be written: .*\n250 files looked at/);
});

test('little content is not remembered', async () => {
  const small = makeTestFolder({ 'signalwright.yaml': 'stack: acme\n', 'views/v.yaml': view('v') });
  const dir = join(base, 'small');
  await small.run(['check', '--cache-dir', dir]);
  small.remove();
  expect(readdirSync(base)).not.toContain('small');
});

test('a copy of the program that is not installed as a package keeps nothing by itself', async () => {
  const home = join(base, 'home');
  mkdirSync(home);
  const { err } = await folder.run(['check', '--verbose'], { env: { HOME: home, XDG_CACHE_HOME: home } });
  expect(err).toBe('');
  expect(readdirSync(home)).toEqual([]);
});

describe('a folder that a pull request could fill is refused', () => {
  const WHERE = ['.', 'cache', '..cache', '.git/cache', './a/../cache'];
  test.each(WHERE)('%s', async (dir) => {
    const { code, err } = await check(dir);
    expect(code).toBe(64);
    expect(err).toBe(
      `signalwright: ${dir} is in the repository of the content.\n  Name a folder outside of it: a pull request could bring answers of its own.\n`,
    );
  });

  test('a link that leads into it', async () => {
    const link = join(base, 'link');
    symlinkSync(folder.root, link);
    expect((await check(join(link, 'cache'))).code).toBe(64);
  });

  test('beside the content in the same repository', async () => {
    const repository = makeTestFolder({
      '.git/HEAD': 'ref: refs/heads/main\n',
      'detections/signalwright.yaml': 'stack: acme\n',
      'detections/views/v.yaml': view('v'),
    });
    const args = ['check', '--dir', 'detections', '--cache-dir'];
    expect((await repository.run([...args, 'cache'])).code).toBe(64);
    expect((await repository.run([...args, join(base, 'beside')])).code).toBe(0);
    repository.remove();
  });
});
