import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { chmod, link, mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_FILE_BYTES } from '../parse/decode-utf8.ts';
import { MAX_FOLDER_DEPTH } from '../folders.ts';
import { readTree } from './read-tree.ts';
import { loadWorkspace } from '../workspace.ts';

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
  const { diagnostics: found } = readTree(root);
  return found.map((each) => `${each.range.file} ${each.code}`);
}

test('reads the folders of the five kinds and the config, sorted, and nothing else', async () => {
  for (const folder of ['rules/detection/aws', 'workflows', 'docs'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'rules/detection/aws/deep.yml'), 'a: 1');
  await writeFile(join(root, 'workflows/notes.md'), 'no');
  await writeFile(join(root, 'docs/x.yaml'), 'no');
  await writeFile(join(root, 'rules/loose.yaml'), 'no');
  const tree = readTree(root);
  expect([...tree.files.keys()]).toEqual([
    'rules/detection/aws/deep.yml',
    'signalwright.yaml',
    'views/good.yaml',
  ]);
  expect(tree.diagnostics.map(({ range }) => range.file)).toEqual(['rules/loose.yaml']);
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
  const tree = readTree(root);
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
  await mkdir(join(root, 'workflows'));
  await symlink('../workflows', join(root, 'views/there'));
  await symlink('../views', join(root, 'workflows/back'));
  expect(await diagnostics()).toEqual([
    'views/again file/unreadable',
    'views/there/back file/unreadable',
    'workflows/back/again file/unreadable',
    'workflows/back/there file/unreadable',
  ]);
});

test('folders that are linked to each other many times are not read for ever', async () => {
  for (let level = 0; level < 14; level += 1) {
    await mkdir(join(root, `views/${level}`));
    for (const name of ['a', 'b', 'c'])
      await symlink(`../${level + 1}`, join(root, `views/${level}/${name}`));
  }
  await mkdir(join(root, 'views/14'));
  const startedMs = performance.now();
  expect((await diagnostics()).filter((each) => each.endsWith('file/too-many'))).toHaveLength(1);
  expect(performance.now() - startedMs).toBeLessThan(20_000);
}, 60_000);

test('a name outside of the root is told, names inside of it are not', async () => {
  await link(join(root, 'views/good.yaml'), join(root, 'views/same.yaml'));
  expect(await diagnostics()).toEqual([]);
  await link(join(root, 'views/good.yaml'), join(base, 'outside.yaml'));
  expect(await diagnostics()).toEqual(['views/good.yaml file/hard-link']);
});

test('what would be content in small letters is told, not left out', async () => {
  await mkdir(join(root, 'Workflows'));
  await mkdir(join(root, 'rules/Detection'), { recursive: true });
  await writeFile(join(root, 'Signalwright.yaml'), '');
  await writeFile(join(root, 'views/big.YAML'), '');
  await writeFile(join(root, 'views/BIG.md'), '');
  expect(await diagnostics()).toEqual([
    'Signalwright.yaml file/wrong-case',
    'Workflows file/wrong-case',
    'rules/Detection file/wrong-case',
    'views/big.YAML file/wrong-case',
  ]);
});

test('what stands in rules/ and in the folder of no kind is told, not left out', async () => {
  await mkdir(join(root, 'rules/detections'), { recursive: true });
  await mkdir(join(root, 'rules/scripts'));
  await mkdir(join(root, 'rules/.cache'));
  for (const file of ['x.yaml', 'README.md', 'detections/x.yml', 'scripts/x.py', '.cache/x.yaml'])
    await writeFile(join(root, 'rules', file), '');
  expect(await diagnostics()).toEqual(['rules/detections file/not-read', 'rules/x.yaml file/not-read']);
});

const HIDDEN_NAMES: readonly [name: string, code: string][] = [
  ['a\u001b[2Jb.yaml', 'text/control-character'],
  ['a\nb.yaml', 'text/control-character'],
  ['a\tb.yaml', 'text/control-character'],
  ['a\u202elmay.b.yaml', 'text/bidi-character'],
  ['a\u200bb.yaml', 'text/invisible-character'],
  ['a\u200b', 'text/invisible-character'],
];

test.each(HIDDEN_NAMES)('the name %j is refused: %s', async (name, code) => {
  await writeFile(join(root, 'views', name), 'a: 1');
  const tree = readTree(root);
  expect(tree.diagnostics.map((each) => each.code)).toEqual([code]);
  expect([...tree.files.keys()]).toEqual(['signalwright.yaml', 'views/good.yaml']);
});

test('a name that is not UTF-8 is a diagnostic', async () => {
  await writeFile(Buffer.from(`${root}/views/a\xff.yaml`, 'latin1'), 'a: 1');
  expect(await diagnostics()).toEqual(['views/a\ufffd.yaml file/unreadable']);
});

test('a file where a folder belongs is a diagnostic, and so is a folder where the file belongs', async () => {
  await writeFile(join(root, 'workflows'), '');
  await rm(join(root, 'signalwright.yaml'));
  await mkdir(join(root, 'signalwright.yaml'));
  expect(await diagnostics()).toEqual(['signalwright.yaml file/not-a-file', 'workflows file/not-a-file']);
});

test('a socket is not read', async () => {
  const server = createServer().listen(join(root, 'views/socket.yaml'));
  await once(server, 'listening');
  const found = await diagnostics();
  server.close();
  expect(found).toEqual(['views/socket.yaml file/unreadable']);
});

const RACE_ROUNDS = 10_000;

/** Swaps a folder for a link that leads out of the root, and back, as fast as it can. */
const SWAPPER = `
const { renameSync } = require('node:fs');
const { workerData, parentPort } = require('node:worker_threads');
const { folder, link, spare, stop } = workerData;
parentPort.postMessage('ready');
while (Atomics.load(stop, 0) === 0) {
  renameSync(folder, spare);
  renameSync(link, folder);
  renameSync(folder, link);
  renameSync(spare, folder);
}
`;

test('a folder that is swapped for a link while it is read never lets anything in', async () => {
  const folder = join(root, 'views/team');
  await mkdir(join(base, 'outside'));
  await writeFile(join(base, 'outside/x.yaml'), 'secret: password');
  await mkdir(folder);
  await writeFile(join(folder, 'x.yaml'), 'a: 1');
  await symlink(join(base, 'outside'), join(base, 'link'));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { folder, link: join(base, 'link'), spare: join(base, 'spare'), stop };
  const swapper = new Worker(SWAPPER, { eval: true, workerData });
  await once(swapper, 'message');
  const seen = { read: 0, refused: 0, leaked: 0 };
  for (let round = 0; round < RACE_ROUNDS; round += 1) {
    const tree = readTree(root);
    const text = tree.files.get('views/team/x.yaml');
    if (text?.includes('secret') === true) seen.leaked += 1;
    else if (text === undefined) seen.refused += 1;
    else seen.read += 1;
  }
  Atomics.store(stop, 0, 1);
  await once(swapper, 'exit');
  expect(seen.leaked).toBe(0);
  // Else nothing was raced for.
  expect(seen.read).toBeGreaterThan(0);
  expect(seen.refused).toBeGreaterThan(0);
}, 120_000);

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
  const tree = readTree(root);
  expect(tree.files.get('views/limit.yaml')).toHaveLength(MAX_FILE_BYTES);
  expect(tree.diagnostics.map((each) => each.range.file)).toEqual(['views/over.yaml']);
});

test('folders have a depth', async () => {
  const deep = join(root, 'views', ...Array.from({ length: MAX_FOLDER_DEPTH + 1 }, () => 'd'));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'x.yaml'), 'a: 1');
  expect(readTree(root).diagnostics.map((each) => each.code)).toEqual(['file/too-many']);
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
  const [found] = readTree(root).diagnostics;
  expect(found?.code).toBe('text/not-utf8');
  expect(`${found?.range.start.line}:${found?.range.start.col}`).toBe(place);
});
