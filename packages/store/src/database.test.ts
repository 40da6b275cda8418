import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openDatabase, type Database } from './database.ts';
import { isConstraintError, isStoreFailure, type SqlValue } from './libsql-driver.ts';
import type { Migration } from './migration.ts';
import { StoreError } from './store-error.ts';

const ONE: Migration = {
  version: 1,
  name: 'things',
  sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE);',
};
const TWO: Migration = {
  version: 2,
  name: 'colour',
  sql: "ALTER TABLE thing ADD COLUMN colour TEXT DEFAULT 'red'; CREATE INDEX by_colour ON thing (colour);",
};

let folder: string;
let open: Database[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => {
  for (const database of open) database.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

function opened(migrations: readonly Migration[] = [ONE], file = 'a.db'): Database {
  const database = openDatabase(join(folder, file), { migrations });
  open.push(database);
  return database;
}

function names(database: Database): readonly string[] {
  return database.all<{ name: string }>('SELECT name FROM thing ORDER BY id').map((row) => row.name);
}

function insert(database: Database, name: string): number {
  return database.run('INSERT INTO thing (name) VALUES (?)', [name]);
}

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a transaction', () => {
  test('keeps all of its writes', () => {
    const database = opened();
    database.transaction(() => {
      insert(database, 'a');
      insert(database, 'b');
    });
    expect(names(database)).toEqual(['a', 'b']);
  });

  test('keeps none when its work throws, and the next one works', () => {
    const database = opened();
    expect(() =>
      database.transaction(() => {
        insert(database, 'a');
        throw new Error('no');
      }),
    ).toThrow('no');
    database.transaction(() => insert(database, 'b'));
    expect(names(database)).toEqual(['b']);
  });

  test('inside another undoes itself alone', () => {
    const database = opened();
    database.transaction(() => {
      insert(database, 'a');
      expect(() =>
        database.transaction(() => {
          insert(database, 'b');
          throw new Error('no');
        }),
      ).toThrow('no');
      insert(database, 'c');
    });
    expect(names(database)).toEqual(['a', 'c']);
  });

  test('refuses work that would go on after it', () => {
    const database = opened();
    expect(() => database.transaction(async () => insert(database, 'a'))).toThrow('must be synchronous');
    expect(names(database)).toEqual([]);
  });

  test('a broken constraint is told apart from everything else', () => {
    const database = opened();
    insert(database, 'a');
    const error = thrown(() => insert(database, 'a'));
    expect(isConstraintError(error)).toBe(true);
    expect(error).not.toBeInstanceOf(StoreError);
    expect(isStoreFailure(error)).toBe(false);
    const wrong = thrown(() => database.run('INSERT INTO nowhere VALUES (1)'));
    expect([isConstraintError(wrong), isStoreFailure(wrong)]).toEqual([false, true]);
  });
});

describe('group commit', () => {
  test('resolves each with its own result and keeps the order', async () => {
    const database = opened();
    const results = await Promise.all(
      ['a', 'b', 'c'].map((name) => database.write(() => (insert(database, name), name))),
    );
    expect(results).toEqual(['a', 'b', 'c']);
    expect(names(database)).toEqual(['a', 'b', 'c']);
  });

  test('rejects only the work that failed, with all of its writes undone', async () => {
    const database = opened();
    const results = await Promise.allSettled(
      ['a', 'a', 'b'].map((name) =>
        database.write(() => (insert(database, `${name}-first`), insert(database, name))),
      ),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(names(database)).toEqual(['a-first', 'a', 'b-first', 'b']);
  });

  test('what is written in one turn shares one commit', async () => {
    const database = opened();
    const other = opened();
    const version = (): unknown => other.get<{ data_version: number }>('PRAGMA data_version')?.data_version;
    const before = version();
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => database.write(() => insert(database, `n${index}`))),
    );
    // SQLite counts the commits that other connections made.
    expect(Number(version()) - Number(before)).toBe(1);
    expect(names(other)).toHaveLength(500);
  });

  test('resolves only after the commit: another connection sees it', async () => {
    const database = opened();
    const other = opened();
    await database.write(() => insert(database, 'a'));
    expect(names(other)).toEqual(['a']);
  });

  test('work that waits is committed by close', async () => {
    const database = opened();
    const waiting = database.write(() => insert(database, 'a'));
    database.close();
    await waiting;
    expect(names(opened())).toEqual(['a']);
    await expect(database.write(() => 1)).rejects.toThrow('is closed');
    expect(() => names(database)).toThrow('is closed');
  });

  test('work that returns a promise is refused', async () => {
    const database = opened();
    await expect(database.write(async () => insert(database, 'a'))).rejects.toThrow('must be synchronous');
    expect(names(database)).toEqual([]);
  });
});

describe('values', () => {
  test.each<[title: string, value: SqlValue, back: unknown, type: string]>([
    ['text', 'é😀\n', 'é😀\n', 'text'],
    ['empty text', '', '', 'text'],
    ['a whole number', 42, 42, 'integer'],
    ['the largest whole number', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'integer'],
    ['a negative number', -7, -7, 'integer'],
    ['a fraction', 1.5, 1.5, 'real'],
    ['a bigint', 9n, 9, 'integer'],
    ['nothing', null, null, 'null'],
    ['bytes', new Uint8Array([0, 1, 255]), new Uint8Array([0, 1, 255]), 'blob'],
    ['a part of a buffer', new Uint8Array([9, 8, 7]).subarray(1), new Uint8Array([8, 7]), 'blob'],
    ['no bytes', new Uint8Array(0), new Uint8Array(0), 'blob'],
    // The driver would cut the text at the NUL.
    ['text with a NUL', 'a\0b', 'a\ufffdb', 'text'],
  ])('%s comes back as itself', (_title, value, back, type) => {
    const row = opened().get<{ v: unknown; t: string }>('SELECT ? AS v, typeof(?1) AS t', [value]);
    expect(row).toEqual({ v: back, t: type });
  });

  // Each of these would abort the process inside the driver, or store something else.
  test.each<[title: string, value: unknown]>([
    ['a boolean', true],
    ['undefined', undefined],
    ['a plain object', { a: 1 }],
    ['a date', new Date(0)],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['NaN', Number.NaN],
    ['a list', [1]],
    ['a bigint that cannot be read back', 2n ** 60n],
  ])('%s is refused before the driver sees it', (_title, value) => {
    expect(() => opened().get('SELECT ? AS v', [value as SqlValue])).toThrow(TypeError);
  });

  test('a lone object of bytes is a parameter, not a bag of names', () => {
    expect(opened().all('SELECT ? AS v', [new Uint8Array([1])])).toEqual([{ v: new Uint8Array([1]) }]);
  });

  test('any text comes back, but for what UTF-8 cannot hold', () => {
    const database = opened();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const expected = text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\0', '\ufffd');
        expect(database.get('SELECT ? AS v', [text])).toEqual({ v: expected });
      }),
    );
  });

  test('rows hold the columns and nothing else', () => {
    const database = opened();
    insert(database, 'a');
    expect(database.get('SELECT * FROM thing')).toEqual({ id: 1, name: 'a' });
    expect(database.get('SELECT * FROM thing WHERE id = 9')).toBeUndefined();
    expect(database.all('SELECT * FROM thing WHERE id = 9')).toEqual([]);
  });
});

describe('opening', () => {
  test('makes the folder and the file for their owner alone', () => {
    const database = openDatabase(join(folder, 'deep/er/a.db'), { migrations: [ONE] });
    open.push(database);
    insert(database, 'a');
    for (const file of ['a.db', 'a.db-wal'])
      expect(statSync(join(folder, 'deep/er', file)).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'deep')).mode & 0o077).toBe(0);
  });

  test('is durable: write-ahead log, full synchronisation, foreign keys', () => {
    const database = opened();
    expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    expect(database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
  });

  test('an older database is brought forward and keeps its rows', () => {
    const old = opened();
    insert(old, 'a');
    old.close();
    expect(opened([ONE, TWO]).get('SELECT name, colour FROM thing')).toEqual({ name: 'a', colour: 'red' });
  });

  test('a migration that fails leaves the version before it', () => {
    opened().close();
    const broken: Migration = { version: 2, name: 'broken', sql: 'CREATE TABLE x (a); CREATE TABLE x (a);' };
    expect(() => opened([ONE, broken])).toThrow('already exists');
    expect(opened([ONE, TWO]).all('SELECT name FROM sqlite_schema WHERE name = ?', ['x'])).toEqual([]);
  });

  test('migrations are numbered without gaps', () => {
    expect(() => opened([TWO])).toThrow('out of order');
  });

  const asFile = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  test.each<[title: string, act: () => unknown, kind: StoreError['kind'], code: StoreError['code']]>([
    [
      'a database of a newer version',
      () => (opened([ONE, TWO]).close(), opened([ONE])),
      'version',
      'store/newer-version',
    ],
    [
      'a changed migration',
      () => (opened([ONE]).close(), opened([{ ...ONE, sql: `${ONE.sql} ` }])),
      'version',
      'store/migration-changed',
    ],
    [
      'a file that is no database',
      () => opened([ONE], asFile('x.db', 'x'.repeat(5000))),
      'damaged',
      'store/database-damaged',
    ],
    ['a folder in its place', () => opened([ONE], '.'), 'environment', 'store/is-a-folder'],
    [
      'a path through a file',
      () => opened([ONE], `${asFile('f', '')}/a.db`),
      'environment',
      'store/not-a-folder',
    ],
    [
      'a path deep below a file',
      () => opened([ONE], `${asFile('f', '')}/deep/a.db`),
      'environment',
      'store/not-a-folder',
    ],
    ['a database that is gone, where one must be', () => expected('gone.db'), 'damaged', 'store/data-lost'],
    [
      'a database that was emptied, where one must be',
      () => expected(asFile('empty.db', '')),
      'damaged',
      'store/data-lost',
    ],
    ['an exclusive database a second time', () => (exclusive(), exclusive()), 'busy', 'store/locked'],
  ])('%s is refused in one line', (_title, act, kind, code) => {
    const error = thrown(act);
    expect(error).toMatchObject({ name: 'StoreError', kind, code });
    expect((error as StoreError).message).not.toContain('\n');
  });

  const expected = (name: string): unknown =>
    open.push(openDatabase(join(folder, name), { migrations: [ONE], expected: 'its neighbour has data.' }));

  test('what must be there and is, is opened as ever', () => {
    opened([ONE], 'there.db').close();
    expected('there.db');
    expect(() => expected('gone.db')).toThrow('gone.db is missing: its neighbour has data.');
    expect(existsSync(join(folder, 'gone.db'))).toBe(false);
  });

  function exclusive(): Database {
    const database = openDatabase(join(folder, 'e.db'), { migrations: [ONE], exclusive: { clock: () => 0 } });
    open.push(database);
    return database;
  }

  test('an exclusive database may be opened again after it was closed', () => {
    exclusive().close();
    expect(names(exclusive())).toEqual([]);
  });

  test('damage inside the file is found before anything is read', () => {
    const database = opened();
    database.transaction(() => {
      for (let index = 0; index < 3_000; index += 1) insert(database, `name ${index}`);
    });
    database.close();
    const path = join(folder, 'a.db');
    const bytes = readFileSync(path);
    // A page in the middle loses its order.
    bytes.fill(0x7f, 3 * 4096 + 8, 3 * 4096 + 64);
    writeFileSync(path, bytes);
    expect(thrown(() => opened())).toMatchObject({ kind: 'damaged', code: 'store/database-damaged' });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  const NOTES: Migration = {
    version: 1,
    name: 'notes',
    sql: 'CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT NOT NULL, n INTEGER) STRICT',
  };

  /** Texts in a table and in an index, as bytes of the file. */
  function manyTexts(): Buffer {
    const database = opened([NOTES], 'notes.db');
    database.transaction(() => {
      for (let n = 0; n < 150; n += 1) {
        const text = `${'a long text é '.repeat(9)}${n}`;
        database.run('INSERT INTO note VALUES (?, ?, ?)', [`note-${n}`, text, n]);
      }
    });
    database.close();
    return readFileSync(join(folder, 'notes.db'));
  }

  /** Opens the file with its eighth bit of one byte flipped and reads it all. @returns what was thrown */
  function readFlipped(bytes: Buffer, at: number): unknown {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 0x80;
    const path = join(folder, `flipped-${at}.db`);
    writeFileSync(path, flipped);
    return thrown(() => {
      const database = openDatabase(path, { migrations: [NOTES] });
      open.push(database);
      database.all('SELECT * FROM note');
      database.all('SELECT id FROM note ORDER BY id');
    });
  }

  test('a text that is no UTF-8 is damage: reading it would end the process', () => {
    const database = opened([NOTES], 'notes.db');
    database.run(`INSERT INTO note VALUES ('a', CAST(x'61ff62' AS TEXT), 1)`);
    database.close();
    const error = thrown(() => opened([NOTES], 'notes.db'));
    expect(error).toMatchObject({ kind: 'damaged', code: 'store/database-damaged' });
    expect(String(error)).toContain('(a text of the table note is no UTF-8)');
  });

  test('a flipped bit anywhere is refused, or does the process no harm', () => {
    const bytes = manyTexts();
    const found: Record<string, number> = { damaged: 0, version: 0, nothing: 0 };
    for (let at = 100; at < bytes.length; at += Math.ceil(bytes.length / 80)) {
      const error = readFlipped(bytes, at);
      const kind = error === undefined ? 'nothing' : error instanceof StoreError ? error.kind : String(error);
      found[kind] = (found[kind] ?? 0) + 1;
    }
    expect(Object.keys(found)).toEqual(['damaged', 'version', 'nothing']);
    expect(found['damaged']).toBeGreaterThan(20);
  });

  test('a folder that cannot be written is one clear line', (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write everywhere');
    chmodSync(folder, 0o500);
    expect(thrown(() => opened())).toMatchObject({ kind: 'environment', code: 'store/no-permission' });
    return undefined;
  });

  test('a copy is a database of its own', () => {
    const database = opened();
    insert(database, 'a');
    database.copyTo(join(folder, 'copy.db'));
    insert(database, 'b');
    expect(names(opened([ONE], 'copy.db'))).toEqual(['a']);
  });
});

test('a full disk: what does not fit is refused in one line, what was acknowledged stays', async (context) => {
  const small = join(folder, 'small');
  mkdirSync(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', small], { stdio: 'ignore' });
  } catch {
    return context.skip('needs the right to mount a tmpfs');
  }
  try {
    const database = opened([ONE], 'small/a.db');
    const kept: string[] = [];
    let error: unknown;
    for (let turn = 0; turn < 100 && error === undefined; turn += 1) {
      const texts = [0, 1, 2].map((part) => `${turn}-${part} ${'x'.repeat(5_000)}`);
      const results = await Promise.allSettled(
        texts.map((text) => database.write(() => insert(database, text))),
      );
      results.forEach((result, index) => {
        if (result.status === 'fulfilled') kept.push(texts[index] ?? '');
        else error = result.reason;
      });
    }
    expect(error).toMatchObject({ kind: 'environment', code: 'store/disk-full' });
    expect(kept.length).toBeGreaterThan(5);
    expect(names(database)).toEqual(kept);
    database.close();
    expect(names(opened([ONE], 'small/a.db'))).toEqual(kept);
  } finally {
    for (const database of open) database.close();
    execFileSync('umount', ['-l', small]);
  }
  return undefined;
});

test('after a kill -9 in the middle of writing, everything acknowledged is there', async () => {
  const path = join(folder, 'killed.db');
  const script = `
    import { openDatabase } from './src/index.ts';
    import { writeSync } from 'node:fs';
    const db = openDatabase(${JSON.stringify(path)}, { migrations: [${JSON.stringify(ONE)}] });
    const start = db.get('SELECT count(*) AS n FROM thing').n;
    for (let turn = 0; ; turn += 1) {
      await Promise.all([0, 1, 2, 3, 4].map(async (part) => {
        const name = [start, turn, part].join('-');
        await db.write(() => db.run('INSERT INTO thing (name) VALUES (?)', [name]));
        writeSync(1, name + '\\n');
      }));
    }`;
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1)
    acknowledged.push(...(await runAndKill(script, 150 + round * 40)));
  expect(acknowledged.length).toBeGreaterThan(30);
  const kept = new Set(names(opened([ONE], 'killed.db')));
  expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
}, 60_000);

/** Runs a script from the sources and kills it `afterLines` lines later; gives the whole lines it printed. */
function runAndKill(script: string, afterLines: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const flags = [
      '--conditions=signalwright-source',
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      script,
    ];
    const child = spawn(process.execPath, flags, {
      cwd: join(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.split('\n').length > afterLines) child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(output.split('\n').slice(0, -1));
      else reject(new Error(`The script ended by itself: ${errors}`));
    });
  });
}
