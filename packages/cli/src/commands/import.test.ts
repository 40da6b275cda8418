/** import: from files, folders, standard input and an org; again; and from those who mean harm. */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent, makeTestFolder, type Ran, type TestFolder } from '../testing/terminal.ts';
import type { World } from '../world.ts';

const folders: TestFolder[] = [];
const orgs: OrgFolder[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) folder.remove();
  for (const org of orgs.splice(0)) await org.close();
});

const CONFIG = 'stack: acme\nenvironments:\n  local: { target: embedded }\n';

function open(files: Readonly<Record<string, string>> = {}): TestFolder {
  const folder = makeTestFolder({ 'signalwright.yaml': CONFIG, ...files });
  folders.push(folder);
  return folder;
}

const RULE = {
  id: 'abc-def-ghi',
  version: 3,
  createdAt: 1_700_000_000_000,
  isDefault: false,
  name: 'Failed logins',
  type: 'log_detection',
  isEnabled: true,
  message: 'Too many.',
  tags: ['team:identity', 'security:attack'],
  queries: [
    {
      name: 'failures',
      query: '@evt.name:login @evt.outcome:failure',
      dataSource: 'logs',
      aggregation: 'count',
      groupByFields: ['@usr.id'],
      distinctFields: [],
      hasOptionalGroupByFields: false,
    },
  ],
  cases: [{ name: '', status: 'high', condition: 'failures > 25', notifications: ['@slack-appsec'] }],
  options: {
    detectionMethod: 'threshold',
    evaluationWindow: 300,
    keepAlive: 3_600,
    maxSignalDuration: 86_400,
  },
  hasExtendedTitle: false,
  filters: [],
};
const FILE = 'rules/detection/failed-logins.yaml';

const SUPPRESSION = {
  type: 'suppressions',
  id: 'sup-pre-ssi',
  attributes: {
    name: 'Scanner',
    enabled: true,
    description: 'Agreed.',
    rule_query: 'type:log_detection',
    suppression_query: 'env:staging',
    data_exclusion_query: '',
    tags: [],
    version: 1,
  },
};

const OWNED = {
  ...RULE,
  id: 'def-000-1e8',
  isDefault: true,
  name: 'Scan of an API',
  tags: ['source:shop', 'tuned:yes'],
  defaultTags: ['source:shop'],
};
const OWNED_FILE = 'rules/detection/scan-of-an-api.yaml';
const OWNED_BODY = 'rules/detection/scan-of-an-api.upstream.yaml';

function json(value: unknown): string {
  return JSON.stringify(value);
}

/** Payloads of compile by address. */
async function compiled(folder: TestFolder): Promise<Readonly<Record<string, unknown>>> {
  const { objects } = (await folder.run(['compile', '--json'])).json() as {
    readonly objects: readonly { readonly address: string; readonly payload: unknown }[];
  };
  return Object.fromEntries(objects.map(({ address, payload }) => [address, payload]));
}

function contentFiles(folder: TestFolder): readonly string[] {
  const list = (path: string): readonly string[] =>
    readdirSync(join(folder.root, path), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? list(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
  return ['rules', 'views', 'workflows'].filter((path) => existsSync(join(folder.root, path))).flatMap(list);
}

describe('from files', () => {
  test('a file becomes content that check and fmt have no word against, and compiles to what it was', async () => {
    const folder = open({ 'rules.json': json({ data: [RULE] }) });
    const { code, out, err } = await folder.run(['import', 'rules.json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      `+ ${FILE}  Failed logins\n1 object created, 0 updated, 0 unchanged\nNext: signalwright check\n`,
    );
    expect((await folder.run(['check'])).code).toBe(0);
    expect((await folder.run(['fmt', '--check'])).code).toBe(0);
    expect((await compiled(folder))['detection-rule/failed-logins']).toMatchObject({
      name: RULE.name,
      message: RULE.message,
      cases: RULE.cases,
      options: RULE.options,
      tags: [...RULE.tags.toReversed(), 'signalwright:acme/failed-logins'],
    });
  });

  test('a folder is read with all that lies below it; other files and hidden folders are not', async () => {
    const folder = open({
      'dump/rules/one.json': json(RULE),
      'dump/suppressions.json': json({ data: [SUPPRESSION] }),
      'dump/notes.md': 'not JSON',
      'dump/.git/x.json': 'not JSON',
    });
    expect((await folder.run(['import', 'dump'])).code).toBe(0);
    expect(contentFiles(folder)).toEqual([FILE, 'rules/suppression/scanner.yaml']);
  });

  test('- is standard input', async () => {
    const folder = open();
    const readInput = (): Promise<string> => Promise.resolve(json([RULE]));
    expect((await folder.run(['import', '-'], { readInput })).code).toBe(0);
    expect(contentFiles(folder)).toEqual([FILE]);
  });

  test('--dry-run says the same and writes nothing', async () => {
    const folder = open({ 'rules.json': json(RULE) });
    const { code, out } = await folder.run(['import', 'rules.json', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toBe(
      `+ ${FILE}  Failed logins\n1 object would be created, 0 would be updated, 0 unchanged\n`,
    );
    expect(contentFiles(folder)).toEqual([]);
  });

  test('--json is one document', async () => {
    const folder = open({ 'rules.json': json([{ ...RULE, newThing: 1 }, { no: 'kind' }]) });
    const { code, err, json: document } = await folder.run(['import', 'rules.json', '--json']);
    expect({ code, err: err.split('\n') }).toEqual({
      code: 1,
      err: ['x rules.json [1] was not imported: Its kind cannot be told from its shape: say --kind.', ''],
    });
    expect(document()).toEqual({
      schemaVersion: 1,
      ok: false,
      dryRun: false,
      counts: { created: 1, updated: 0, unchanged: 0, withWarnings: 1, refused: 1 },
      objects: [
        {
          address: 'detection-rule/failed-logins',
          name: 'Failed logins',
          status: 'created',
          files: [{ file: FILE, status: 'created' }],
          from: 'rules.json [0]',
          warnings: [
            expect.objectContaining({
              code: 'schema/unknown-fields',
              severity: 'warning',
              range: expect.objectContaining({ file: FILE }) as unknown,
            }) as unknown,
          ],
        },
      ],
      refused: [{ where: 'rules.json [1]', name: '', reason: expect.any(String) as string }],
    });
  });

  test('progress goes to stderr, one line at a time where nobody looks on', async () => {
    const rules = Array.from({ length: 20 }, (_, index) => ({
      ...RULE,
      id: `abc-def-${index}`,
      name: `Rule ${index}`,
    }));
    let nowMs = 1_795_341_600_000;
    const { err } = await open({ 'rules.json': json(rules) }).run(['import', 'rules.json'], {
      nowMs: () => (nowMs += 1_000),
    });
    expect(err).toMatch(/^importing \d+\/20\n/);
  });
});

describe('what cannot be asked for', () => {
  const ROWS: readonly [title: string, args: readonly string[], code: number, says: string][] = [
    ['nothing at all', [], 64, 'Import what?'],
    ['files and an org', ['x.json', '--from', 'local'], 64, 'not from both'],
    ['a kind that is none', ['x.json', '--kind', 'monitor'], 64, 'detection-rule'],
    ['an environment that is not there', ['--from', 'moon'], 64, 'It has: local.'],
    ['views of an org', ['--from', 'local', '--kind', 'saved-view'], 64, 'Saved views have no API.'],
    ['a file that is not there', ['gone.json'], 74, 'no such file'],
    ['an org that is not there', ['--from', 'local'], 74, 'embedded org'],
  ];
  test.each(ROWS)('%s', async (_title, args, code, says) => {
    const ran = await open({ 'x.json': json(RULE) }).run(['import', ...args]);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(says);
  });

  test('outside of a project it says what is missing', async () => {
    const folder = makeTestFolder({ 'x.json': json(RULE) });
    folders.push(folder);
    const { code, err } = await folder.run(['import', 'x.json']);
    expect(code).toBe(74);
    expect(err).toContain('signalwright.yaml');
  });

  test('with a broken signalwright.yaml nothing is written', async () => {
    const folder = open({ 'signalwright.yaml': 'stack: [', 'x.json': json(RULE) });
    expect((await folder.run(['import', 'x.json'])).code).toBe(1);
    expect(contentFiles(folder)).toEqual([]);
  });
});

describe('again', () => {
  const TESTS = `
tests:
  - name: one is not enough
    events: [{ '@evt.name': login }]
    signals: []
`;

  test('nothing changed, nothing is written, wherever the file went', async () => {
    const folder = open({ 'rules.json': json(RULE) });
    await folder.run(['import', 'rules.json']);
    mkdirSync(join(folder.root, 'rules/detection/logins'));
    const moved = 'rules/detection/logins/failed-logins.yaml';
    renameSync(join(folder.root, FILE), join(folder.root, moved));
    const text = `# Ours.\n${folder.read(moved)}${TESTS}`;
    folder.write(moved, text);
    const { code, out } = await folder.run(['import', 'rules.json']);
    expect({ code, out }).toEqual({ code: 0, out: '0 objects created, 0 updated, 1 unchanged\n' });
    expect(folder.read(moved)).toBe(text);
    expect(contentFiles(folder)).toEqual([moved]);
  });

  test('what changed is edited in its place; comments and tests stay', async () => {
    const folder = open({ 'rules.json': json(RULE) });
    await folder.run(['import', 'rules.json']);
    const text = `${folder.read(FILE).replace('    severity: high', '    # The incident of May.\n    severity: high # not low')}${TESTS}`;
    folder.write(FILE, text);
    folder.write(
      'rules.json',
      json({ ...RULE, version: 4, name: 'Failed logins, renamed', isEnabled: false }),
    );
    const { code, out } = await folder.run(['import', 'rules.json']);
    expect(code).toBe(0);
    expect(out).toContain(`~ ${FILE}  Failed logins, renamed\n`);
    expect(folder.read(FILE)).toBe(
      text
        .replace('name: Failed logins', 'name: Failed logins, renamed')
        .replace('type: log_detection\n', 'type: log_detection\nenabled: false\n'),
    );
  });

  test('a rule of Datadog: its change comes in the pinned body, what was tuned stays', async () => {
    const folder = open({ 'rules.json': json(OWNED) });
    expect((await folder.run(['import', 'rules.json'])).out).toContain(`+ ${OWNED_BODY}`);
    expect(contentFiles(folder)).toEqual([OWNED_BODY, OWNED_FILE]);
    expect(folder.read(OWNED_FILE)).toBe(`kind: detection-rule
id: scan-of-an-api
default: def-000-1e8
tags: [tuned:yes]

cases:
  - notifications: ['@slack-appsec']
`);
    const text = `# Why: see the ticket.\n${folder.read(OWNED_FILE)}`;
    folder.write(OWNED_FILE, text);
    folder.write('rules.json', json({ ...OWNED, version: 9, message: 'Far too many.' }));
    const { code, out } = await folder.run(['import', 'rules.json']);
    expect({ code, out: out.split('\n')[0] }).toEqual({ code: 0, out: `~ ${OWNED_BODY}  Scan of an API` });
    expect(folder.read(OWNED_FILE)).toBe(text);
    expect(folder.read(OWNED_BODY)).toContain('message: Far too many.\n');
    expect((await folder.run(['check', '--format', 'github'])).out).not.toContain('::warning');
  });

  test('a file with errors is left alone, and the others come in', async () => {
    const folder = open({
      [FILE]: 'kind: detection-rule\nid: failed-logins\nname: [\n',
      'x.json': json([RULE, SUPPRESSION]),
    });
    const { code, err } = await folder.run(['import', 'x.json']);
    expect(code).toBe(1);
    expect(err).toContain(
      `Failed logins (x.json [0]) was not imported: ${FILE} has errors: mend them first.`,
    );
    expect(contentFiles(folder)).toEqual([FILE, 'rules/suppression/scanner.yaml']);
  });
});

describe('payloads that mean harm', () => {
  async function bringIn(text: string): Promise<Ran & { readonly folder: TestFolder }> {
    const folder = open({ 'x.json': text });
    const ran = await folder.run(['import', 'x.json']);
    return { ...ran, folder };
  }

  const NAMES: readonly [title: string, name: string, file: string][] = [
    ['a path', '../../../etc/passwd', 'etc-passwd'],
    ['an absolute path', '/etc/passwd', 'etc-passwd'],
    ['a path of Windows', 'C:\\Windows\\system32', 'c-windows-system32'],
    ['a null byte', 'a\u0000b', 'a-b'],
    ['the end of a YAML document', '---\n...\n', 'rules'],
    ['a line that looks like a key', 'x\nowner: mallory', 'x-owner-mallory'],
    ['a text that YAML takes for something else', 'yes', 'yes'],
    ['an anchor', '&a *a', 'a-a'],
    ['colours of a terminal', '\u001b[31mred\u001b[0m', '31mred-0m'],
    ['letters that turn the direction', 'abc\u202egpj.exe', 'abcgpj-exe'],
    ['10,000 letters', 'long '.repeat(2_000), 'long'],
    ['only symbols', '!!!', 'abc-def-ghi'],
    ['another script', '不正アクセス', ''],
  ];
  test.each(NAMES)('a name with %s ends in a file of its folder', async (_title, name) => {
    const { folder, out, err } = await bringIn(json({ ...RULE, name }));
    const [file = '', ...more] = contentFiles(folder);
    expect(more).toEqual([]);
    expect(file).toMatch(/^rules\/detection\/[a-z0-9][a-z0-9-]{0,63}\.yaml$/);
    expect((await folder.run(['check'])).code).toBe(0);
    const [[, payload] = []] = Object.entries(await compiled(folder));
    expect(payload).toMatchObject({ name });
    // eslint-disable-next-line no-control-regex
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

describe('from an org', () => {
  async function openOrg(files: Readonly<Record<string, string>> = goodContent()): Promise<OrgFolder> {
    const org = await openOrgFolder(files);
    orgs.push(org);
    return org;
  }

  function forget(org: OrgFolder, path: string): void {
    rmSync(join(org.root, path), { recursive: true });
  }

  test('what was applied comes back, and then a plan is empty', async () => {
    const org = await openOrg();
    await org.run(['apply', '--yes']);
    const before = await compiled(org);
    forget(org, 'rules/detection');
    const { code, out, err } = await org.run(['import', '--from', 'local']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('+ rules/detection/login-hammering.yaml');
    expect(await compiled(org)).toEqual(before);
    expect((await org.run(['plan', '--exit-code'])).code).toBe(0);
    expect((await org.run(['import', '--from', 'embedded'])).out).toMatch(
      /^0 objects created, 0 updated, \d+ unchanged\n$/,
    );
  });

  test('nothing is changed there, and --kind asks for one kind only', async () => {
    const org = await openOrg();
    await org.run(['apply', '--yes']);
    forget(org, 'rules');
    org.requests.length = 0;
    await org.run(['import', '--from', 'local', '--kind', 'notification-rule']);
    expect(org.requests.every((request) => request.startsWith('GET '))).toBe(true);
    // The mark of a notification rule is a digest: without the file that it stands for, the name makes the id.
    const file = 'rules/notification/urgent-attacks-in-production.yaml';
    expect(contentFiles(org)).toEqual([file, 'views/unassigned-urgent.yaml']);
    expect(org.read(file)).toContain('\nname: Urgent attacks in production\n');
  });

  test('what somebody made by hand comes in with its id, and is found by it again', async () => {
    const org = await openOrg({ 'signalwright.yaml': CONFIG });
    const keys = JSON.parse(org.read('.signalwright/credentials.json')) as Readonly<Record<string, string>>;
    const { id: _id, version: _version, createdAt: _created, isDefault: _default, ...body } = RULE;
    const answer = await org.org.fetch(
      new Request('http://127.0.0.1:8085/api/v2/security_monitoring/rules', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'dd-api-key': keys['apiKey'] ?? '',
          'dd-application-key': keys['applicationKey'] ?? '',
        },
        body: json(body),
      }),
    );
    const { id } = (await answer.json()) as { readonly id: string };
    expect((await org.run(['import', '--from', 'local'])).code).toBe(0);
    expect(org.read(FILE)).toContain(`remoteId: ${id}\n`);
    expect((await compiled(org))['detection-rule/failed-logins']).toMatchObject({
      message: RULE.message,
      cases: RULE.cases,
      options: RULE.options,
    });
  });

  test('an org that answers nonsense ends in one line', async () => {
    const org = await openOrg();
    const fetch: World['fetch'] = () => Promise.resolve(new Response('<html>', { status: 200 }));
    const { code, err } = await org.run(['import', '--from', 'local'], { fetch });
    expect(code).not.toBe(0);
    expect(code).not.toBe(3);
    expect(err.split('\n').length).toBeLessThan(5);
  });
});
