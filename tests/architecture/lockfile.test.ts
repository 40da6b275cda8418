/** The lock file keeps the supply-chain policy, and each breach of it is found. Source: threat T39. */

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkLockfile, judgeLockfile } from '../../scripts/architecture/check-lockfile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIGEST = `sha512-${'A'.repeat(86)}==`;
const GOOD = { version: '1.0.0', integrity: DIGEST, license: 'MIT' };

function codes(entry: object, name = 'left-pad'): string[] {
  const lock = { lockfileVersion: 3, packages: { '': {}, [`node_modules/${name}`]: entry } };
  return judgeLockfile(lock, { esbuild: false }).map((finding) => finding.code);
}

test.each<[what: string, entry: object, found: string[]]>([
  ['pinned, licensed and without a script', GOOD, []],
  [
    'from the public registry',
    { ...GOOD, resolved: 'https://registry.npmjs.org/left-pad/-/left-pad-1.0.0.tgz' },
    [],
  ],
  ['under either of two licences', { ...GOOD, license: '(MIT OR GPL-3.0-only)' }, []],
  ['a link to a room', { link: true, resolved: 'packages/model' }, []],
  ['without a digest', { ...GOOD, integrity: undefined }, ['lockfile/integrity']],
  [
    'with a digest of sha1',
    { ...GOOD, integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
    ['lockfile/integrity'],
  ],
  ['with a digest that is cut', { ...GOOD, integrity: 'sha512-AAAA' }, ['lockfile/integrity']],
  ['from git', { ...GOOD, resolved: 'git+ssh://git@github.com/a/b.git#abc' }, ['lockfile/source']],
  ['over plain http', { ...GOOD, resolved: 'http://registry.npmjs.org/x.tgz' }, ['lockfile/source']],
  [
    'from a host that only looks right',
    { ...GOOD, resolved: 'https://registry.npmjs.org.example/x' },
    ['lockfile/source'],
  ],
  ['from a file', { ...GOOD, resolved: 'file:../x.tgz' }, ['lockfile/source']],
  ['with an install script', { ...GOOD, hasInstallScript: true }, ['lockfile/install-script']],
  ['under a licence that binds us', { ...GOOD, license: 'AGPL-3.0-only' }, ['lockfile/licence']],
  [
    'under two licences of which one binds us',
    { ...GOOD, license: 'MIT AND GPL-3.0-only' },
    ['lockfile/licence'],
  ],
  ['without a licence', { ...GOOD, license: undefined }, ['lockfile/licence']],
])('a package %s: %j', (_what, entry, found) => {
  expect(codes(entry)).toEqual(found);
});

test('a package that is nested in another is judged too', () => {
  expect(codes({ ...GOOD, integrity: '' }, 'a/node_modules/@scope/b')).toEqual(['lockfile/integrity']);
});

test('an allowed install script must be refused by allowScripts', () => {
  const lock = { lockfileVersion: 3, packages: { '': {} } };
  expect(judgeLockfile(lock, {}).map((finding) => finding.code)).toEqual(['lockfile/allow-scripts']);
});

test('an empty or old lock file is no clean one', () => {
  expect(judgeLockfile({}, { esbuild: false }).map((finding) => finding.code)).toEqual(['lockfile/version']);
  const old = { lockfileVersion: 1, packages: { '': {} } };
  expect(judgeLockfile(old, { esbuild: false }).map((finding) => finding.code)).toEqual(['lockfile/version']);
});

test('the lock file of this repository has no finding', () => {
  expect(checkLockfile(ROOT)).toEqual([]);
});
