import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readHistory, type StoredEntry, type SyncEntry } from './journal-entry.ts';
import { createWorld } from './rehearsal/faulty-world.ts';
import { TARGET, applyNow, planNow } from './rehearsal/gitops-run.ts';
import { sampleSource } from './rehearsal/sample-source.ts';
import { openSyncJournal } from './sync-journal.ts';
import { targetKey } from './target.ts';

const target = targetKey(TARGET);
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function journalPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalwright-sync-'));
  folders.push(folder);
  return join(folder, 'apply.journal');
}

test('an apply on disk is known to the next process: each object, and no open intent', async () => {
  const path = journalPath();
  const world = createWorld();
  const process = world.start();
  const plan = await planNow(sampleSource(), process);
  if (plan === undefined) throw new Error('unreadable');
  const first = await openSyncJournal(path, { clock: world.clock.nowMs });
  await applyNow(plan, { ...process, journal: first });
  await first.close();
  const second = await openSyncJournal(path, { clock: world.clock.nowMs });
  const history = readHistory(second.entries(), TARGET);
  await second.close();
  expect([...history.lastApplied.keys()].toSorted()).toEqual(
    plan.items
      .filter((item) => item.change.kind === 'create')
      .map((item) => item.address)
      .toSorted(),
  );
  expect(history.openIntents).toEqual([]);
  expect(world.service.all()).toHaveLength(history.lastApplied.size);
});

describe('the history of a target', () => {
  const intent: SyncEntry = {
    kind: 'intent',
    target,
    planDigest: 'p',
    address: 'detection-rule/a',
    operation: 'create',
    digest: 'd1',
  };
  const done: SyncEntry = {
    kind: 'outcome',
    target,
    address: 'detection-rule/a',
    outcome: 'done',
    remoteId: 'r1',
    digest: 'd1',
  };
  const notDone: SyncEntry = {
    kind: 'outcome',
    target,
    address: 'detection-rule/a',
    outcome: 'not-done',
    reason: 'no',
  };
  const elsewhere = 'acme@https://api.example.org';
  const store = (...bodies: readonly unknown[]): StoredEntry[] =>
    bodies.map((body, index) => ({ atMs: index, body }));

  test.each<[string, readonly unknown[], readonly string[], readonly string[]]>([
    ['nothing', [], [], []],
    ['an intent alone is open', [intent], ['detection-rule/a'], []],
    ['an outcome closes it', [intent, done], [], ['r1']],
    ['a call that was not made closes it and changes nothing', [intent, done, intent, notDone], [], ['r1']],
    ['the last outcome counts', [done, { ...done, remoteId: 'r2' }], [], ['r2']],
    [
      'another target is another history',
      [
        { ...intent, target: elsewhere },
        { ...done, target: elsewhere },
      ],
      [],
      [],
    ],
    [
      'entries of a later version are passed over',
      [{ kind: 'lease', target, address: 'x' }, 7, null, intent],
      ['detection-rule/a'],
      [],
    ],
    ['an address that is none is passed over', [{ ...intent, address: 'rule/../x' }], [], []],
  ])('%s', (_what, bodies, open, applied) => {
    const history = readHistory(store(...bodies), TARGET);
    expect(history.openIntents.map((entry) => entry.address)).toEqual(open);
    expect([...history.lastApplied.values()].map((last) => last.remoteId)).toEqual(applied);
  });
});
