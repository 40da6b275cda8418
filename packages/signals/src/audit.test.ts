import { beforeEach, describe, expect, test } from 'vitest';

import { appendAudit, readAudit, verifyAudit } from './audit.ts';
import { START_MS, openTestStore, sampleActor, type TestStore } from './testing/sample-signal.ts';

let store: TestStore;

beforeEach(() => {
  store = openTestStore();
  for (let index = 1; index <= 20; index += 1) {
    appendAudit(store.db, {
      actor: sampleActor('admin', { cause: ['run:1'] }),
      atMs: START_MS + index,
      action: 'signal.state',
      subject: `signal:${index % 2}`,
      before: { state: 'open' },
      after: { state: 'archived' },
    });
  }
});

test('an untouched trail verifies, and its head is that of the last entry', () => {
  expect(verifyAudit(store.db)).toMatchObject({ ok: true, entries: 20 });
  expect(verifyAudit(openTestStore().db)).toMatchObject({ ok: true, entries: 0 });
});

test.each([
  ['a NUL', 'user:a\0b'],
  ['half a character', 'user:a\ud83d'],
])('a subject with %s, as an attacker may name a user, leaves the trail whole', (_title, subject) => {
  appendAudit(store.db, {
    actor: sampleActor('admin', { id: subject, name: subject }),
    atMs: START_MS,
    action: 'denylist.block',
    subject,
    after: { value: subject },
  });
  expect(verifyAudit(store.db)).toMatchObject({ ok: true, entries: 21 });
});

type Tampering = [title: string, sql: string, firstBadSeq: number];

const tamperings: Tampering[] = [
  ['another time', 'UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 7', 7],
  ['another actor', `UPDATE audit SET actor_id = 'somebody' WHERE seq = 7`, 7],
  ['another name', `UPDATE audit SET actor_name = 'Somebody' WHERE seq = 7`, 7],
  ['another action', `UPDATE audit SET action = 'signal.comment' WHERE seq = 7`, 7],
  ['another subject', `UPDATE audit SET subject = 'signal:9' WHERE seq = 7`, 7],
  ['another state before', `UPDATE audit SET before = NULL WHERE seq = 7`, 7],
  ['another state after', `UPDATE audit SET after = '{}' WHERE seq = 7`, 7],
  ['another cause', `UPDATE audit SET cause = '[]' WHERE seq = 7`, 7],
  ['another hash', `UPDATE audit SET hash = '${'0'.repeat(64)}' WHERE seq = 7`, 7],
  ['an entry gone', 'DELETE FROM audit WHERE seq = 7', 7],
  ['the first entries gone', 'DELETE FROM audit WHERE seq <= 3', 1],
  ['two entries in the other order', 'UPDATE audit SET seq = -seq WHERE seq IN (7, 8)', 7],
];

test.each(tamperings)('%s is found', (_title, sql, firstBadSeq) => {
  store.db.run(sql);
  expect(verifyAudit(store.db)).toEqual({ ok: false, firstBadSeq });
});

describe('reading', () => {
  test('gives the entries of a subject, oldest first, with what was before and after', () => {
    const entries = readAudit(store.db, 'signal:1');
    expect(entries.map((entry) => entry.seq)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    expect(entries[0]).toMatchObject({
      before: { state: 'open' },
      after: { state: 'archived' },
      cause: ['run:1'],
    });
  });

  test('gives the newest when there are more than asked for', () => {
    expect(readAudit(store.db, undefined, 3).map((entry) => entry.seq)).toEqual([18, 19, 20]);
  });
});
