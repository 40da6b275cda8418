/** The record of applies: who, when, of what; and whether it is whole. */

import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal, readJournal } from '@signalwright/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGitFolder, type GitFolder } from '../testing/git-folder.ts';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { NOW_MS, goodContent } from '../testing/terminal.ts';

const RULE = 'rules/detection/login-hammering.yaml';
const PATH = { PATH: process.env['PATH'] };
let folder: OrgFolder;
let repository: GitFolder;
let journalPath: string;
let commit: string;

beforeEach(async () => {
  folder = await openOrgFolder(goodContent());
  folder.write('.gitignore', '.signalwright/\n');
  repository = openGitFolder(folder.root);
  repository.git('config', 'user.name', 'Ada');
  repository.git('config', 'user.email', 'ada@example.test');
  commit = repository.commit();
  journalPath = join(folder.root, '.signalwright/sync/local.ndjson');
});
afterEach(() => folder.close());

function run(...args: string[]): ReturnType<OrgFolder['run']> {
  return folder.run(args, { env: PATH });
}

/** Of `history`, without a network. */
function offline(...args: string[]): ReturnType<OrgFolder['run']> {
  const fetch = (): Promise<Response> => Promise.reject(new Error('history asks no network'));
  return folder.run(['history', ...args], { env: PATH, fetch });
}

/** Another threshold, committed and applied. */
async function applyChange(threshold: number): Promise<string> {
  const text = folder.read(RULE).replaceAll(/failures > \d+/g, `failures > ${threshold}`);
  folder.write(RULE, text.replaceAll(/repeat: \d+/g, `repeat: ${threshold + 1}`));
  repository.commit();
  const { code, out } = await run('apply', '--yes');
  expect(code, out).toBe(0);
  return /Head of the journal: (\S+)/.exec(out)?.[1] ?? '';
}

function startedEntries(): readonly unknown[] {
  const bodies = readJournal(journalPath).records.map(({ body }) => body as { kind: string });
  return bodies.filter(({ kind }) => kind === 'apply-started');
}

describe('an entry for an auditor', () => {
  const ACTIONS = {
    ...PATH,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'bob',
    GITHUB_TRIGGERING_ACTOR: 'eve',
    GITHUB_SERVER_URL: 'https://user:hush@github.example',
    GITHUB_REPOSITORY: 'acme/content',
    GITHUB_RUN_ID: '17?token=hush',
    GITHUB_TOKEN: 'hush',
  };
  const rows: readonly [who: string, env: Record<string, string | undefined>, expected: object][] = [
    ['git', PATH, { by: { name: 'Ada', mail: 'ada@example.test', source: 'git' } }],
    [
      'GitHub Actions',
      ACTIONS,
      {
        by: { name: 'eve', source: 'github-actions' },
        run: 'https://github.example/acme/content/actions/runs/17',
      },
    ],
    [
      'GitLab CI',
      {
        ...PATH,
        GITLAB_CI: 'true',
        GITLAB_USER_NAME: 'Bo\u001b[31mb\n',
        GITLAB_USER_EMAIL: 'bob@example.test',
        CI_JOB_URL: 'https://gitlab.example/acme/-/jobs/5',
      },
      {
        by: {
          name: expect.not.stringContaining('\u001b') as string,
          mail: 'bob@example.test',
          source: 'gitlab-ci',
        },
        run: 'https://gitlab.example/acme/-/jobs/5',
      },
    ],
  ];
  test.each(rows)('names who applied, as %s says, and no secret', async (_who, env, expected) => {
    await folder.run(['apply', '--yes'], { env });
    expect(startedEntries()).toEqual([
      expect.objectContaining({
        ...expected,
        commit,
        toolVersion: expect.stringMatching(/^\d/) as string,
        consent: { given: 'option' },
      }),
    ]);
    expect(readFileSync(journalPath, 'utf8')).not.toContain('hush');
  });

  test('says what was approved', async () => {
    await run('plan', '--out', '.signalwright/plan.json');
    const plan = JSON.parse(folder.read('.signalwright/plan.json')) as { plan: { digest: string } };
    await run('apply', '--yes', '--plan', '.signalwright/plan.json', '--accept-history');
    await run('apply');
    expect(startedEntries()).toMatchObject([
      { consent: { given: 'option', plan: plan.plan.digest, acceptedHistory: true } },
      { consent: { given: 'unasked' } },
    ]);
  });
});

describe('list', () => {
  test('tells each apply, the newest last, as many as asked', async () => {
    await run('apply', '--yes');
    await applyChange(30);
    await applyChange(40);
    const { code, out } = await offline('list', '--limit', '2');
    expect(code).toBe(0);
    expect(out).toMatch(/^1 earlier ones; --limit shows more\.\n(?:.*\n){4}$/);
    expect(out).toMatch(
      /^2026-11-22T10:00:00Z {2}commit [0-9a-f]{12} {2}plan [0-9a-f]{12} {2}1 done\n {2}by Ada <ada@example\.test>$/m,
    );
    expect((await offline('list', '--json')).json()).toMatchObject({
      ok: true,
      environment: 'local',
      earlier: 0,
      applies: [
        { commit, done: 2, failed: 0, end: 'finished', changes: 2, by: { name: 'Ada' } },
        { done: 1 },
        { done: 1 },
      ],
    });
  });

  test('an apply that was cut off, in a journal of before', async () => {
    await run('apply', '--yes');
    const bodies = readJournal(journalPath).records.map(({ body }) => ({ ...(body as object) }));
    rmSync(journalPath);
    const old = await openJournal(journalPath, { clock: () => NOW_MS });
    for (const body of bodies.slice(0, -2)) {
      for (const word of ['by', 'consent', 'toolVersion', 'run']) Reflect.deleteProperty(body, word);
      await old.append(body);
    }
    await old.close();
    const { out } = await offline('list');
    expect(out).toMatch(/ {2}1 done, cut off\n {2}by nobody named\n$/);
    expect((await run('apply', '--yes')).code).toBe(0);
    expect((await offline('verify')).code).toBe(0);
  });

  test.each([
    [['list', '--limit', '0'], 64],
    [['list', '--limit', 'many'], 64],
    [['list', '--env', 'prod'], 64],
    [['list'], 74],
    [['verify'], 74],
    [['publish'], 74],
    [['verify', '--head', '5:abc'], 64],
  ])('%j before any apply exits %d', async (args, code) => {
    expect((await offline(...args)).code).toBe(code);
    expect(existsSync(journalPath)).toBe(false);
  });
});

describe('verify', () => {
  test('says that the chain holds, where its head is, and that none is published', async () => {
    await run('apply', '--yes');
    const head = await applyChange(30);
    const { code, out } = await offline('verify', '--head', head);
    expect(code).toBe(0);
    expect(out).toContain(
      'local: 10 entries of 2 applies hold, 2026-11-22T10:00:00Z to 2026-11-22T10:00:00Z.',
    );
    expect(out).toContain(`Head ${head}\nNo head of it is published`);
    expect((await offline('verify', '--json')).json()).toMatchObject({
      ok: true,
      entries: 10,
      applies: 2,
      published: { named: 0, notes: 0, ofOtherJournals: 0 },
    });
  });

  test('names the first bad entry by number and byte', async () => {
    await run('apply', '--yes');
    const lines = readFileSync(journalPath, 'utf8').split('\n');
    const byte = lines.slice(0, 3).join('\n').length + 1;
    lines[3] = (lines[3] ?? '').replace('"outcome":"done"', '"outcome":"fine"').replace('create', 'update');
    writeFileSync(journalPath, lines.join('\n'));
    const { code, err } = await offline('verify');
    expect(code).toBe(1);
    expect(err).toContain(
      `local: entry 3 of .signalwright/sync/local.ndjson, at byte ${byte}, cannot be trusted: `,
    );
    expect((await offline('verify', '--json')).json()).toMatchObject({ ok: false, bad: { entry: 3, byte } });
    const list = await offline('list');
    expect(list.code).toBe(1);
    expect(list.err).toContain('damaged from entry 3 on');
  });

  test('a cut tail shows by a head that was kept, and by one in the notes of git', async () => {
    await run('apply', '--yes');
    const head = await applyChange(30);
    const cut = readFileSync(journalPath, 'utf8').split('\n').slice(0, -3).join('\n');
    expect((await offline('publish')).code).toBe(0);
    writeFileSync(journalPath, `${cut}\n`);
    const missing =
      /entry 9 of .* it is missing: the journal ends here, and a head of entry 10 was published/;
    expect((await offline('verify')).err).toMatch(missing);
    repository.git('update-ref', '-d', 'refs/notes/signalwright');
    expect((await offline('verify')).code).toBe(0);
    const named = await offline('verify', '--head', head);
    expect(named).toMatchObject({ code: 1, err: expect.stringMatching(missing) as string });
  });

  test('a chain that was made anew shows by the heads in the notes', async () => {
    await run('apply', '--yes');
    await offline('publish');
    await applyChange(30);
    await offline('publish');
    expect((await offline('verify')).out).toContain('2 published heads in the notes of git stand in it');
    await rechain((body, seq) => (seq === 9 ? { ...body, outcome: 'not-done' } : body), NOW_MS);
    expect((await offline('verify')).err).toMatch(
      /entry 10 .*an entry after 6 was changed, and the chain made anew/,
    );
    // From the header on: then it is another journal than the published one.
    await rechain((body) => body, NOW_MS + 1);
    expect((await offline('verify')).err).toContain('this is another journal than the 2 published heads');
    rmSync(journalPath);
    expect((await offline('verify')).err).toContain('is missing, although 2 heads were published');
  });

  async function rechain(
    change: (body: Record<string, unknown>, seq: number) => unknown,
    headerMs: number,
  ): Promise<void> {
    const { records } = readJournal(journalPath);
    rmSync(journalPath);
    let atMs = headerMs;
    const journal = await openJournal(journalPath, { clock: () => atMs });
    for (const record of records) {
      ({ atMs } = record);
      await journal.append(change(record.body as Record<string, unknown>, record.seq));
    }
    await journal.close();
  }
});

describe('publish', () => {
  test('writes one line for each head, by who applied, and no hook hears of it', async () => {
    await run('apply', '--yes');
    folder.write(
      '.git/hooks/reference-transaction',
      '#!/bin/sh\ntouch "$(git rev-parse --show-toplevel)/heard"\n',
    );
    chmodSync(join(folder.root, '.git/hooks/reference-transaction'), 0o755);
    repository.git('config', 'core.fsmonitor', 'touch heard');
    expect((await offline('publish', '--json')).json()).toMatchObject({ ok: true, commit, isNew: true });
    expect((await offline('publish')).out).toMatch(/^Published already: head 6:/);
    expect(existsSync(join(folder.root, 'heard'))).toBe(false);
    const note = repository.git('notes', '--ref=signalwright', 'show', commit);
    expect(JSON.parse(note)).toMatchObject({ stack: 'acme', environment: 'local', seq: 6, version: 1 });
    expect(repository.git('log', '-1', '--format=%an <%ae>', 'refs/notes/signalwright')).toBe(
      'Ada <ada@example.test>',
    );
  });

  test('notes of others do no harm, and are counted', async () => {
    await run('apply', '--yes');
    repository.git(
      'notes',
      '--ref=signalwright',
      'append',
      '-m',
      'looks fine',
      '-m',
      '{"version":1}',
      commit,
    );
    await offline('publish');
    const { code, err } = await offline('verify');
    expect({ code, err }).toEqual({
      code: 0,
      err: '2 lines of the notes of git cannot be read as a head.\n',
    });
  });

  test('content that was no commit has no place for a head', async () => {
    folder.write('rules/detection/new.yaml', folder.read(RULE).replace('id: login-hammering', 'id: new'));
    await run('apply', '--yes');
    const { code, err } = await offline('publish');
    expect({ code, err: err.split('\n')[0] }).toEqual({
      code: 1,
      err: 'signalwright: No apply to local was of a commit: there is nothing to put a note on.',
    });
  });
});
