/** import from files, folders and standard input, and again. */

import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeTestFolder, type TestFolder } from '../testing/terminal.ts';
import {
  CONFIG,
  FILE,
  OWNED,
  OWNED_BODY,
  OWNED_FILE,
  RULE,
  SUPPRESSION,
  compiled,
  contentFiles,
  json,
} from '../testing/payloads.ts';

const folders: TestFolder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function open(files: Readonly<Record<string, string>> = {}): TestFolder {
  const folder = makeTestFolder({ 'signalwright.yaml': CONFIG, ...files });
  folders.push(folder);
  return folder;
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
      counts: {
        created: 1,
        updated: 0,
        unchanged: 0,
        withWarnings: 1,
        refused: 1,
        untuned: 0,
        deprecated: 0,
      },
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
      partial: [],
      remarks: [],
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
