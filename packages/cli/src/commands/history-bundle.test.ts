/** `history export` and `history verify --bundle`: a signed record for who has nothing but a public key. */

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGitFolder } from '../testing/git-folder.ts';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent, makeTestFolder } from '../testing/terminal.ts';

const PATH = { PATH: process.env['PATH'] };
const EXPORT = ['history', 'export', '--out', 'bundle.json', '--key', 'key.pem'];
const VERIFY = ['history', 'verify', '--bundle', 'bundle.json', '--key', 'public.pem'];
let folder: OrgFolder;
let journalPath: string;
let commit: string;

beforeEach(async () => {
  folder = await openOrgFolder(goodContent());
  folder.write('.gitignore', '.signalwright/\n*.pem\nbundle.json\n');
  commit = openGitFolder(folder.root).commit();
  journalPath = join(folder.root, '.signalwright/sync/local.ndjson');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  folder.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  folder.write('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  await run('apply', '--yes');
});
afterEach(() => folder.close());

function run(...args: string[]): ReturnType<OrgFolder['run']> {
  return folder.run(args, { env: PATH });
}

test('the bundle holds each apply, and verifies beside its journal, which may have grown', async () => {
  expect((await run(...EXPORT, '--json')).json()).toMatchObject({
    ok: true,
    entries: 6,
    applies: 1,
    head: { seq: 6 },
  });
  const bundle = JSON.parse(folder.read('bundle.json')) as { dsseEnvelope: { payload: string } };
  const statement: unknown = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
  expect(statement).toMatchObject({
    predicate: {
      stack: 'acme',
      environment: 'local',
      targets: ['acme@http://127.0.0.1:8085'],
      commits: [commit],
      applies: [
        {
          done: 2,
          consent: { given: 'option' },
          changes: [
            {
              address: 'detection-rule/login-hammering',
              operation: 'create',
              after: expect.any(String) as string,
            },
            { operation: 'create', outcome: 'done' },
          ],
        },
      ],
    },
  });
  await run('apply');
  const { code, out } = await run(...VERIFY);
  expect(code).toBe(0);
  expect(out).toMatch(/^acme, local: 6 entries of 1 apply, 1 commit, as of 2026-11-22T10:00:00Z\.$/m);
  expect(out).toContain(`It is what ${journalPath} says.`);
});

test('an auditor needs the bundle and the public key alone', async () => {
  await run(...EXPORT);
  const auditor = makeTestFolder({
    'bundle.json': folder.read('bundle.json'),
    'public.pem': folder.read('public.pem'),
  });
  const { code, out } = await auditor.run(VERIFY);
  const json = (await auditor.run([...VERIFY, '--json'])).json();
  auditor.write('bundle.json', folder.read('bundle.json').replace('"sig":"', '"sig":"A'));
  const edited = await auditor.run(VERIFY);
  auditor.remove();
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining('The journal is not at hand') as string,
  });
  expect(json).toMatchObject({
    ok: true,
    journal: 'absent',
    environment: 'local',
    applies: 1,
    commits: [commit],
  });
  expect(edited).toMatchObject({
    code: 1,
    err: expect.stringContaining('bundle.json cannot be trusted.') as string,
  });
});

test('a journal that was changed, cut or made anew since is not what was signed', async () => {
  await run(...EXPORT);
  const original = readFileSync(journalPath, 'utf8');
  for (const changed of [original.replace('create', 'update'), original.slice(0, -200), '']) {
    writeFileSync(journalPath, changed);
    const { code, err } = await run(...VERIFY);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('does not begin with what was signed') as string,
    });
  }
});

test('a journal that does not hold is not signed', async () => {
  writeFileSync(journalPath, readFileSync(journalPath, 'utf8').replace('create', 'update'));
  const { code, err } = await run(...EXPORT);
  expect({ code, err }).toMatchObject({
    code: 1,
    err: expect.stringContaining('damaged at entry 2: nothing was signed') as string,
  });
});

describe('keys', () => {
  const rows: readonly [what: string, args: readonly string[], change: () => void][] = [
    ['a public key does not sign', [...EXPORT.slice(0, -1), 'public.pem'], () => undefined],
    ['a private key does not verify', [...VERIFY.slice(0, -1), 'key.pem'], () => undefined],
    ['a bundle needs one', VERIFY.slice(0, -2), () => undefined],
    ['a key without a bundle means nothing', ['history', 'verify', '--key', 'public.pem'], () => undefined],
    ['text is none', EXPORT, () => folder.write('key.pem', 'hush')],
    [
      'RSA is not used',
      EXPORT,
      () => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        folder.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
      },
    ],
    [
      'one with a passphrase cannot be opened',
      EXPORT,
      () => {
        const { privateKey } = generateKeyPairSync('ed25519');
        const sealed = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
        folder.write('key.pem', privateKey.export(sealed).toString());
      },
    ],
  ];
  test.each(rows)('%s', async (_what, args, change) => {
    await run(...EXPORT);
    change();
    const { code, err } = await run(...args);
    expect(code).toBe(64);
    expect(err).not.toMatch(/hush|PRIVATE KEY/);
  });

  test('one that is missing', async () => {
    rmSync(join(folder.root, 'key.pem'));
    expect((await run(...EXPORT)).code).toBe(74);
  });
});
