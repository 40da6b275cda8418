import { expect, test } from 'vitest';

import { openDatabase } from '@signalwright/store';

import {
  createContent,
  deleteContent,
  listContent,
  updateContent,
  type StoredContent,
} from './content-table.ts';
import { SIGNALS_MIGRATIONS } from './schema.ts';
import { START_MS, openTestStore, sampleActor } from './testing/sample-signal.ts';

const KIND = 'detection-rule';
const RULES = 10_000;

test('of ten thousand rules only those that changed are read again', () => {
  const { db } = openTestStore();
  const actor = sampleActor();
  db.transaction(() => {
    for (let at = 0; at < RULES; at += 1)
      createContent(db, actor, { kind: KIND, id: `r${at}`, fields: { name: `Rule ${at}` } }, START_MS);
  });
  const before = listContent(db, KIND);
  expect(before.map(({ id }) => id)).toEqual(Array.from({ length: RULES }, (_, at) => `r${at}`));
  expect(listContent(db, KIND)).toBe(before);

  const [changed, deleted] = [before[5], before[7]] as StoredContent[];
  db.transaction(() => {
    updateContent(db, actor, changed as StoredContent, { name: 'Another' }, START_MS + 1);
    deleteContent(db, actor, deleted as StoredContent, START_MS + 1);
    createContent(db, actor, { kind: KIND, id: 'new', fields: { name: 'New' } }, START_MS + 1);
  });
  const after = listContent(db, KIND);
  const known = new Set(before);
  expect(after.filter((stored) => !known.has(stored)).map(({ id, fields }) => [id, fields['name']])).toEqual([
    ['r5', 'Another'],
    ['new', 'New'],
  ]);
  expect(after).toHaveLength(RULES);
  expect(after.some(({ id }) => id === 'r7')).toBe(false);
});

test('what was undone is not remembered, and what another connection wrote is seen', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = mkdtempSync(join(tmpdir(), 'content-table-'));
  const own = openTestStore(join(folder, 'org.db'));
  const actor = sampleActor();
  const namesOf = (): unknown[] => listContent(own.db, KIND).map(({ fields }) => fields['name']);
  expect(() =>
    own.db.transaction(() => {
      createContent(own.db, actor, { kind: KIND, id: 'a', fields: { name: 'Undone' } }, START_MS);
      expect(namesOf()).toEqual(['Undone']);
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(namesOf()).toEqual([]);
  const other = openDatabase(join(folder, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
  createContent(other, actor, { kind: KIND, id: 'a', fields: { name: 'Theirs' } }, START_MS);
  expect(namesOf()).toEqual(['Theirs']);
  other.close();
  own.db.close();
  rmSync(folder, { recursive: true, force: true });
});
