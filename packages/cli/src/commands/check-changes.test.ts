/** `check --fix`, `--changed` and `--staged`, on real files and with real git. */

import { execFileSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { goodContent, makeTestFolder, type TestFolder } from '../testing/terminal.ts';

const RULE = 'rules/detection/login-hammering.yaml';
const VIEW = 'views/unassigned-urgent.yaml';
const folders: TestFolder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function open(
  edits: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {},
): TestFolder {
  const folder = makeTestFolder(goodContent());
  folders.push(folder);
  for (const [file, pairs] of Object.entries(edits)) edit(folder, file, ...pairs);
  return folder;
}

function edit(
  folder: TestFolder,
  file: string,
  ...pairs: readonly (readonly [from: string, to: string])[]
): void {
  let text = folder.read(file);
  for (const [from, to] of pairs) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  folder.write(file, text);
}

function git(folder: TestFolder, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    cwd: folder.root,
    stdio: 'ignore',
  });
}

/** Content of one commit. */
function openCommitted(): TestFolder {
  const folder = open();
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'content');
  return folder;
}

const ENV = { env: process.env };

describe('--fix', () => {
  const BROKEN = [
    ["query: '@appsec.security_activity:business_logic.users.login.failure'", 'query: @a:b # why'],
    ['severity: medium', 'severty: medium # measured'],
  ] as const;

  test('mends, keeps comments and permissions, says what it did, and then there is nothing to mend', async () => {
    const folder = open({ [RULE]: [['severity: medium', 'severty: Medium # measured']] });
    chmodSync(join(folder.root, RULE), 0o640);
    const { code, out, err } = await folder.run(['check', '--fix']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      [
        `fixed ${RULE}:17:5 schema/unknown-key Write severity`,
        `fixed ${RULE}:17:15 schema/not-allowed Write medium`,
        '2 findings in 1 file fixed',
        '',
        '4 files, 3 objects, 0 errors, 0 warnings',
        '',
      ].join('\n'),
    );
    expect(folder.read(RULE)).toContain('severity: medium # measured\n');
    expect(statSync(join(folder.root, RULE)).mode & 0o777).toBe(0o640);
    expect((await folder.run(['check', '--fix'])).out).toBe('4 files, 3 objects, 0 errors, 0 warnings\n');
  });

  test('leaves what is not certain, and exits as check does', async () => {
    const folder = open({ [RULE]: [...BROKEN] });
    const { code, out } = await folder.run(['check', '--fix']);
    expect(code).toBe(1);
    // ` # why` may belong to the query: the file is not touched at all before somebody has said so.
    expect(out).toContain('yaml/comment-cuts-query');
    expect(folder.read(RULE)).toContain('query: @a:b # why');
  });

  test('--dry-run shows the lines and writes nothing', async () => {
    const folder = open({ [RULE]: [['severity: medium', 'severty: medium # measured']] });
    const before = folder.read(RULE);
    const { code, out } = await folder.run(['check', '--fix', '--dry-run']);
    expect(code).toBe(1);
    expect(out).toContain(`would fix ${RULE}:17:5 schema/unknown-key Write severity\n`);
    expect(out).toContain('-     severty: medium # measured\n+     severity: medium # measured\n');
    expect(folder.read(RULE)).toBe(before);
    const { json } = await folder.run(['check', '--fix', '--dry-run', '--json']);
    expect(json()).toMatchObject({
      ok: false,
      fixed: [{ code: 'schema/unknown-key', fix: { edits: [{ text: 'severity' }] } }],
    });
  });

  test.each([
    [['--fix', '--watch'], '--fix cannot stand with --watch.'],
    [['--fix', '--staged'], '--staged cannot stand with --fix.'],
    [['--watch', '--staged'], '--staged cannot stand with --watch.'],
    [['--dry-run'], '--dry-run says what --fix would do.'],
    [['--watch', '--format', 'sarif'], '--watch prints no sarif.'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await open().run(['check', ...args]);
    expect(code).toBe(64);
    expect(err).toContain(message);
  });
});

describe('--changed', () => {
  const OR = ["query: 'env:prod'", "query: 'env:prod or env:live'"] as const;
  const URGENT = 'rules/notification/urgent.yaml';

  test('leaves out what was there before, and looks at the whole content all the same', async () => {
    const folder = open({ [URGENT]: [OR] });
    git(folder, 'init', '-q', '-b', 'main');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'content');
    expect((await folder.run(['check', '--changed'], ENV)).out).toBe(
      '0 changed of 4 files, 3 objects, 0 errors, 0 warnings\n',
    );
    folder.write('rules/suppression/scan.yaml', 'kind: suppression\nid: scan\n');
    const { code, out } = await folder.run(['check', '--changed'], ENV);
    expect(code).toBe(1);
    expect(out).toContain('rules/suppression/scan.yaml:1:1 error schema/missing-key');
    expect(out).not.toContain(URGENT);
    expect(out).toMatch(/^1 changed of 5 files, /m);
    edit(folder, URGENT, ['severities: [critical, high]', 'severities: [high]']);
    expect((await folder.run(['check', '--changed'], ENV)).out).toContain(`${URGENT}:7:20 warning`);
  });

  test('names what the change broke elsewhere', async () => {
    const folder = openCommitted();
    folder.write(
      'rules/suppression/scan.yaml',
      "kind: suppression\nid: scan\nname: Scan\nreason: Ours.\nrules: [login-hammering]\nexpires: 2027-01-01T00:00:00Z\nsuppressSignals: 'env:staging'\n",
    );
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'suppression');
    git(folder, 'rm', '-q', RULE);
    const { code, out } = await folder.run(['check', '--changed'], ENV);
    expect(code).toBe(1);
    expect(out).toContain('rules/suppression/scan.yaml:5:9 error link/unknown-rule');
    expect(out).not.toContain('lint/no-tests');
  });

  test('compares with where the branch parted, not with what others did since', async () => {
    const folder = openCommitted();
    git(folder, 'checkout', '-qb', 'topic');
    edit(folder, RULE, ['name: Many failed', 'name: Too many failed']);
    git(folder, 'commit', '-qam', 'mine');
    git(folder, 'checkout', '-q', 'main');
    edit(folder, VIEW, ['name: Unassigned', 'name: Not assigned']);
    git(folder, 'commit', '-qam', 'theirs');
    git(folder, 'checkout', '-q', 'topic');
    expect((await folder.run(['check', '--changed', 'main'], ENV)).out).toMatch(/^1 changed of 4 files/);
  });

  test('before the first commit everything has changed', async () => {
    const folder = open();
    git(folder, 'init', '-q', '-b', 'main');
    expect((await folder.run(['check', '--changed'], ENV)).out).toMatch(/^4 changed of 4 files/);
  });

  test.each([
    ['nowhere', 64, 'There is no revision "nowhere" in this repository.'],
    ['--upload-pack=x', 64, "nknown option '--upload-pack=x'"],
  ])('refuses the base %s', async (base, code, message) => {
    const { code: found, err } = await openCommitted().run(['check', '--changed', base], ENV);
    expect(found).toBe(code);
    expect(err).toContain(message);
  });

  test('needs a repository', async () => {
    const { code, err } = await open().run(['check', '--changed'], {
      env: { ...process.env, GIT_CEILING_DIRECTORIES: '/' },
    });
    expect(code).toBe(74);
    expect(err).toContain('This folder is in no git repository');
  });
});

describe('--staged', () => {
  test('judges what will be committed, not what lies in the folder', async () => {
    const folder = openCommitted();
    edit(folder, RULE, ['severity: medium', 'severity: mild']);
    git(folder, 'add', RULE);
    edit(folder, RULE, ['severity: mild', 'severity: medium']);
    expect(await folder.run(['check', '--changed'], ENV)).toMatchObject({ code: 0 });
    const { code, out } = await folder.run(['check', '--staged', '--changed'], ENV);
    expect(code).toBe(1);
    expect(out).toContain(`${RULE}:17:15 error schema/not-allowed`);
    git(folder, 'add', RULE);
    expect((await folder.run(['check', '--staged', '--changed'], ENV)).out).toMatch(/^0 changed of 4 files/);
  });

  test('a link or a file in the middle of a merge is refused, since nothing can be said of it', async () => {
    const folder = openCommitted();
    execFileSync('ln', ['-s', '/etc/hostname', 'views/link.yaml'], { cwd: folder.root });
    git(folder, 'add', '-A');
    const { code, err } = await folder.run(['check', '--staged'], ENV);
    expect(code).toBe(74);
    expect(err).toContain('views/link.yaml cannot be read from what is staged.');
  });
});
