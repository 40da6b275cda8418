import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openDatabase, type Database } from '@signalwright/store';

import { loginFailure, loginRule, openTestOrg, START_MS, type TestOrg } from '../testing/test-org.ts';
import { backUpOrg, restoreOrg } from './back-up-org.ts';
import { examineOrg } from './examine-org.ts';
import { ORG_DATABASES } from './org-files.ts';

let own: TestOrg;
let folder: string;
let backup: string;

beforeAll(async () => {
  own = await openTestOrg();
  folder = mkdtempSync(join(tmpdir(), 'upkeep-'));
  backup = join(folder, 'org.backup');
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  for (let index = 0; index < 6; index += 1) {
    await own.org.pipeline.ingest([loginFailure(String(index), START_MS + index)], []);
  }
  await own.org.settle();
});

afterAll(async () => {
  await own.close();
  rmSync(folder, { recursive: true, force: true });
});

async function signalIds(org: TestOrg): Promise<readonly string[]> {
  const { body } = await org.call('GET', '/api/v2/security_monitoring/signals');
  return (body as { data: { id: string }[] }).data.map(({ id }) => id);
}

describe('a backup', () => {
  test('of an org that runs and is written to brings back what had been acknowledged', async () => {
    const [id = ''] = await signalIds(own);
    const changing = own.call('PATCH', `/api/v2/security_monitoring/signals/${id}/state`, {
      data: { attributes: { state: 'under_review' } },
    });
    const saved = backUpOrg(own.dataDir, backup, START_MS);
    await changing;
    expect(saved.files.map(({ name }) => name)).toEqual(['org.db', 'runs.db']);
    expect(saved.counts).toMatchObject({ signals: 1, events: 6 });
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['org.backup']);

    const dataDir = join(folder, 'elsewhere');
    const restored = restoreOrg(backup, dataDir, { mayReplace: false, nowMs: START_MS });
    expect(restored).toEqual({ ok: true, summary: saved });
    const again = await openTestOrg({ dataDir });
    expect(await signalIds(again)).toEqual([id]);
    await again.org.close();
  });

  test('replaces no org that is there, unless it is told to, and then keeps the old one', () => {
    const dataDir = join(folder, 'elsewhere');
    const before = readFileSync(join(dataDir, 'org.db'));
    const refused = restoreOrg(backup, dataDir, { mayReplace: false, nowMs: START_MS });
    expect(refused).toEqual({ ok: false, present: ['org.db', 'runs.db'] });
    expect(readFileSync(join(dataDir, 'org.db')).equals(before)).toBe(true);

    const replaced = restoreOrg(backup, dataDir, { mayReplace: true, nowMs: START_MS });
    const keptIn = replaced.ok ? replaced.keptIn : undefined;
    expect(keptIn).toBe(join(dataDir, 'before-restore-2026-11-22T10-00-00-000Z'));
    expect(readFileSync(join(keptIn ?? '', 'org.db')).equals(before)).toBe(true);
  });

  test.each([
    ['a trigger', 'CREATE TRIGGER x AFTER INSERT ON audit BEGIN DELETE FROM signals; END'],
    ['a view', 'CREATE VIEW x AS SELECT 1'],
    ['a table whose name talks to the terminal', 'CREATE TABLE "\u001b[2J\u009b1m" (a)'],
    ['a table', 'CREATE TABLE x (a)'],
    ['a table without its index', 'DROP INDEX audit_by_time'],
  ])('with %s that this program did not make is not restored, and doctor finds it', (_title, sql) => {
    const copied = join(folder, 'changed');
    restoreOrg(backup, copied, { mayReplace: true, nowMs: START_MS });
    const db = openDatabase(join(copied, 'org.db'), { migrations: ORG_DATABASES[0]?.migrations ?? [] });
    db.run(sql);
    db.close();
    const failed = examineOrg(copied, START_MS).filter(({ verdict }) => verdict === 'failed');
    expect(failed).toMatchObject([{ check: 'migrations', message: expect.stringContaining('did not make') }]);
    expect(() => backUpOrg(copied, join(folder, 'changed.backup'), START_MS)).toThrow(
      /did not make: [\x20-\x7e]+$/,
    );
    expect(existsSync(join(folder, 'changed.backup'))).toBe(false);
    rmSync(copied, { recursive: true });
  });

  test('is not restored under an org that runs', () => {
    expect(() => restoreOrg(backup, own.dataDir, { mayReplace: true, nowMs: START_MS })).toThrow(/in use/);
  });

  test.each([
    ['one byte is flipped in the middle', (bytes: Buffer) => flip(bytes, bytes.length >> 1)],
    ['one byte is flipped near the end', (bytes: Buffer) => flip(bytes, bytes.length - 5_000)],
    ['the end is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 8_192)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is another file', () => Buffer.from('this is no backup at all')],
  ])('of which %s changes nothing', (_title, damage) => {
    const damaged = join(folder, 'damaged.backup');
    writeFileSync(damaged, damage(readFileSync(backup)));
    const dataDir = join(folder, 'untouched');
    expect(() => restoreOrg(damaged, dataDir, { mayReplace: true, nowMs: START_MS })).toThrow(
      expect.objectContaining({ name: 'StoreError' }),
    );
    expect(existsSync(dataDir)).toBe(false);
    rmSync(damaged);
  });

  test('of which the audit trail was changed is refused', () => {
    const dataDir = join(folder, 'forged');
    restoreOrg(backup, dataDir, { mayReplace: false, nowMs: START_MS });
    change(dataDir, (db) => db.run(`UPDATE audit SET actor_name = 'Somebody' WHERE seq = 1`));
    expect(() => backUpOrg(dataDir, join(folder, 'forged.backup'), START_MS)).toThrow(/audit trail/);
    expect(existsSync(join(folder, 'forged.backup'))).toBe(false);
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

function change(dataDir: string, work: (db: Database) => void): void {
  const db = openDatabase(join(dataDir, 'org.db'), { migrations: ORG_DATABASES[0]?.migrations ?? [] });
  work(db);
  db.close();
}

describe('an examination', () => {
  const verdictsOf = (dataDir: string, nowMs = START_MS + 60_000): Readonly<Record<string, string>> => {
    const verdicts: Record<string, string> = {};
    for (const { check, verdict } of examineOrg(dataDir, nowMs)) {
      if (verdicts[check] !== 'failed') verdicts[check] = verdict;
    }
    return verdicts;
  };

  test('of an org that runs finds nothing, and writes nothing', () => {
    const before = statSync(join(own.dataDir, 'org.db')).mtimeMs;
    expect(new Set(Object.values(verdictsOf(own.dataDir)))).toEqual(new Set(['ok']));
    expect(statSync(join(own.dataDir, 'org.db')).mtimeMs).toBe(before);
  });

  type Row = [title: string, check: string, verdict: string, (dataDir: string) => void];
  const rows: Row[] = [
    [
      'an entry that somebody changed',
      'audit',
      'failed',
      (dataDir) => change(dataDir, (db) => db.run(`UPDATE audit SET subject = 'x' WHERE seq = 1`)),
    ],
    [
      'nobody who may manage users',
      'identity',
      'failed',
      (dataDir) => change(dataDir, (db) => db.run('UPDATE users SET is_disabled = 1')),
    ],
    [
      'a notice that waits for a day',
      'outbox',
      'warning',
      (dataDir) =>
        change(dataDir, (db) =>
          db.run(`UPDATE outbox SET status = 'pending', created_at_ms = ?`, [START_MS - 86_400_000]),
        ),
    ],
    [
      'a notice that was given up',
      'outbox',
      'warning',
      (dataDir) => change(dataDir, (db) => db.run(`UPDATE outbox SET status = 'failed'`)),
    ],
    [
      'a database of a newer version',
      'migrations',
      'failed',
      (dataDir) =>
        change(dataDir, (db) =>
          db.run(`INSERT INTO schema_migrations (version, name, digest) VALUES (999, 'later', '')`),
        ),
    ],
    [
      'a database that is damaged',
      'database',
      'failed',
      (dataDir) => {
        const path = join(dataDir, 'org.db');
        writeFileSync(path, flip(readFileSync(path), 100));
      },
    ],
    ['a database that is gone', 'database', 'failed', (dataDir) => rmSync(join(dataDir, 'org.db'))],
    ['a folder that others may read', 'permissions', 'warning', (dataDir) => chmodSync(dataDir, 0o755)],
  ];

  test.each(rows)('finds %s', (title, check, verdict, harm) => {
    const dataDir = join(folder, title.replaceAll(' ', '-'));
    restoreOrg(backup, dataDir, { mayReplace: false, nowMs: START_MS });
    harm(dataDir);
    expect(verdictsOf(dataDir)[check]).toBe(verdict);
  });

  test('finds a clock that was put back', () => {
    expect(verdictsOf(own.dataDir, START_MS - 3_600_000)['clock']).toBe('failed');
  });

  test('of a folder that is not there says so', () => {
    expect(verdictsOf(join(folder, 'nowhere'))).toMatchObject({ database: 'failed', space: 'failed' });
  });
});
