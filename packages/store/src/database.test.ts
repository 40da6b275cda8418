import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Database, type Migration } from './database.ts';
import { StoreError } from './store-error.ts';

const ONE: Migration = {
  version: 1,
  name: 'things',
  sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE);\n',
};
const TWO: Migration = {
  version: 2,
  name: 'colour',
  sql: "ALTER TABLE thing ADD COLUMN colour TEXT DEFAULT 'red';\n",
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

  test('inside another rolls back alone', () => {
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

  test('rejects only the work that failed', async () => {
    const database = opened();
    const results = await Promise.allSettled(
      ['a', 'a', 'b'].map((name) => database.write(() => insert(database, name))),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(names(database)).toEqual(['a', 'b']);
  });

  test('work that waits is committed by close', async () => {
    const database = opened();
    const waiting = database.write(() => insert(database, 'a'));
    database.close();
    await waiting;
    expect(names(opened())).toEqual(['a']);
  });
});

describe('opening', () => {
  test('an older database is brought forward and keeps its rows', () => {
    const old = opened();
    insert(old, 'a');
    old.close();
    expect(opened([ONE, TWO]).get('SELECT name, colour FROM thing')).toEqual({ name: 'a', colour: 'red' });
  });

  test.each<[string, () => unknown, StoreError['kind']]>([
    ['a database of a newer version', () => (opened([ONE, TWO]).close(), opened([ONE])), 'version'],
    [
      'a file that is no database',
      () => (writeFileSync(join(folder, 'x.db'), 'x'.repeat(5000)), opened([ONE], 'x.db')),
      'damaged',
    ],
    ['a folder in its place', () => opened([ONE], '.'), 'environment'],
    [
      'a path through a file',
      () => (writeFileSync(join(folder, 'f'), ''), opened([ONE], 'f/a.db')),
      'environment',
    ],
  ])('%s is refused', (_title, act, kind) => {
    expect(act).toThrow(StoreError);
    try {
      act();
    } catch (error) {
      expect(error instanceof StoreError ? error.kind : error).toBe(kind);
    }
  });
});
