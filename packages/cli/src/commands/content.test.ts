/** init, check, fmt, test and compile: what they say, what they write, and how they end. */

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { goodContent, makeTestFolder, type TestFolder } from '../testing/terminal.ts';

const RULE = 'rules/detection/login-hammering.yaml';
const folders: TestFolder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function open(files: Readonly<Record<string, string>> = {}): TestFolder {
  const folder = makeTestFolder(files);
  folders.push(folder);
  return folder;
}

/** Good content with one change in the rule. */
function openEdited(from: string, to: string): TestFolder {
  const files = goodContent();
  const text = files[RULE] ?? '';
  expect(text).toContain(from);
  return open({ ...files, [RULE]: text.replace(from, to) });
}

describe('init', () => {
  test('writes a folder that passes check, test and fmt as it stands', async () => {
    const folder = open();
    const { code, out } = await folder.run(['init', 'content']);
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith('+'))).toHaveLength(6);
    expect(out).toContain('Next: cd content && signalwright check && signalwright test');
    expect(folder.read('content/signalwright.yaml')).toContain('\nstack: content\n');
    for (const command of [['check'], ['test'], ['fmt', '--check'], ['compile']]) {
      expect(await folder.run([...command, '--dir', 'content'])).toMatchObject({ code: 0, err: '' });
    }
  });

  test('overwrites nothing, and then writes nothing at all', async () => {
    const folder = open({ 'signalwright.yaml': 'stack: mine\n' });
    const { code, err } = await folder.run(['init']);
    expect(code).toBe(1);
    expect(err).toContain('signalwright.yaml would be overwritten; nothing was written.');
    expect(readdirSync(folder.root)).toEqual(['signalwright.yaml']);
    expect(folder.read('signalwright.yaml')).toBe('stack: mine\n');
  });

  test('tells editors which schema belongs to which folder', async () => {
    const folder = open();
    await folder.run(['init', '.', '--quiet']);
    const settings = JSON.parse(folder.read('.vscode/settings.json')) as {
      readonly 'yaml.schemas': Readonly<Record<string, string | readonly string[]>>;
    };
    for (const [schema, files] of Object.entries(settings['yaml.schemas'])) {
      expect(folder.read(schema)).toMatch(/^\{\n {2}"\$schema": /);
      // The first file of each kind that init wrote stands in the folder that its schema is mapped to.
      expect([files].flat().every((glob) => /^(rules|views|workflows|signalwright)/.test(glob))).toBe(true);
    }
    expect(settings['yaml.schemas']['./schemas/saved-view.json']).toEqual([
      'views/**/*.yaml',
      'views/**/*.yml',
    ]);
  });

  test('--editor brings schemas up to date and keeps the settings of others', async () => {
    const folder = open({
      ...goodContent(),
      'schemas/saved-view.json': '{}',
      '.vscode/settings.json': '{ "editor.rulers": [100], "yaml.schemas": { "./mine.json": "mine.yaml" } }',
    });
    expect(await folder.run(['init', '--editor'])).toMatchObject({
      code: 0,
      out: '+ schemas/\n+ .vscode/settings.json\n',
      err: '',
    });
    expect(folder.read('schemas/saved-view.json')).toContain('"Saved view"');
    expect(JSON.parse(folder.read('.vscode/settings.json'))).toMatchObject({
      'editor.rulers': [100],
      'yaml.schemas': { './mine.json': 'mine.yaml', './schemas/workflow.json': expect.anything() as unknown },
    });
  });

  test('--editor leaves settings with comments as they are and says what to add', async () => {
    const commented = '{\n  // mine\n  "editor.rulers": [100],\n}\n';
    const folder = open({ ...goodContent(), '.vscode/settings.json': commented });
    const { code, err } = await folder.run(['init', '--editor']);
    expect(code).toBe(0);
    expect(err).toContain('"./schemas/workflow.json": [');
    expect(folder.read('.vscode/settings.json')).toBe(commented);
  });

  test('--editor needs a project', async () => {
    expect(await open().run(['init', '--editor'])).toMatchObject({ code: 74 });
  });

  test('names the stack after the folder, made fit', async () => {
    const folder = open();
    const { json } = await folder.run(['init', 'ACME App/Sec & Co', '--json']);
    expect(json()).toMatchObject({ ok: true, stack: 'sec-co' });
  });

  test('refuses a stack that no tag can hold', async () => {
    const { code, err } = await open().run(['init', '--stack', 'Not Good']);
    expect({ code, err }).toEqual({
      code: 64,
      err: 'signalwright: "Not Good" cannot name a stack.\n  Use small letters, digits and dashes: --stack acme-appsec\n',
    });
  });

  test('takes back what it wrote when the machine refuses the rest', async () => {
    const folder = open({ rules: 'a file where a folder is needed' });
    const { code, err } = await folder.run(['init']);
    expect(code).toBe(74);
    expect(err).toMatch(/^signalwright: .*rules\/detection.*\(ENOTDIR\)\.\n$/);
    expect(readdirSync(folder.root)).toEqual(['rules']);
  });
});

describe('check', () => {
  test('counts what it read when all is well', async () => {
    const { code, out, err } = await open(goodContent()).run(['check']);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '4 files, 3 objects, 0 errors, 0 warnings\n',
      err: '',
    });
  });

  test('finds the project from a folder below it', async () => {
    const folder = open(goodContent());
    expect(await folder.run(['check'], { cwd: join(folder.root, 'rules/detection') })).toMatchObject({
      code: 0,
    });
  });

  test('shows each error at its place and exits 1', async () => {
    const { code, out } = await openEdited('severity: medium', 'severity: mild').run(['check']);
    expect(code).toBe(1);
    expect(out).toMatch(/^rules\/detection\/login-hammering\.yaml:17:15 error /);
    expect(out).toContain('severity: mild');
    expect(out).toContain('1 error');
  });

  test('prints annotations that GitHub Actions reads', async () => {
    const { code, out } = await openEdited('severity: medium', 'severity: mild').run([
      'check',
      '--format',
      'github',
    ]);
    expect(code).toBe(1);
    expect(out).toMatch(/^::error file=rules\/detection\/login-hammering\.yaml,line=17,/);
  });

  test.each([['--json'], ['--format=json']])('prints one document with %s', async (option) => {
    const { code, json, err } = await openEdited('severity: medium', 'severity: mild').run(['check', option]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(json()).toMatchObject({
      schemaVersion: 1,
      ok: false,
      errors: 1,
      diagnostics: [{ severity: 'error', range: { file: RULE, start: { line: 17, col: 15 } } }],
    });
  });

  test('--quiet is silent when all is well, and never about errors', async () => {
    expect(await open(goodContent()).run(['check', '--quiet'])).toMatchObject({ code: 0, out: '', err: '' });
    const { code, out } = await openEdited('severity: medium', 'severity: mild').run(['check', '-q']);
    expect(code).toBe(1);
    expect(out).toContain('login-hammering.yaml:17:15 error');
    expect(out).not.toContain('files,');
  });

  const warned = (): TestFolder => openEdited('severity: medium', 'severity: medium\ngroupBys: []');

  test('counts warnings against --max-warnings', async () => {
    const folder = openEdited("query: '@appsec", "query: 'a or @appsec");
    expect(await folder.run(['check', '--max-warnings', '1'])).toMatchObject({ code: 0, err: '' });
    const { code, err, out } = await folder.run(['check', '--max-warnings', '0']);
    expect({ code, err }).toEqual({ code: 1, err: '1 warning: more than --max-warnings 0 allows.\n' });
    expect(out).toContain('0 errors, 1 warning\n');
    const asked = await folder.run(['check', '--max-warnings', '0', '--json']);
    expect(asked.json()).toMatchObject({ ok: false, errors: 0, warnings: 1 });
  });

  test('writes a report beside what it says to people', async () => {
    const folder = warned();
    const { code, out } = await folder.run(['check', '--format', 'sarif', '--output', 'findings.sarif']);
    expect(code).toBe(1);
    expect(out).toBe('4 files, 1 error, 0 warnings\n');
    expect(JSON.parse(folder.read('findings.sarif'))).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              rules: [
                {
                  id: 'schema/unknown-key',
                  help: { markdown: expect.stringContaining('# schema/unknown-key') as unknown },
                },
              ],
            },
          },
          results: [{ ruleId: 'schema/unknown-key', level: 'error' }],
        },
      ],
    });
  });

  test('prints a report alone when it goes to stdout', async () => {
    const { out } = await warned().run(['check', '--format', 'junit']);
    expect(out).toMatch(/^<\?xml [\s\S]*<failure type="schema\/unknown-key"[\s\S]*<\/testsuites>\n$/);
  });

  test('names files from the root of the repository, wherever the content lies in it', async () => {
    const files = Object.entries(goodContent()).map(([path, text]) => [`security/${path}`, text] as const);
    const folder = open(Object.fromEntries(files));
    folder.write('.git/HEAD', 'ref: refs/heads/main\n');
    folder.write('security/views/bad.yaml', 'kind: saved-view\n');
    const github = await folder.run(['check', '--dir', 'security', '--format', 'github']);
    expect(github.out).toMatch(/^::error file=security\/views\/bad\.yaml,line=1,/);
    const sarif = await folder.run(['check', '--dir', 'security', '--format', 'sarif']);
    expect(sarif.out).toContain('"uri": "security/views/bad.yaml"');
  });

  test('says how many findings a comment excuses, and forgets none in JSON', async () => {
    const folder = openEdited(
      "    query: '@appsec",
      "    # signalwright-ignore query/lower-case-operator: both are words\n    query: 'a or @appsec",
    );
    expect((await folder.run(['check'])).out).toBe('4 files, 3 objects, 0 errors, 0 warnings, 1 ignored\n');
    expect((await folder.run(['check', '--json'])).json()).toMatchObject({
      ok: true,
      ignored: [{ reason: 'both are words', diagnostic: { code: 'query/lower-case-operator' } }],
    });
  });

  const refusals: readonly [name: string, args: readonly string[], code: number, err: string][] = [
    [
      'a format that does not exist',
      ['--format', 'xml'],
      64,
      'signalwright: "xml" is no format.\n  Use text, json, sarif, junit or github.\n',
    ],
    [
      'a number of warnings that is none',
      ['--max-warnings', 'few'],
      64,
      'signalwright: "few" is no number of warnings.\n  Write a whole number: --max-warnings 0\n',
    ],
    ['a folder that does not exist', ['--dir', 'nowhere'], 74, 'signalwright: There is no folder nowhere.\n'],
  ];
  test.each(refusals)('refuses %s', async (_, args, code, err) => {
    expect(await open(goodContent()).run(['check', ...args])).toMatchObject({ code, out: '', err });
  });

  test('says where it looked when there is no project', async () => {
    const folder = open();
    const { code, err } = await folder.run(['check']);
    expect(code).toBe(74);
    expect(err).toContain(`There is no signalwright.yaml in ${folder.root} or above it.`);
    expect(err).toContain('signalwright init');
  });
});

describe('explain', () => {
  test('prints the page of a code, without a project', async () => {
    const { code, out } = await open().run(['explain', 'lint/no-near-miss']);
    expect(code).toBe(0);
    expect(out).toMatch(/^lint\/no-near-miss\n\nNo test of the rule says what must not fire\. \(warning\)\n/);
    expect(out).toContain('    # signalwright-ignore lint/no-near-miss: why this is right here\n');
    expect(out).not.toContain('```');
  });

  test('takes the last part of a code that is the only one with it', async () => {
    expect((await open().run(['explain', 'no-tests'])).out).toMatch(/^lint\/no-tests\n/);
  });

  test('lists them all', async () => {
    const { out } = await open().run(['explain', '--list']);
    expect(out).toMatch(/^lint\/no-tests +warning +The object has no tests\.$/m);
    const { json } = await open().run(['explain', '--list', '--json']);
    expect(json()).toMatchObject({ ok: true, codes: expect.arrayContaining([]) as unknown });
  });

  test.each([
    ['too-deep', 'condition/too-deep or query/too-deep or template/too-deep or yaml/too-deep'],
    ['near-miss', 'lint/no-near-miss'],
  ])('asks back when %s could be several or none', async (text, similar) => {
    const { code, err } = await open().run(['explain', text]);
    expect(code).toBe(64);
    expect(err).toContain(`Do you mean ${similar}?`);
  });
});

describe('fmt', () => {
  function untidy(): TestFolder {
    const files = goodContent();
    const text = (files[RULE] ?? '').replace(
      'kind: detection-rule\nid: login-hammering\n',
      'id: login-hammering\nkind: detection-rule\n',
    );
    return open({ ...files, [RULE]: text });
  }

  test('writes what is laid out otherwise, and says which files', async () => {
    const folder = untidy();
    expect(await folder.run(['fmt'])).toMatchObject({
      code: 0,
      out: `~ ${RULE}\n1 file formatted, 3 unchanged\n`,
    });
    expect(folder.read(RULE)).toBe(goodContent()[RULE]);
    expect(await folder.run(['fmt'])).toMatchObject({ code: 0, out: '0 files formatted, 4 unchanged\n' });
  });

  test('--check writes nothing and exits 1', async () => {
    const folder = untidy();
    const before = folder.read(RULE);
    const { code, out } = await folder.run(['fmt', '--check']);
    expect({ code, out }).toEqual({
      code: 1,
      out: `~ ${RULE}\n1 file would change, 3 unchanged\nFormat them with \`signalwright fmt\`.\n`,
    });
    expect(folder.read(RULE)).toBe(before);
    const asked = await folder.run(['fmt', '--check', '--json']);
    expect(asked.json()).toEqual({ schemaVersion: 1, ok: false, files: 4, changed: [RULE], diagnostics: [] });
  });

  describe('--migrate', () => {
    function older(): TestFolder {
      const files = goodContent();
      const config = (files['signalwright.yaml'] ?? '').replace(/^formatVersion: .*\n/m, '');
      const rule = `${files[RULE] ?? ''}`.replace('groupBy:', 'optionalGroupBy: true # why\ngroupBy:');
      return open({ ...files, 'signalwright.yaml': config, [RULE]: rule });
    }

    test('brings all content up to the current format, once', async () => {
      const folder = older();
      expect(await folder.run(['check'])).toMatchObject({ code: 1 });
      const dry = await folder.run(['fmt', '--migrate', '--check']);
      expect(dry).toMatchObject({ code: 1 });
      expect(dry.out).toBe(
        `~ ${RULE}\n~ signalwright.yaml\n2 files would change, 2 unchanged\nFormat 1 would become 2.\nMigrate them with \`signalwright fmt --migrate\`.\n`,
      );
      const { code, out } = await folder.run(['fmt', '--migrate']);
      expect([code, out]).toEqual([
        0,
        `~ ${RULE}\n~ signalwright.yaml\n2 files formatted, 2 unchanged\nFormat 1 became 2.\n`,
      ]);
      expect(folder.read(RULE)).toContain('hasOptionalGroupByFields: true # why');
      expect(await folder.run(['check'])).toMatchObject({ code: 0 });
      expect(await folder.run(['fmt', '--migrate'])).toMatchObject({
        code: 0,
        out: '0 files formatted, 4 unchanged\nAll content is in format 2 already.\n',
      });
      const asked = await folder.run(['fmt', '--migrate', '--json']);
      expect(asked.json()).toMatchObject({ ok: true, changed: [], formatVersion: { from: 2, to: 2 } });
    });

    test('writes nothing while a file cannot be read', async () => {
      const folder = older();
      writeFileSync(join(folder.root, 'views/broken.yaml'), 'a: [');
      const before = folder.read('signalwright.yaml');
      const { code, out } = await folder.run(['fmt', '--migrate']);
      expect(code).toBe(1);
      expect(out).toContain('Nothing was migrated: mend what is named above first.');
      expect(folder.read('signalwright.yaml')).toBe(before);
      expect(folder.read(RULE)).toContain('optionalGroupBy: true # why');
    });

    test('takes no paths: the version is that of the folder', async () => {
      expect(await older().run(['fmt', '--migrate', 'rules'])).toMatchObject({ code: 64 });
    });
  });

  test('fmt leaves content of a newer format alone', async () => {
    const folder = untidy();
    const newer = (folder.read('signalwright.yaml') ?? '').replace(
      /^formatVersion: .*$/m,
      'formatVersion: 99',
    );
    writeFileSync(join(folder.root, 'signalwright.yaml'), newer);
    const before = folder.read(RULE);
    for (const args of [['fmt'], ['fmt', '--migrate']]) {
      const { code, err } = await folder.run(args);
      expect(code).toBe(1);
      expect(err).toContain('this program knows formats up to 2');
    }
    expect(folder.read(RULE)).toBe(before);
  });

  test('formats only what is named, by file or by folder', async () => {
    const folder = untidy();
    expect(await folder.run(['fmt', 'views', 'signalwright.yaml'])).toMatchObject({
      code: 0,
      out: '0 files formatted, 2 unchanged\n',
    });
    expect(
      await folder.run(['fmt', 'login-hammering.yaml'], { cwd: join(folder.root, 'rules/detection') }),
    ).toMatchObject({
      code: 0,
      out: `~ ${RULE}\n1 file formatted, 0 unchanged\n`,
    });
  });

  test('refuses a path without content, since a misspelt one must not read as formatted', async () => {
    const { code, err } = await untidy().run(['fmt', 'rules/detecton']);
    expect(code).toBe(64);
    expect(err).toContain('rules/detecton is no content of');
  });

  test('leaves a broken file as it is, says why, formats the others and exits 1', async () => {
    const folder = untidy();
    folder.write('views/broken.yaml', "kind: 'saved-view\n");
    const { code, out, err } = await folder.run(['fmt']);
    expect(code).toBe(1);
    expect(out).toContain('1 file formatted, 3 unchanged, 1 left as it is');
    expect(err).toMatch(/^views\/broken\.yaml:1:7 error yaml\/syntax/);
    expect(folder.read('views/broken.yaml')).toBe("kind: 'saved-view\n");
    expect(folder.read(RULE)).toBe(goodContent()[RULE]);
  });

  test('keeps the permissions of a file, and writes through a link instead of replacing it', async () => {
    const folder = untidy();
    const text = folder.read(RULE).replaceAll('login-hammering', 'linked');
    mkdirSync(join(folder.root, 'rules/shared'));
    writeFileSync(join(folder.root, 'rules/shared/linked.yaml'), text);
    symlinkSync('../shared/linked.yaml', join(folder.root, 'rules/detection/linked.yaml'));
    chmodSync(join(folder.root, RULE), 0o640);
    await folder.run(['fmt']);
    expect(statSync(join(folder.root, RULE)).mode & 0o777).toBe(0o640);
    expect(folder.read('rules/shared/linked.yaml')).toMatch(/^kind: detection-rule\n/);
    expect(
      readdirSync(join(folder.root, 'rules/detection'), { withFileTypes: true })
        .find((each) => each.name === 'linked.yaml')
        ?.isSymbolicLink(),
    ).toBe(true);
  });
});

describe('test', () => {
  test('passes what holds', async () => {
    const { code, out } = await open(goodContent()).run(['test']);
    expect(code).toBe(0);
    expect(out).toContain('✓ detection-rule/login-hammering 2 tests\n');
    expect(out).toMatch(/^6 passed, 0 failed, in 3 files$/m);
  });

  test('shows what was expected and what came, and exits 1', async () => {
    const { code, out } = await openEdited('failures > 25', 'failures > 30').run(['test', 'login']);
    expect(code).toBe(1);
    expect(out).toContain('✗ detection-rule/login-hammering 2 tests');
    expect(out).toContain('✗ 26 failures in under 5 minutes are hammering');
    expect(out).toMatch(/^1 passed, 1 failed, in 1 file$/m);
  });

  test('exits 1 when nothing was tested: a misspelt address must not pass', async () => {
    const { code, err } = await open(goodContent()).run(['test', 'no-such-rule']);
    expect({ code, err }).toEqual({ code: 1, err: 'No test of no-such-rule was found.\n' });
  });

  test('does not run on content with errors', async () => {
    const folder = openEdited('severity: medium', 'severity: mild');
    const { code, out, err } = await folder.run(['test']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('1 error in the content: nothing was done.');
    expect((await folder.run(['test', '--json'])).json()).toMatchObject({
      ok: false,
      diagnostics: [{ severity: 'error' }],
    });
  });

  test('writes JUnit: a suite an object, a case a test', async () => {
    const folder = openEdited('failures > 25', 'failures > 30');
    const { code, out } = await folder.run(['test', '--format', 'junit', '--output', 'tests.xml']);
    expect(code).toBe(1);
    expect(out).toContain('5 passed, 1 failed, in 3 files');
    const xml = folder.read('tests.xml');
    expect(xml).toContain('<testsuites name="signalwright test" tests="6" failures="1"');
    expect(xml).toContain('<testsuite id="0" name="detection-rule/login-hammering"');
    expect(xml).toMatch(/<failure type="difference" message="signals\.?[^"]*: expected /);
    expect((await folder.run(['test', '--format', 'junit'])).out).toMatch(/^<\?xml [\s\S]*<\/testsuites>\n$/);
  });

  test('counts for programs', async () => {
    const { json } = await open(goodContent()).run(['test', '--json']);
    expect(json()).toMatchObject({ schemaVersion: 1, ok: true, passed: 6, failed: 0 });
  });
});

describe('compile', () => {
  test('prints the bodies that the API takes, ownership mark included', async () => {
    const { code, json } = await open(goodContent()).run(['compile', '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      ok: true,
      stack: 'acme',
      objects: [
        {
          address: 'detection-rule/login-hammering',
          payload: { tags: expect.arrayContaining(['signalwright:acme/login-hammering']) as unknown },
        },
        { address: 'notification-rule/urgent' },
      ],
    });
  });

  test('links a saved view, which has no public API', async () => {
    const { code, out } = await open(goodContent()).run(['compile', 'saved-view']);
    expect(code).toBe(0);
    expect(out).toMatch(/^# saved-view\/\S+\nhttp:\/\/127\.0\.0\.1:8085\/\?query=\S+\n$/);
  });

  test('exits 1 for an address that does not exist', async () => {
    const { code, err } = await open(goodContent()).run(['compile', 'detection-rule/nope']);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'There is no object whose address holds detection-rule/nope.\n',
    });
  });
});

test('no command leaves a temporary file behind', async () => {
  const folder = open(goodContent());
  await folder.run(['fmt']);
  await folder.run(['plan', '--out', 'plan.json']);
  expect(existsSync(join(folder.root, 'plan.json'))).toBe(false);
  expect(readdirSync(folder.root).toSorted()).toEqual(['rules', 'signalwright.yaml', 'views']);
});
