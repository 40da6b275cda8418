import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRevision } from '../read-revision.ts';
import { SHOP } from '../testing/shop-content.ts';
import { GitRefusal, openRepository, type Repository } from './repository.ts';
import { isRevisionName, parseRevisionRange } from './revision-name.ts';

describe('names of revisions', () => {
  const good = [
    'main',
    'origin/main',
    'v1.2.0',
    'HEAD',
    '@',
    'HEAD~2',
    'HEAD^',
    'HEAD^2~3',
    'main@{upstream}',
    'main@{1}',
    'feature/ABC-12_x',
    'dependabot/npm_and_yarn/yaml-2.9.1',
    'größe',
    '0123456789abcdef0123456789abcdef01234567',
  ];
  test.each(good)('"%s" may be asked of git', (name) => expect(isRevisionName(name)).toBe(true));

  const bad = [
    '',
    '-',
    '--upload-pack=touch /tmp/x',
    '--output=x',
    '-c',
    ';id',
    '$(id)',
    '`id`',
    'a b',
    'a\nb',
    'a\0b',
    'a;b',
    'main:rules/x.yaml',
    ':/fix',
    'HEAD^{/fix}',
    'a..b',
    '../x',
    '.hidden',
    '/etc',
    'a|b',
    "a'b",
    'a"b',
    'a\\b',
    'a*',
    'a?',
    'a[0]',
    '~1',
    '^main',
    'main^{tree}',
    '\u202emain',
    'x'.repeat(256),
  ];
  test.each(bad)('%j is refused before git sees it', (name) => expect(isRevisionName(name)).toBe(false));

  test('ranges read as git reads them', () => {
    expect(parseRevisionRange('main')).toEqual({ base: 'main', fromMergeBase: false });
    expect(parseRevisionRange('main..')).toEqual({ base: 'main', head: 'HEAD', fromMergeBase: false });
    expect(parseRevisionRange('..topic')).toEqual({ base: 'HEAD', head: 'topic', fromMergeBase: false });
    expect(parseRevisionRange('v1.0...topic')).toEqual({ base: 'v1.0', head: 'topic', fromMergeBase: true });
    for (const text of ['a....b', 'a..b..c', '--x..main', 'main..--x', 'a.. b']) {
      expect(parseRevisionRange(text), text).toBeUndefined();
    }
  });
});

describe('a repository', () => {
  let root: string;
  let canary: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const put = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const commit = (): string => {
    git('add', '-A');
    git('commit', '-qm', 'x');
    return git('rev-parse', 'HEAD').trim();
  };
  const open = (cwd = root): Promise<Repository> => openRepository({ cwd, env: process.env });
  const read = async (repository: Repository, name: string) =>
    readRevision(await repository.contentTree(await repository.commitOf(name)), [repository.readBlobs]);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sw-review-'));
    canary = join(root, '..', `${root.split('/').pop()}-canary`);
    git('init', '-q', '-b', 'main');
    for (const [path, text] of Object.entries(SHOP)) put(path, text);
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
    rmSync(canary, { force: true });
  });

  test('gives the content of a commit byte for byte, and nothing else', async () => {
    put('README.md', 'no content');
    put('rules/detection/notes.txt', 'no content');
    put('rules/detection/umlaut ä\ttab.yaml', 'größe: "\\n"\r\n');
    commit();
    put('rules/detection/login-failures.yaml', 'changed in the working tree');
    const { files, skipped } = await read(await open(), 'HEAD');
    expect(Object.fromEntries(files)).toEqual({
      ...SHOP,
      'rules/detection/umlaut ä\ttab.yaml': 'größe: "\\n"\r\n',
    });
    expect(skipped).toEqual([]);
  });

  test('knows content that lies deeper in the repository', async () => {
    mkdirSync(join(root, 'security'));
    for (const path of Object.keys(SHOP)) put(`security/${path}`, 'deep: true\n');
    commit();
    const repository = await open(join(root, 'security'));
    expect(repository.prefix).toBe('security/');
    const { files } = await read(repository, 'HEAD');
    expect([...files.keys()].toSorted()).toEqual(Object.keys(SHOP).toSorted());
    expect(new Set(files.values())).toEqual(new Set(['deep: true\n']));
  });

  test('names what it does not read, so that it never looks deleted', async () => {
    symlinkSync('/etc/passwd', join(root, 'rules/detection/link.yaml'));
    put('views/huge.yaml', 'x'.repeat(1024 * 1024 + 1));
    put('views/latin.yaml', new Uint8Array([0x61, 0xff, 0x62]));
    commit();
    const { files, skipped } = await read(await open(), 'main');
    expect([...skipped].toSorted()).toEqual([
      'rules/detection/link.yaml',
      'views/huge.yaml',
      'views/latin.yaml',
    ]);
    expect(files.has('rules/detection/link.yaml')).toBe(false);
  });

  test('gives what is staged, whatever lies in the folder, and skips what is being merged', async () => {
    commit();
    put('views/staged.yaml', 'staged: true\n');
    put('signalwright.yaml', 'stack: staged\n');
    git('add', '-A');
    put('signalwright.yaml', 'stack: only in the folder\n');
    put('views/untracked.yaml', 'a: 1\n');
    git('rm', '-q', '--cached', 'views/open-attacks.yaml');
    const repository = await open();
    const { files, skipped } = await readRevision(await repository.stagedTree(), [repository.readBlobs]);
    expect(files.get('signalwright.yaml')).toBe('stack: staged\n');
    expect(files.get('views/staged.yaml')).toBe('staged: true\n');
    expect([...files.keys()]).not.toContain('views/untracked.yaml');
    expect([...files.keys()]).not.toContain('views/open-attacks.yaml');
    expect(skipped).toEqual([]);
  });

  test('a file in the middle of a merge is skipped', async () => {
    commit();
    git('checkout', '-qb', 'topic');
    put('signalwright.yaml', 'stack: theirs\n');
    commit();
    git('checkout', '-q', 'main');
    put('signalwright.yaml', 'stack: ours\n');
    commit();
    expect(() => git('merge', '-q', 'topic')).toThrow();
    const { entries, skipped } = await (await open()).stagedTree();
    expect(skipped).toEqual(['signalwright.yaml']);
    expect(entries.map(({ path }) => path)).not.toContain('signalwright.yaml');
  });

  test('finds where two branches parted', async () => {
    const parted = commit();
    git('checkout', '-qb', 'topic');
    put('views/new.yaml', 'a: 1\n');
    const topic = commit();
    git('checkout', '-q', 'main');
    put('views/other.yaml', 'a: 1\n');
    const main = commit();
    const repository = await open();
    expect(await repository.mergeBase(main, topic)).toBe(parted);
    expect(await repository.hasCommit(topic)).toBe(true);
    expect(await repository.hasCommit('f'.repeat(40))).toBe(false);
  });

  test('blobs that are not here are left out', async () => {
    commit();
    const repository = await open();
    const [entry] = (await repository.contentTree(await repository.commitOf('HEAD'))).entries;
    const blobs = await repository.readBlobs([entry?.blob ?? '', 'e'.repeat(40)]);
    expect([...blobs.keys()]).toEqual([entry?.blob]);
  });

  test.each(['nowhere', '--upload-pack=x', 'HEAD:signalwright.yaml', 'HEAD^{tree}'])(
    '%j is refused as a usage error',
    async (name) => {
      commit();
      const repository = await open();
      await expect(repository.commitOf(name)).rejects.toMatchObject({ name: 'GitRefusal', kind: 'usage' });
    },
  );

  test('a folder without a repository is the environment', async () => {
    rmSync(join(root, '.git'), { recursive: true });
    await expect(
      openRepository({ cwd: root, env: { ...process.env, GIT_CEILING_DIRECTORIES: '/' } }),
    ).rejects.toThrow(GitRefusal);
  });

  test('nothing that a repository brings along is executed', async () => {
    const head = commit();
    const lure = `touch ${canary}`;
    const script = join(root, 'lure.sh');
    writeFileSync(script, `#!/bin/sh\n${lure}\n`);
    chmodSync(script, 0o755);
    for (const hook of [
      'post-checkout',
      'pre-auto-gc',
      'reference-transaction',
      'post-index-change',
      'fsmonitor-watchman',
    ]) {
      writeFileSync(join(root, '.git/hooks', hook), `#!/bin/sh\n${lure}\n`);
      chmodSync(join(root, '.git/hooks', hook), 0o755);
    }
    for (const [key, value] of [
      ['core.fsmonitor', script],
      ['core.pager', script],
      ['core.sshCommand', script],
      ['core.askPass', script],
      ['core.alternateRefsCommand', script],
      ['credential.helper', `!${lure}`],
      ['filter.lure.smudge', lure],
      ['filter.lure.clean', lure],
      ['filter.lure.process', lure],
      ['diff.lure.textconv', script],
      ['uploadpack.packObjectsHook', script],
      ['alias.cat-file', `!${lure}`],
      ['alias.ls-tree', `!${lure}`],
      ['remote.origin.url', `ext::${script}`],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.partialclonefilter', 'blob:none'],
      ['extensions.partialClone', 'origin'],
      ['core.repositoryformatversion', '1'],
      ['protocol.ext.allow', 'always'],
    ] as const) {
      git('config', key, value);
    }
    put('.gitattributes', '* filter=lure diff=lure\n');
    const repository = await open();
    await read(repository, 'HEAD');
    await repository.mergeBase(head, head);
    await repository.hasCommit('d'.repeat(40));
    await repository.readBlobs(['c'.repeat(40)]).catch(() => undefined);
    await readRevision(await repository.stagedTree(), [repository.readBlobs]);
    expect(existsSync(canary)).toBe(false);
    // The lures are real: git as it is takes the bait.
    expect(() => git('cat-file', '-e', 'd'.repeat(40))).toThrow();
    expect(existsSync(canary)).toBe(true);
  });
});
