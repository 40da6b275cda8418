/**
 * Every document that --json prints, as golden files in which what differs from run to run is masked. A shape is
 * public: a field that changes here is a breaking change for somebody's pipeline.
 */

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@signalwright/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMIT_MS, killAll, run, startOrg, wait, type Org } from './command.ts';

const ATTACKER = '203.0.113.7';
const RULE = 'rules/detection/login-hammering.yaml';
/** Our own, so that a change of the content we ship changes no shape. */
const WORKFLOW = `kind: workflow
id: note-attacker
name: Note the attacker
triggers: { security: {} }
steps:
  - id: note
    action: signalwright.signal.comment
    with: { signal: '{{ Source.securitySignal.id }}', comment: 'Noted by {{ WorkflowName }}.' }
sample: { rule: login-hammering, severity: high }
tests:
  - name: a signal is noted
    path: [note]
`;

let folder: string;
let org: Org;
let signalId: string;
let runId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sw-json-'));
  await run(['init', '.', '--stack', 'acme', '--quiet'], { cwd: folder });
  mkdirSync(join(folder, 'workflows'));
  writeFileSync(join(folder, 'workflows/note-attacker.yaml'), WORKFLOW);
  org = await startOrg(folder);
}, LIMIT_MS);

afterAll(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

/** Who applies stands in the journal: here, and not who git says it is on this machine. */
const CI = { GITLAB_CI: 'true', GITLAB_USER_NAME: 'Ada', CI_JOB_URL: 'https://gitlab.example/acme/-/jobs/5' };

async function documentOf(args: readonly string[], code: number): Promise<unknown> {
  const { end, out, err } = await run([...args, '--json'], { cwd: folder, env: { ...org.env, ...CI } });
  expect(end, err).toBe(code);
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(out);
}

async function expectShape(name: string, document: unknown): Promise<void> {
  expect(document).toMatchObject({ schemaVersion: 1, ok: expect.any(Boolean) as unknown });
  await expect(`${JSON.stringify(mask(document), null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
}

/** Of an org that lives: they say how long this run took, and how its disk is. */
const COUNTS: ReadonlySet<string> = new Set(['bytes', 'auditEntries', 'events', 'content']);

/** Ids, times, digests and places of this run. */
function mask(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => mask(each, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mask(each, name)]));
  }
  if (typeof value === 'number' && COUNTS.has(key)) return '<count>';
  if (typeof value === 'number') return /(?:Ms|_seen)$/.test(key) ? '<time>' : value;
  if (typeof value !== 'string') return value;
  if (key === 'toolVersion') return '<version>';
  if (key === 'keyHint') return '<digest>';
  return value
    .replaceAll(folder, '<folder>')
    .replaceAll(/\b\d+ (entries|MiB)/g, '<count> $1')
    .replaceAll(/(at most\)|audit trail): \d+/g, '$1: <count>')
    .replaceAll(/until \d{4}-\d\d-\d\dT\d\d:\d\dZ/g, 'until <time>')
    .replaceAll(/has version \d+/g, 'has version <count>')
    .replaceAll(/forgotten-[0-9a-f]{12}/g, 'forgotten-<random>')
    .replaceAll(/process \d+ on \S+/g, 'process <pid> on <host>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<digest>')
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>')
    .replaceAll(/\b[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}\b/g, '<id>')
    .replaceAll(signalId ?? '<signal>', '<signal>');
}

describe('content', () => {
  test.each([
    ['init', ['init', 'new', '--stack', 'acme'], 0],
    ['init-refused', ['init'], 1],
    ['check', ['check'], 0],
    ['fmt', ['fmt', '--check'], 0],
    ['test', ['test', 'login'], 0],
    ['compile', ['compile', 'notification-rule'], 0],
    ['usage-error', ['check', '--nope'], 64],
    ['environment-error', ['check', '--dir', 'nowhere'], 74],
  ] as const)(
    '%s',
    async (name, args, code) => {
      await expectShape(name, await documentOf(args, code));
    },
    LIMIT_MS,
  );

  test(
    'check with an error, test with a failure',
    async () => {
      const text = readFileSync(join(folder, RULE), 'utf8');
      writeFileSync(join(folder, RULE), text.replace('severity: medium', 'severity: mild'));
      await expectShape('check-error', await documentOf(['check'], 1));
      await expectShape('test-content-error', await documentOf(['test'], 1));
      writeFileSync(join(folder, RULE), text.replace('repeat: 26', 'repeat: 20'));
      await expectShape('test-failure', await documentOf(['test', 'login'], 1));
      writeFileSync(join(folder, RULE), text);
    },
    LIMIT_MS,
  );
});

describe('a target, in the order of a day', () => {
  test('plan', async () => expectShape('plan', await documentOf(['plan'], 0)), LIMIT_MS);
  test('apply', async () => expectShape('apply', await documentOf(['apply', '--yes'], 0)), LIMIT_MS);
  test('drift', async () => expectShape('drift', await documentOf(['drift'], 0)), LIMIT_MS);
  test('apply again', async () => expectShape('apply-again', await documentOf(['apply'], 0)), LIMIT_MS);
  test(
    'history',
    async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
      writeFileSync(join(folder, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
      const verify = ['history', 'verify'];
      const bundle = [...verify, '--bundle', 'bundle.json', '--key', 'public.pem'];
      const toFile = ['history', 'export', '--out', 'bundle.json', '--key', 'key.pem'];
      await expectShape('history-list', await documentOf(['history', 'list'], 0));
      await expectShape('history-verify', await documentOf(verify, 0));
      const head = `1:${'0'.repeat(64)}`;
      await expectShape('history-verify-bad', await documentOf([...verify, '--head', head], 1));
      await expectShape('history-export', await documentOf(toFile, 0));
      await expectShape('history-verify-bundle', await documentOf(bundle, 0));
      writeFileSync(join(folder, 'bundle.json'), '{}');
      await expectShape('history-verify-bundle-bad', await documentOf(bundle, 1));
    },
    LIMIT_MS,
  );
  test(
    'import',
    async () => expectShape('import', await documentOf(['import', '--from', 'local', '--dry-run'], 0)),
    LIMIT_MS,
  );

  test(
    'signals',
    async () => {
      const sent = await org.client.own.sendSpans(failedLogins());
      expect(sent).toEqual({ kind: 'done', value: { refused: [], cut: [] } });
      signalId = await firstSignal();
      await expectShape('signals-list', await documentOf(['signals', 'list'], 0));
      await expectShape('signals-get', await documentOf(['signals', 'get', signalId], 0));
      await expectShape('signals-state', await documentOf(['signals', 'state', signalId, 'under_review'], 0));
      await expectShape('signals-assign', await documentOf(['signals', 'assign', signalId, 'analyst'], 0));
      await expectShape('signals-missing', await documentOf(['signals', 'get', 'nope'], 1));
    },
    LIMIT_MS,
  );

  test(
    'run',
    async () => {
      const started = await documentOf(['run', 'note-attacker', '--signal', signalId], 0);
      await expectShape('run', started);
      runId = (started as { readonly runId: string }).runId;
      await waitForRun();
      await expectShape('run-list', await documentOf(['run', 'list'], 0));
      await expectShape('run-show', await documentOf(['run', 'show', runId], 0));
    },
    LIMIT_MS,
  );

  test(
    'org backup, restore and doctor',
    async () => {
      await expectShape('org-backup', await documentOf(['org', 'backup', 'saved.backup'], 0));
      await expectShape('org-backup-refused', await documentOf(['org', 'backup', 'saved.backup'], 64));
      const elsewhere = ['--data', join(folder, 'restored')];
      await expectShape('org-restore', await documentOf(['org', 'restore', 'saved.backup', ...elsewhere], 0));
      await expectShape(
        'org-restore-refused',
        await documentOf(['org', 'restore', 'saved.backup', ...elsewhere], 64),
      );
      await expectShape(
        'org-restore-busy',
        await documentOf(['org', 'restore', 'saved.backup', '--force'], 75),
      );
      await expectShape('org-doctor', await documentOf(['org', 'doctor', ...elsewhere], 0));
      const forget = ['org', 'forget', ATTACKER, ...elsewhere];
      await expectShape('org-forget-counted', await documentOf(forget, 0));
      await expectShape('org-forget', await documentOf([...forget, '--yes'], 0));
      // Of the org that is up, which is asked.
      await expectShape('org-forget-up', await documentOf(['org', 'forget', ATTACKER, '--yes'], 0));
    },
    LIMIT_MS,
  );
});

/** Enough for the rule that `init` writes. */
function failedLogins(): readonly Event[] {
  const nowMs = Date.now();
  return Array.from({ length: 30 }, (_, index) => ({
    id: `login-${index}`,
    tsMs: nowMs - (30 - index) * 1_000,
    dataSource: 'spans',
    service: 'shop',
    env: 'prod',
    tags: ['env:prod'],
    attributes: {
      http: { client_ip: ATTACKER },
      usr: { id: 'dana' },
      appsec: { security_activity: 'business_logic.users.login.failure' },
    },
    message: 'POST /login',
  }));
}

async function firstSignal(): Promise<string> {
  for (;;) {
    const found = await org.client.signals.search({});
    const [signal] = found.kind === 'done' ? found.value : [];
    if (signal !== undefined) return signal.id;
    await wait(100);
  }
}

async function waitForRun(): Promise<void> {
  for (;;) {
    const shown = (await documentOf(['run', 'show', runId], 0)) as {
      readonly run: { readonly status: string };
    };
    if (shown.run.status !== 'IN_PROGRESS') return;
  }
}
