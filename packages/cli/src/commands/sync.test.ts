/** plan and apply against an org in this process. */

import { readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256Hex } from '@signalwright/store';
import { parsePlan, printPlan } from '@signalwright/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent, makeTestFolder } from '../testing/terminal.ts';

const RULE = 'rules/detection/login-hammering.yaml';
let folder: OrgFolder;
beforeEach(async () => {
  folder = await openOrgFolder(goodContent());
});
afterEach(() => folder.close());

function edit(from: string, to: string): void {
  folder.write(RULE, folder.read(RULE).replace(from, to));
}

/** Requests that change something at the target. */
function writes(): readonly string[] {
  return folder.requests.filter((request) => /^(?:PUT|PATCH|DELETE|POST)/.test(request));
}

describe('plan', () => {
  test('lists what an apply would create, and changes nothing', async () => {
    const { code, out } = await folder.run(['plan']);
    expect(code).toBe(0);
    expect(out).toContain(`+ detection-rule/login-hammering  ${RULE}:1:1`);
    expect(out).toContain('2 to create, 0 to update, 0 unchanged, 1 view linked.');
    expect(writes()).toEqual([]);
  });

  test('--markdown prints a page for a pull request, and nothing besides', async () => {
    await folder.run(['apply', '--yes']);
    edit('failures > 25', 'failures > 26');
    const { code, out } = await folder.run(['plan', '--markdown', '--out', 'plan.json']);
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(
        `^### Plan for \`local\`\n\n\\*\\*1 to update\\*\\*\n\n\\*\\*~\\*\\* \`detection-rule/login-hammering\` · \`Many failed logins from one address\`\n\n\`\`\`diff\n@@ cases\\[0\\]\\.condition @@ ${RULE}:\\d+:\\d+\n- "failures > 25"\n\\+ "failures > 26"\n\`\`\`\n`,
      ),
    );
    expect(out).toMatch(/plan `[0-9a-f]{12}`\n$/);
    expect(folder.read('plan.json')).toContain('"digest"');
  });

  test('--exit-code exits 2 while there are changes and 0 after', async () => {
    expect((await folder.run(['plan', '--exit-code'])).code).toBe(2);
    await folder.run(['apply', '--yes']);
    expect((await folder.run(['plan', '--exit-code'])).code).toBe(0);
  });

  test('the link of a saved view is printed until an apply has shown it; Markdown has all', async () => {
    expect((await folder.run(['plan'])).out).toContain('> saved-view/unassigned-urgent  http');
    await folder.run(['apply', '--yes']);
    const { out } = await folder.run(['plan']);
    expect(out).not.toContain('> saved-view');
    expect(out).toContain('1 view linked');
    expect((await folder.run(['plan', '--markdown'])).out).toContain(
      '- `saved-view/unassigned-urgent`: `http',
    );
  });

  test('names an environment that does not exist, and those that do', async () => {
    expect(await folder.run(['plan', '--env', 'prod'])).toMatchObject({
      code: 64,
      err: 'signalwright: There is no environment "prod" in signalwright.yaml.\n  It has: local.\n',
    });
  });

  test('exits 74 when nothing answers, and says what the system said', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const fetch = (): Promise<Response> => Promise.reject(new TypeError('fetch failed', { cause: refused }));
    const { code, err } = await folder.run(['plan'], { fetch });
    expect(code).toBe(74);
    expect(err).toBe(
      'signalwright: The embedded org does not answer at http://127.0.0.1:8085: nothing listens there.\n' +
        '  `signalwright up` starts it; SIGNALWRIGHT_URL names another address.\n',
    );
  });

  test('needs keys for the service', async () => {
    const own = makeTestFolder({
      ...goodContent(),
      'signalwright.yaml': 'stack: acme\nenvironments:\n  prod: { target: datadog, site: datadoghq.eu }\n',
    });
    const { code, err } = await own.run(['plan']);
    own.remove();
    expect({ code, err }).toEqual({
      code: 74,
      err: 'signalwright: The keys of the service are missing.\n  Set DD_API_KEY and DD_APP_KEY, or DD_API_KEY_FILE and DD_APP_KEY_FILE to files that hold them.\n',
    });
  });
});

describe('apply', () => {
  test('does what the plan says; after it a plan is empty and another apply writes nothing', async () => {
    const first = await folder.run(['apply', '--yes']);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/^2 applied, 0 unchanged\.$/m);
    expect(writes()).toHaveLength(2);
    const again = await folder.run(['apply']);
    expect(again.code).toBe(0);
    expect(again.out).toContain('0 to create, 0 to update, 2 unchanged');
    expect(writes()).toHaveLength(2);
  });

  test('asks on a terminal, and takes nothing but yes', async () => {
    const asked: string[] = [];
    const answering = (answer: string) => ({
      isInteractive: true,
      ask: (question: string) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    });
    for (const answer of ['', 'y', 'no', 'Yes']) {
      const { code, err } = await folder.run(['apply'], answering(answer));
      expect({ code, err }).toEqual({ code: 1, err: 'Nothing was applied.\n' });
    }
    expect(writes()).toEqual([]);
    expect((await folder.run(['apply'], answering('yes'))).code).toBe(0);
    expect(asked).toHaveLength(5);
    expect(writes()).toHaveLength(2);
  });

  test('does not wait where nobody can answer', async () => {
    const { code, out, err } = await folder.run(['apply']);
    expect(code).toBe(64);
    expect(out).toContain('2 to create');
    expect(err).toBe('signalwright: Nobody can be asked here.\n  Say --yes to apply without a question.\n');
    expect(writes()).toEqual([]);
  });

  test('applies a plan from a file, once: the same plan is then already so', async () => {
    expect((await folder.run(['plan', '--out', 'plan.json'])).out).toContain(
      'signalwright apply --plan plan.json',
    );
    expect(await folder.run(['apply', '--plan', 'plan.json', '--yes'])).toMatchObject({ code: 0 });
    const again = await folder.run(['apply', '--plan', 'plan.json', '--yes']);
    expect(again.out).toContain('0 applied, 2 unchanged.');
    expect(writes()).toHaveLength(2);
  });

  test.each(['--prune', '--adopt'])('refuses %s beside a plan, which has decided that', async (aside) => {
    await folder.run(['plan', '--out', 'plan.json']);
    const { code, err } = await folder.run(['apply', '--plan', 'plan.json', aside, '--yes']);
    expect({ code, err }).toEqual({
      code: 64,
      err: `signalwright: ${aside} changes nothing beside --plan: the file says what is done.\n  Give ${aside} to \`signalwright plan --out\`.\n`,
    });
    expect(writes()).toEqual([]);
  });

  test('keeps a plan file to who made it, and does not read one without an end', async () => {
    await folder.run(['plan', '--out', 'plan.json']);
    const path = join(folder.root, 'plan.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    truncateSync(path, 65 * 1024 * 1024);
    const { code, err } = await folder.run(['apply', '--plan', 'plan.json', '--yes']);
    expect(code).toBe(74);
    expect(err).toContain('plan.json has more than 67108864 bytes.');
  });

  test('refuses a plan of other content', async () => {
    await folder.run(['plan', '--out', 'plan.json']);
    edit('failures > 25', 'failures > 26');
    const files = folder.read(RULE).replaceAll('repeat: 26', 'repeat: 27');
    folder.write(RULE, files);
    const { code, err } = await folder.run(['apply', '--plan', 'plan.json', '--yes']);
    expect(code).toBe(1);
    expect(err).toContain('Nothing was applied.');
    expect(err).toContain('Content has changed since the plan was made.');
    expect(writes()).toEqual([]);
  });

  test('refuses a plan that somebody edited', async () => {
    await folder.run(['plan', '--out', 'plan.json']);
    folder.write('plan.json', folder.read('plan.json').replaceAll('login-hammering', 'login-hammered'));
    const { code } = await folder.run(['apply', '--plan', 'plan.json', '--yes']);
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
  });

  const badPlans: readonly [name: string, text: string | undefined, code: number, err: RegExp][] = [
    ['that is not there', undefined, 74, /plan\.json: there is no such file or folder \(ENOENT\)\.\n$/],
    [
      'that is no JSON',
      'x',
      1,
      /plan\.json: The plan is not JSON\.\n {2}Make it again with `signalwright plan --out`\.\n$/,
    ],
    ['that is something else', '{"a":1}', 1, /Make it again with `signalwright plan --out`\.\n$/],
  ];
  test.each(badPlans)('refuses a plan %s', async (_, text, code, err) => {
    if (text !== undefined) folder.write('plan.json', text);
    const ran = await folder.run(['apply', '--plan', 'plan.json', '--yes']);
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(err);
    expect(writes()).toEqual([]);
  });

  test('a plan file of somebody else says nothing on a line of its own, and not without an end', async () => {
    await folder.run(['plan', '--out', 'plan.json']);
    const parsed = parsePlan(folder.read('plan.json'));
    if (!parsed.ok) throw new Error(parsed.reason);
    const [item] = parsed.plan.items;
    if (item === undefined) throw new Error('The plan is empty.');
    const items = Array.from({ length: 50 }, (_, n) => ({
      ...item,
      address: `x/${n}\n::error::\u001b[2J${'y'.repeat(9_999)}` as typeof item.address,
    }));
    const { digest: _own, ...plan } = { ...parsed.plan, items };
    folder.write('plan.json', printPlan({ ...plan, digest: sha256Hex(canonicalJson(plan)) }, parsed.made));
    const { code, err } = await folder.run(['apply', '--plan', 'plan.json', '--yes']);
    expect(code).toBe(1);
    expect(err).toContain('x/0 ::error::yyy');
    expect(err).toContain('  and 33 more\n');
    expect(err).not.toContain('\u001b');
    const lines = err.split('\n');
    expect(lines.length).toBeLessThan(30);
    for (const line of lines) {
      expect(line).not.toMatch(/^\s*::/);
      expect(line.length).toBeLessThanOrEqual(310);
    }
    expect(writes()).toEqual([]);
  });

  test('one document with --json, whatever comes of it', async () => {
    const applied = (await folder.run(['apply', '--yes', '--json'])).json();
    expect(applied).toMatchObject({
      schemaVersion: 1,
      ok: true,
      counts: { done: 2, unchanged: 0 },
      result: { kind: 'applied' },
    });
    const again = (await folder.run(['apply', '--json'])).json();
    expect(again).toMatchObject({
      schemaVersion: 1,
      ok: true,
      counts: { done: 0, unchanged: 2 },
      result: { kind: 'applied' },
    });
    expect(Object.keys(again)).toEqual(Object.keys(applied));
  });

  test.each([
    ['lost', (path: string): void => rmSync(path)],
    ['emptied', (path: string): void => writeFileSync(path, '')],
  ])('says that the journal was %s, and creates nothing twice', async (_title, lose) => {
    expect((await folder.run(['apply', '--yes'])).err).toBe('');
    const path = join(folder.root, '.signalwright/sync/local.ndjson');
    lose(path);
    const planned = await folder.run(['plan']);
    expect(planned.err).toContain(`${path} knows of no apply, but 2 objects at `);
    const { code, out, err } = await folder.run(['apply', '--yes']);
    expect(code).toBe(0);
    expect(out).toContain('0 to create, 0 to update, 2 unchanged');
    expect(err).toMatch(/^\S+ knows of no apply, but 2 objects at \S+ carry our mark: .+\n$/);
    expect(writes()).toHaveLength(2);
  });

  test('a second one is refused as busy while one runs', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const entered = new Promise<void>((resolve) => {
      const ask = async (): Promise<string> => {
        resolve();
        await gate;
        return 'no';
      };
      void folder.run(['apply'], { isInteractive: true, ask });
    });
    await entered;
    const { code, err } = await folder.run(['apply', '--yes']);
    release();
    expect(code).toBe(75);
    expect(err).toMatch(/^signalwright: .+\n {2}Another signalwright is at work there: .+\n$/);
  });

  test('records nothing when the content has errors', async () => {
    edit('severity: medium', 'severity: mild');
    const { code, err } = await folder.run(['apply', '--yes']);
    expect(code).toBe(1);
    expect(err).toContain('1 error in the content: nothing was done.');
    // The line that says what the file is.
    expect(
      readFileSync(join(folder.root, '.signalwright/sync/local.ndjson'), 'utf8').split('\n'),
    ).toHaveLength(2);
  });

  test('shows no key in anything it prints or writes', async () => {
    const { applicationKey, apiKey } = folder.org.ownerCredentials;
    const { out, err } = await folder.run(['apply', '--yes', '--verbose']);
    const journals = readdirSync(join(folder.root, '.signalwright/sync')).map((name) =>
      readFileSync(join(folder.root, '.signalwright/sync', name), 'utf8'),
    );
    for (const text of [out, err, ...journals]) {
      expect(text).not.toContain(applicationKey);
      expect(text).not.toContain(apiKey);
    }
  });
});
