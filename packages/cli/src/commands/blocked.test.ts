/** What an apply leaves to a person: it says what is so and what to do, and doing that, word for word, works. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGitFolder, type GitFolder } from '../testing/git-folder.ts';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { NOW_MS, goodContent } from '../testing/terminal.ts';

const RULE = 'rules/detection/login-hammering.yaml';
const RULES = '/api/v2/security_monitoring/rules';
const TAG = 'signalwright:acme/login-hammering';
const DAY_MS = 86_400_000;
let folder: OrgFolder;
let repository: GitFolder;
let ruleId: string;

beforeEach(async () => {
  folder = await openOrgFolder(goodContent());
  const config = folder
    .read('signalwright.yaml')
    .replace('target: embedded', 'target: embedded, prune: confirm');
  folder.write('signalwright.yaml', config);
  folder.write('.gitignore', '.signalwright/\n');
  repository = openGitFolder(folder.root);
  repository.commit();
  expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
  ruleId = (await ourRules())[0]?.id ?? '';
  folder.requests.splice(0);
});
afterEach(() => folder.close());

function run(...args: string[]): ReturnType<OrgFolder['run']> {
  return folder.run(args, { env: { PATH: process.env['PATH'] } });
}

/** As one line: where it is broken is not what is tested. */
async function said(...args: string[]): Promise<string> {
  const { out } = await run(...args);
  return out.replaceAll(/\s+/g, ' ');
}

interface Rule {
  readonly id: string;
  readonly type: string;
  readonly isEnabled: boolean;
  readonly isDefault: boolean;
  readonly tags: readonly string[];
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await folder.ask(method, path, body);
  return response.status === 204 ? undefined : response.json();
}

async function ourRules(): Promise<readonly Rule[]> {
  const { data } = (await call('GET', `${RULES}?page[size]=100`)) as { data: readonly Rule[] };
  return data.filter(({ isDefault }) => !isDefault);
}

async function retag(change: (tags: readonly string[]) => readonly string[]): Promise<void> {
  const rule = (await ourRules()).find(({ id }) => id === ruleId);
  await call('PUT', `${RULES}/${ruleId}`, { tags: change(rule?.tags ?? []) });
}

function writes(): readonly string[] {
  return folder.requests.filter((each) => !each.startsWith('GET') && !each.endsWith('/search'));
}

async function expectSettled(): Promise<void> {
  expect(await run('plan', '--exit-code')).toMatchObject({ code: 0 });
}

describe('a mark that is not what it was', () => {
  const edits: readonly (readonly [
    what: string,
    edit: (tags: readonly string[]) => readonly string[],
    says: string,
  ])[] = [
    ['taken off', (tags) => tags.filter((tag) => tag !== TAG), 'does not carry our mark any more'],
    [
      'made that of another file',
      (tags) => tags.map((tag) => (tag === TAG ? 'signalwright:acme/other' : tag)),
      'carries the mark of acme/other',
    ],
    [
      'made that of another stack',
      (tags) => tags.map((tag) => (tag === TAG ? 'signalwright:beta/x' : tag)),
      'carries the mark of beta/x',
    ],
  ];
  test.each(edits)('%s: no second one is made, and putting it back settles it', async (_what, edit, says) => {
    await retag(edit);
    const reason = `${ruleId}, which an apply made for this file, ${says}: a create would make a second one. Put the tag ${TAG} back there, or delete it there.`;
    for (const args of [['plan'], ['apply', '--yes']]) {
      const text = await said(...args);
      expect(text).toContain(`! detection-rule/login-hammering ${RULE}:1:1 ${reason}`);
      expect((await run(...args)).code).toBe(1);
    }
    expect(await said('drift')).toContain('there without the mark of this file, so that no apply touches it');
    expect(await said('drift')).not.toContain('To have it again');
    expect(writes()).toEqual([]);
    await retag((tags) => [...tags.filter((tag) => !tag.startsWith('signalwright:')), TAG]);
    await expectSettled();
  });

  test('deleted there after that, it is made anew', async () => {
    await retag((tags) => tags.filter((tag) => tag !== TAG));
    await call('DELETE', `${RULES}/${ruleId}`);
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
    await expectSettled();
    expect(await ourRules()).toHaveLength(1);
  });

  test('without the mark and the file, it belongs to others and stays', async () => {
    await retag((tags) => tags.filter((tag) => tag !== TAG));
    rmSync(join(folder.root, RULE));
    rmSync(join(folder.root, 'views'), { recursive: true });
    repository.commit();
    expect(await run('apply', '--prune', '--yes')).toMatchObject({ code: 0 });
    expect((await ourRules()).map(({ id }) => id)).toEqual([ruleId]);
  });
});

test('two objects with one mark are left alone, and named, until one is left', async () => {
  const { id: _id, ...copy } = (await ourRules())[0] ?? { id: '' };
  const { id: second } = (await call('POST', RULES, { ...copy, name: 'A copy' })) as Rule;
  const ids = [ruleId, second].toSorted().join(', ');
  expect(await said('plan')).toContain(
    `2 remote objects carry its mark: ${ids}. Remove the mark from, or delete, all but one.`,
  );
  expect(await run('apply', '--yes')).toMatchObject({ code: 1 });
  expect(writes()).toEqual([]);
  const drift = await run('drift', '--json', '--exit-code');
  expect(drift.code).toBe(2);
  expect(drift.json()).toMatchObject({
    objects: [{ state: 'doubled', remoteIds: [ruleId, second].toSorted() }],
  });
  await call('DELETE', `${RULES}/${second}`);
  await expectSettled();
});

describe('a field that the API takes at creation only', () => {
  beforeEach(() => {
    folder.write(RULE, folder.read(RULE).replace('type: application_security', 'type: api_security'));
    repository.commit();
  });

  test('is named with its line, both values and two ways, and nothing is written', async () => {
    for (const args of [['plan'], ['apply', '--yes']]) {
      expect(await said(...args)).toContain(
        `! detection-rule/login-hammering ${RULE}:4:7 The API takes type at creation only: it is "application_security" there and "api_security" here. There are two ways.`,
      );
    }
    const json = (await run('plan', '--json')).json() as { ok: boolean; plan: { blocked: unknown } };
    expect(json).toMatchObject({
      ok: false,
      plan: { blocked: [{ place: { file: RULE, line: 4, col: 7 } }] },
    });
    expect(writes()).toEqual([]);
  });

  test('the way with another id: made first, switched off after it, deleted later', async () => {
    folder.write(RULE, folder.read(RULE).replace('id: login-hammering', 'id: login-hammering-api'));
    expect((await run('check')).code).toBe(0);
    repository.commit();
    const { code, out } = await run('apply', '--prune', '--yes');
    expect(code).toBe(0);
    expect(out.indexOf('login-hammering-api  created as')).toBeLessThan(
      out.indexOf('login-hammering  switched off'),
    );
    expect((await ourRules()).map(({ type, isEnabled }) => `${type} ${isEnabled}`).toSorted()).toEqual([
      'api_security true',
      'application_security false',
    ]);
    const later = { env: { PATH: process.env['PATH'] }, nowMs: () => NOW_MS + 8 * DAY_MS };
    expect(await folder.run(['apply', '--prune', '--yes'], later)).toMatchObject({ code: 0 });
    expect(await ourRules()).toMatchObject([{ type: 'api_security', isEnabled: true }]);
  });

  test('the way of deleting it there: made anew by the next apply', async () => {
    await call('DELETE', `${RULES}/${ruleId}`);
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await ourRules()).toMatchObject([{ type: 'api_security', isEnabled: true }]);
    await expectSettled();
  });
});
