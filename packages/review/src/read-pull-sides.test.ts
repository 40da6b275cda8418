import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadFromFiles } from '@signalwright/content';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRepository } from './git/repository.ts';
import { createGitHub } from './github/create-github.ts';
import { makeReview } from './make-review.ts';
import { plainText, say } from './phrase.ts';
import { readPullSides, type PullSides } from './read-pull-sides.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { SHOP, shopFiles } from './testing/shop-content.ts';

const HEAD = 'a'.repeat(40);

describe('both sides of a pull request', () => {
  let fake: FakeGitHub;
  let root: string;
  let base: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      encoding: 'utf8',
    }).trim();

  beforeEach(async () => {
    fake = await new FakeGitHub().start();
    root = mkdtempSync(join(tmpdir(), 'sw-sides-'));
    git('init', '-q', '-b', 'main');
    base = commit(SHOP);
    fake.pull = { headSha: HEAD, baseSha: base, mergeBaseSha: base, headRepository: 'stranger/content' };
  });
  afterEach(async () => {
    await fake.stop();
    rmSync(root, { recursive: true, force: true });
  });

  function commit(files: Readonly<Record<string, string>>): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    git('add', '-A');
    git('commit', '-qm', 'x');
    return git('rev-parse', 'HEAD');
  }

  async function read(cwd = root): Promise<PullSides> {
    const github = createGitHub({
      token: 't',
      apiUrl: fake.url,
      fetch: globalThis.fetch,
      userAgent: 'x',
      waitUnitMs: 1,
      isPaced: false,
    });
    return readPullSides(
      github,
      { owner: 'acme', repo: 'content', number: 7 },
      await openRepository({ cwd, env: process.env }),
    );
  }

  test("a stranger's commit is read from the API, and only the files that changed", async () => {
    fake.trees.set(
      HEAD,
      shopFiles({ 'rules/detection/login-failures.yaml': [['path:/login*', 'path:/login']] }),
    );
    const { pull, base: old, head } = await read();
    expect(pull).toEqual({ headSha: HEAD, baseSha: base, isFork: true, isOpen: true });
    expect(old.files.size).toBe(Object.keys(SHOP).length);
    expect(head.files.get('rules/detection/login-failures.yaml')).toContain('path:/login\n');
    expect(fake.count('GET', /\/git\/blobs\//)).toBe(1);
    // Nothing of it came into the checkout.
    expect(git('status', '--porcelain')).toBe('');
  });

  test('a commit that is here is not asked of the API', async () => {
    const head = commit({ 'views/open-attacks.yaml': `${SHOP['views/open-attacks.yaml']}# more\n` });
    fake.pull = { ...fake.pull, headSha: head, headRepository: 'acme/content' };
    const sides = await read();
    expect(sides.pull.isFork).toBe(false);
    expect(sides.head.files.get('views/open-attacks.yaml')).toMatch(/# more\n$/);
    expect(fake.count('GET', /\/git\//)).toBe(0);
  });

  test('a pull request is compared with where it parted, not with what its base became', async () => {
    const moved = commit({
      'views/other.yaml': SHOP['views/open-attacks.yaml']?.replaceAll('open-attacks', 'other') ?? '',
    });
    fake.pull = { ...fake.pull, baseSha: moved, mergeBaseSha: base };
    fake.trees.set(HEAD, shopFiles());
    const { base: old, head } = await read();
    expect([...head.files.keys()]).toEqual(expect.arrayContaining([...old.files.keys()]));
    expect(old.files.has('views/other.yaml')).toBe(false);
  });

  test('links are named, and never look deleted', async () => {
    fake.trees.set(HEAD, new Map([...shopFiles(), ['views/open-attacks.yaml', '->/etc/passwd']]));
    const { base: old, head } = await read();
    expect(head.skipped).toEqual(['views/open-attacks.yaml']);
    const review = makeReview({
      base: { name: 'base', loaded: loadFromFiles(old.files), skipped: old.skipped },
      head: { name: 'head', loaded: loadFromFiles(head.files), skipped: head.skipped },
      tests: [],
      plan: { kind: 'none', why: say`none` },
    });
    expect(review.diagnostics).toMatchObject([
      { code: 'file/unreadable', severity: 'error', range: { file: 'views/open-attacks.yaml' } },
    ]);
    expect(review.meaning.kind === 'not-compared' && plainText(review.meaning.why)).toBe(
      'the content of head has errors',
    );
  });

  test('a list that GitHub cut off is refused', async () => {
    fake.trees.set(HEAD, shopFiles());
    fake.isTruncated = true;
    await expect(read()).rejects.toThrow('GitHub does not list all files');
  });

  test('bytes that are not those of their id are refused', async () => {
    const text = 'kind: saved-view\n';
    fake.trees.set(HEAD, new Map([...shopFiles(), ['views/new.yaml', text]]));
    fake.tampered = true;
    await expect(read()).rejects.toThrow('other bytes');
  });

  test('a pull request that does not exist is a refusal in words', async () => {
    fake.fail('GET', /\/pulls\/7$/, 'forbidden');
    await expect(read()).rejects.toMatchObject({
      name: 'GitHubRefusal',
      kind: 'environment',
      message: expect.stringContaining('acme/content#7'),
    });
  });
});
