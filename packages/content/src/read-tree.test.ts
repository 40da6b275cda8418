import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_FILE_BYTES } from './parse/decode-utf8.ts';
import { MAX_FOLDER_DEPTH } from './folders.ts';
import { readTree } from './read-tree.ts';
import { loadWorkspace } from './workspace.ts';

let base = '';
let root = '';

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'content-')));
  root = join(base, 'repo');
  await mkdir(join(root, 'views'), { recursive: true });
  await writeFile(join(root, 'signalwright.yaml'), 'stack: disk\n');
  await writeFile(
    join(root, 'views/good.yaml'),
    "kind: saved-view\nid: good\nname: Good\nquery: 'status:high'\n",
  );
});

afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

async function diagnostics(): Promise<readonly string[]> {
  const { diagnostics: found } = await readTree(root);
  return found.map((each) => `${each.range.file} ${each.code}`);
}

test('reads the folders of the five kinds and the config, sorted, and nothing else', async () => {
  for (const folder of ['rules/detection/aws', 'workflows', 'docs'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'rules/detection/aws/deep.yml'), 'a: 1');
  await writeFile(join(root, 'workflows/notes.md'), 'no');
  await writeFile(join(root, 'docs/x.yaml'), 'no');
  await writeFile(join(root, 'rules/loose.yaml'), 'no');
  const tree = await readTree(root);
  expect([...tree.files.keys()]).toEqual([
    'rules/detection/aws/deep.yml',
    'signalwright.yaml',
    'views/good.yaml',
  ]);
  expect(tree.diagnostics).toEqual([]);
});

test('a root that does not exist is a diagnostic, not an empty workspace', async () => {
  const { workspace, diagnostics } = await loadWorkspace(join(root, 'nowhere'));
  expect(workspace).toBeUndefined();
  expect(diagnostics.map((each) => each.code)).toEqual(['file/unreadable']);
});

test('a file that may not be read is a diagnostic, and no workspace is given', async () => {
  // Root may read everything, so the file is made unreadable in another way as well.
  await mkdir(join(root, 'views/folder.yaml'));
  await writeFile(join(root, 'views/folder.yaml/x'), '');
  await symlink('gone.yaml', join(root, 'views/dangling.yaml'));
  await symlink('loop.yaml', join(root, 'views/loop.yaml'));
  expect(await diagnostics()).toEqual([
    'views/dangling.yaml file/unreadable',
    'views/loop.yaml file/unreadable',
  ]);
  expect((await loadWorkspace(root)).workspace).toBeUndefined();
});

test.skipIf(process.getuid?.() === 0)('permissions are respected', async () => {
  await chmod(join(root, 'views/good.yaml'), 0o000);
  expect(await diagnostics()).toEqual(['views/good.yaml file/unreadable']);
});

test('links inside the root are followed, links out of it are not', async () => {
  await mkdir(join(root, 'workflows'));
  await writeFile(join(base, 'secret.yaml'), 'password: x');
  await mkdir(join(base, 'outside'));
  await writeFile(join(base, 'outside/x.yaml'), 'a: 1');
  await symlink('good.yaml', join(root, 'views/same.yaml'));
  await symlink(join(base, 'secret.yaml'), join(root, 'views/secret.yaml'));
  await symlink('../../secret.yaml', join(root, 'views/relative.yaml'));
  await symlink(join(base, 'outside'), join(root, 'workflows/outside'));
  const tree = await readTree(root);
  expect([...tree.files.keys()]).toEqual(['signalwright.yaml', 'views/good.yaml', 'views/same.yaml']);
  expect(tree.diagnostics.map((each) => `${each.range.file} ${each.code}`)).toEqual([
    'views/relative.yaml file/outside-root',
    'views/secret.yaml file/outside-root',
    'workflows/outside file/outside-root',
  ]);
  expect(JSON.stringify(tree.diagnostics)).not.toContain('password');
});

test('a folder of content that is itself a link out of the root is not followed', async () => {
  await mkdir(join(base, 'outside'));
  await symlink(join(base, 'outside'), join(root, 'workflows'));
  expect(await diagnostics()).toEqual(['workflows file/outside-root']);
});

test('a folder whose name starts like the root is outside it', async () => {
  await mkdir(join(base, 'repo-other'));
  await writeFile(join(base, 'repo-other/x.yaml'), 'a: 1');
  await symlink(join(base, 'repo-other/x.yaml'), join(root, 'views/x.yaml'));
  expect(await diagnostics()).toEqual(['views/x.yaml file/outside-root']);
});

test('links that lead in a circle end', async () => {
  await symlink('.', join(root, 'views/again'));
  const tree = await readTree(root);
  expect(tree.diagnostics.map((each) => each.code)).toEqual(['file/too-many']);
});

test('a FIFO does not make it wait', async () => {
  execFileSync('mkfifo', [join(root, 'views/pipe.yaml')]);
  expect(await diagnostics()).toEqual(['views/pipe.yaml file/not-a-file']);
});

test('a device behind a link is not read', async () => {
  await symlink('/dev/zero', join(root, 'views/zero.yaml'));
  expect(await diagnostics()).toEqual(['views/zero.yaml file/outside-root']);
});

test('a file over the limit is a diagnostic, one at the limit is read', async () => {
  const limit = `# ${'x'.repeat(MAX_FILE_BYTES - 2)}`;
  await writeFile(join(root, 'views/limit.yaml'), limit);
  await writeFile(join(root, 'views/over.yaml'), '');
  await truncate(join(root, 'views/over.yaml'), MAX_FILE_BYTES + 1);
  const tree = await readTree(root);
  expect(tree.files.get('views/limit.yaml')).toHaveLength(MAX_FILE_BYTES);
  expect(tree.diagnostics.map((each) => each.range.file)).toEqual(['views/over.yaml']);
});

test('folders have a depth', async () => {
  const deep = join(root, 'views', ...Array.from({ length: MAX_FOLDER_DEPTH + 1 }, () => 'd'));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'x.yaml'), 'a: 1');
  expect((await readTree(root)).diagnostics.map((each) => each.code)).toEqual(['file/too-many']);
});

const BYTES: readonly [name: string, bytes: readonly number[], place: string][] = [
  ['a Latin-1 letter', [0x61, 0x3a, 0x20, 0xe9, 0x0a], '1:4'],
  ['a Latin-1 letter at the end', [0x0a, 0x61, 0xe9], '2:2'],
  ['an overlong slash', [0x61, 0xc0, 0xaf], '1:2'],
  ['an encoded surrogate', [0x61, 0xed, 0xa0, 0x80], '1:2'],
  ['a lonely continuation byte', [0xc3, 0xa9, 0x80], '1:2'],
  ['UTF-16', [0xff, 0xfe, 0x61, 0x00], '1:1'],
];

test.each(BYTES)('bytes that are not UTF-8 are found at their place: %s', async (_name, bytes, place) => {
  await writeFile(join(root, 'views/good.yaml'), Uint8Array.from(bytes));
  const [found] = (await readTree(root)).diagnostics;
  expect(found?.code).toBe('text/not-utf8');
  expect(`${found?.range.start.line}:${found?.range.start.col}`).toBe(place);
});
