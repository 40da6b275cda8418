/** import of payloads that mean harm, or that nobody expects. */

import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeTestFolder, type Ran, type TestFolder } from '../testing/terminal.ts';
import { CONFIG, RULE, compiled, contentFiles, json } from '../testing/payloads.ts';

const folders: TestFolder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function open(files: Readonly<Record<string, string>> = {}): TestFolder {
  const folder = makeTestFolder({ 'signalwright.yaml': CONFIG, ...files });
  folders.push(folder);
  return folder;
}

describe('payloads that mean harm', () => {
  async function bringIn(text: string): Promise<Ran & { readonly folder: TestFolder }> {
    const folder = open({ 'x.json': text });
    const ran = await folder.run(['import', 'x.json']);
    return { ...ran, folder };
  }

  const NAMES: readonly [title: string, name: string, id: string][] = [
    ['a path', '../../../etc/passwd', 'etc-passwd'],
    ['an absolute path', '/etc/passwd', 'etc-passwd'],
    ['a path of Windows', 'C:\\Windows\\system32', 'c-windows-system32'],
    ['a null byte', 'a\u0000b', 'a-b'],
    ['the end of a YAML document', '---\n...\n', 'abc-def-ghi'],
    ['a line that looks like a key', 'x\nowner: mallory', 'x-owner-mallory'],
    ['a text that YAML takes for something else', 'yes', 'yes'],
    ['a device of Windows', 'NUL', 'nul-abc-def-ghi'],
    ['an anchor', '&a *a', 'a-a'],
    ['colours of a terminal', '\u001b[31mred\u001b[0m', '31mred-0m'],
    ['letters that turn the direction', 'abc\u202egpj.exe', 'abcgpj-exe'],
    ['10,000 letters', 'long '.repeat(2_000), 'long-'.repeat(13).slice(0, -1)],
    ['only symbols', '!!!', 'abc-def-ghi'],
    ['another script', '不正アクセス', 'buzhengakusesu'],
  ];
  test.each(NAMES)('a name with %s ends in a file of its folder', async (_title, name, id) => {
    const { folder, out, err } = await bringIn(json({ ...RULE, name }));
    const [file = '', ...more] = contentFiles(folder);
    expect(more).toEqual([]);
    expect(file).toBe(`rules/detection/${id}.yaml`);
    expect((await folder.run(['check'])).code).toBe(0);
    const [[, payload] = []] = Object.entries(await compiled(folder));
    expect(payload).toMatchObject({ name });
    // oxlint-disable-next-line no-control-regex
    expect(`${out}${err}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
  });

  test('texts that YAML finds hard come back to the character', async () => {
    const message = 'a: b\n\t- c \r\n\u2028\u0085 # d\n--- !x\n%e\n"f" \'g\' |\n>-\n\n ';
    const { folder } = await bringIn(
      json({ ...RULE, message, tags: ['~', 'null', '0x1F', '1e3', '-', '#a', '&b', '!c'] }),
    );
    expect((await compiled(folder))['detection-rule/failed-logins']).toMatchObject({
      message,
      tags: ['~', 'null', '0x1F', '1e3', '-', '#a', '&b', '!c', 'signalwright:acme/failed-logins'],
    });
  });

  test('names that come to one id keep apart', async () => {
    const { folder, code } = await bringIn(
      json(['Café', 'cafe', 'CAFÉ!'].map((name, index) => ({ ...RULE, id: `abc-def-00${index}`, name }))),
    );
    expect(code).toBe(0);
    expect(contentFiles(folder)).toEqual(
      [0, 1, 2].map((index) => `rules/detection/cafe-abc-def-00${index}.yaml`),
    );
  });

  test('a hundred objects of one name, without ids, are a hundred files', async () => {
    const rules = Array.from({ length: 100 }, (_, index) => {
      const { id: _id, ...rule } = { ...RULE, message: `Number ${index}` };
      return rule;
    });
    const { folder, code } = await bringIn(json(rules));
    expect(code).toBe(0);
    expect(contentFiles(folder)).toHaveLength(100);
    expect((await folder.run(['import', 'x.json'])).out).toBe(
      '0 objects created, 0 updated, 100 unchanged\n',
    );
  });

  const REFUSED: readonly [title: string, text: string, says: string | RegExp][] = [
    ['no JSON', '{', 'JSON'],
    ['nothing', '', 'JSON'],
    ['null', 'null', 'kind'],
    ['a text', '"rule"', 'kind'],
    ['an empty list', '[]', 'There was nothing to import.'],
    ['200,000 brackets', '['.repeat(200_000), 'nest'],
    ['a deep object', `{"a":`.repeat(5_000) + '1' + '}'.repeat(5_000), 'nest'],
    [
      'a name that reaches prototypes',
      json(RULE).replace('"filters":', '"__proto__":{"polluted":1},"filters":'),
      'prototype',
    ],
    [
      'one that is deep inside',
      json(RULE).replace('"threshold"', '"threshold","constructor":{"prototype":{"polluted":1}}'),
      'prototype',
    ],
    ['a message of 2 MiB', json({ ...RULE, message: 'x y '.repeat(524_288) }), 'larger than 1048576 bytes'],
    [
      'an unknown field of 2 MiB',
      json({ ...RULE, newThing: 'x y '.repeat(524_288) }),
      'larger than 1048576 bytes',
    ],
    ['no name', json({ ...RULE, name: null }), /name/],
    [
      'a kind that has no spec',
      json({ type: 'workflows', id: 'x', attributes: { name: 'W', spec: null } }),
      'no spec',
    ],
  ];
  test.each(REFUSED)('%s is refused by name, and nothing is written', async (_title, text, says) => {
    const { folder, code, err, out } = await bringIn(text);
    expect(code).toBe(1);
    expect(`${err}${out}`).toMatch(says);
    expect(contentFiles(folder)).toEqual([]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('a value of 64 deep lists is kept or refused, and never lost', async () => {
    const deep = JSON.parse('['.repeat(60) + ']'.repeat(60)) as unknown;
    const { folder, code } = await bringIn(json({ ...RULE, odd: deep }));
    if (code === 0)
      expect((await compiled(folder))['detection-rule/failed-logins']).toMatchObject({ odd: deep });
    else expect(contentFiles(folder)).toEqual([]);
  });

  test('a rule with 5,000 queries is refused or comes back whole', async () => {
    const queries = Array.from({ length: 5_000 }, (_, index) => ({ ...RULE.queries[0], name: `q${index}` }));
    const { folder, code } = await bringIn(json({ ...RULE, queries }));
    if (code === 0)
      expect((await compiled(folder))['detection-rule/failed-logins']).toMatchObject({ queries });
    else expect(contentFiles(folder)).toEqual([]);
  });

  test('a query of 30,000 clauses is kept as it is, in no more time than it takes to read', async () => {
    const query = Array.from({ length: 30_000 }, (_, index) => `@a:${index}`).join(' OR ');
    const started = performance.now();
    const { folder, code } = await bringIn(json({ ...RULE, queries: [{ ...RULE.queries[0], query }] }));
    expect(code).toBe(0);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect((await compiled(folder))['detection-rule/failed-logins']).toMatchObject({ queries: [{ query }] });
  });

  test('a folder that is a link out of the content gets nothing', async () => {
    const outside = makeTestFolder();
    folders.push(outside);
    const folder = open({ 'x.json': json(RULE) });
    mkdirSync(join(folder.root, 'rules'));
    symlinkSync(outside.root, join(folder.root, 'rules/detection'));
    const { code, err } = await folder.run(['import', 'x.json']);
    expect(code).toBe(1);
    expect(err).toContain('rules/detection leads out of the content.');
    expect(readdirSync(outside.root)).toEqual([]);
  });
});

test.each([
  ['files', (folder: TestFolder) => folder.run(['import', 'page.json'])],
  [
    'standard input',
    (folder: TestFolder) =>
      folder.run(['import', '-'], { readInput: () => Promise.resolve(folder.read('page.json')) }),
  ],
])('one page of a longer list is said to be one: %s', async (_title, bringIn) => {
  const folder = open({
    'page.json': json({ data: [RULE], meta: { page: { total_count: 120, total_filtered_count: 1 } } }),
  });
  const { code, err } = await bringIn(folder);
  expect(code).toBe(0);
  expect(err).toContain('is a part of a list: 1 of 120 are here.');
});

test('pages that are a whole list together are said to be nothing else', async () => {
  const page = (id: string): string =>
    json({ data: [{ ...RULE, id, name: id }], meta: { page: { total_count: 2 } } });
  const folder = open({ 'pages/0.json': page('aaa-aaa-aaa'), 'pages/1.json': page('bbb-bbb-bbb') });
  expect((await folder.run(['import', 'pages'])).err).toBe('');
});

test('a name of a megabyte is shown by its beginning', async () => {
  const folder = open({ 'x.json': json({ ...RULE, name: 'long '.repeat(200_000) }) });
  const { out, err } = await folder.run(['import', 'x.json']);
  expect(Math.max(...`${out}${err}`.split('\n').map((line) => line.length))).toBeLessThan(300);
});

test('what is no JSON is not quoted with its keys', async () => {
  const key = ['AKIA', 'QWERTZUIOPASDFGH'].join('');
  const folder = open({ 'x.json': key });
  const { err } = await folder.run(['import', 'x.json']);
  expect(err).toContain('It is not JSON');
  expect(err).not.toContain(key);
});

test('bytes that are no UTF-8 are refused and not replaced', async () => {
  const folder = open();
  const bytes = Buffer.from(json(RULE).replace('Too many.', 'Zu viele: ?'));
  bytes[bytes.indexOf('?')] = 0xe4;
  writeFileSync(join(folder.root, 'latin1.json'), bytes);
  writeFileSync(join(folder.root, 'utf16.json'), Buffer.from(`\uFEFF${json(RULE)}`, 'utf16le'));
  const { code, err } = await folder.run(['import', '.']);
  expect(code).toBe(1);
  expect(err).toContain('latin1.json was not imported: It is not UTF-8: save it as such.');
  expect(err).toContain('utf16.json was not imported: It is not UTF-8: save it as such.');
  expect(contentFiles(folder)).toEqual([]);
});

test('content that cannot be read is named: what it holds may come in a second time', async () => {
  const folder = open({ 'x.json': json(RULE), 'rules/detection/other.yaml': '' });
  writeFileSync(join(folder.root, 'rules/detection/other.yaml'), Buffer.from([0x61, 0xff]));
  const { code, err } = await folder.run(['import', 'x.json']);
  expect(code).toBe(0);
  expect(err).toContain('rules/detection/other.yaml:1:2 error text/not-utf8');
});
