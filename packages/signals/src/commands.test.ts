import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';

import {
  TRIAGE_STATES,
  UNASSIGNED,
  type Actor,
  type ArchiveReason,
  type Assignee,
  type TriageState,
} from '@signalwright/model';

import { readAudit, verifyAudit } from './audit.ts';
import { MAX_COMMENT_CHARACTERS } from './command.ts';
import { MAX_AUTOMATED_BLOCKS, MAX_BLOCK_MS, blockIp } from './commands.ts';
import { readComments } from './comment.ts';
import { readDenylist } from './denylist.ts';
import { openTestStore, sampleActor, sampleSignal, type TestStore } from './testing/sample-signal.ts';
import { readSignal, rebuildSignal, recordDetection } from './signal-table.ts';

const DAY_MS = 24 * 60 * 60_000;
const ADMIN = sampleActor('admin');
const READER = sampleActor('read-only');
const ANALYST = sampleActor('analyst');
const WORKFLOW = sampleActor('admin', { kind: 'workflow', id: 'workflow:block-attacker', name: 'Block' });
const DANA: Assignee = { id: 7, uuid: 'uuid-of-dana', name: 'Dana' };
const ID = sampleSignal().id;

let store: TestStore;

beforeEach(() => {
  store = openTestStore(':memory:', ['192.0.2.0/24']);
  recordDetection(store.db, sampleSignal(), store.clock.nowMs);
});

type StateRow = [
  title: string,
  before: TriageState,
  to: TriageState,
  ageDays: number,
  actor: Actor,
  version: number | undefined,
  expected: string,
];

const stateRows: StateRow[] = [
  ['an analyst takes it', 'open', 'under_review', 0, ANALYST, 1, 'under_review'],
  ['an analyst archives it', 'open', 'archived', 0, ANALYST, undefined, 'archived'],
  ['it is reopened on day 30', 'archived', 'open', 30, ADMIN, 2, 'open'],
  ['it is not reopened on day 31', 'archived', 'open', 31, ADMIN, 2, 'reopen_window_passed'],
  ['nor taken up again on day 31', 'archived', 'under_review', 31, ADMIN, 2, 'reopen_window_passed'],
  ['a signal under review has no such limit', 'under_review', 'open', 400, ADMIN, 2, 'open'],
  ['a state it already has is no change', 'open', 'open', 0, ADMIN, 1, 'already_in_state'],
  ['a reader may not', 'open', 'archived', 0, READER, 1, 'forbidden'],
  ['an older version is refused', 'under_review', 'archived', 0, ADMIN, 1, 'version_conflict'],
  ['so is a version that never was', 'open', 'archived', 0, ADMIN, 9, 'version_conflict'],
];

test.each(stateRows)('%s', async (_title, before, to, ageDays, actor, version, expected) => {
  if (before !== 'open') await store.commands.setState(ADMIN, { signalId: ID, state: before });
  const entriesBefore = readAudit(store.db).length;
  const signalBefore = readSignal(store.db, ID);
  store.clock.nowMs += ageDays * DAY_MS;
  const result = await store.commands.setState(actor, {
    signalId: ID,
    state: to,
    ...(version !== undefined && { version }),
  });
  expect(result.ok ? result.value.triage.state : result.refusal.reason).toBe(expected);
  expect(readAudit(store.db).length - entriesBefore).toBe(result.ok ? 1 : 0);
  if (result.ok) expect(result.value.version).toBe((signalBefore?.version ?? 0) + 1);
  else expect(readSignal(store.db, ID)).toEqual(signalBefore);
});

test('a state change says who, when, from what and to what, and on whose cause', async () => {
  const actor = { ...ANALYST, cause: ['signal:other', 'run:7'] };
  await store.commands.setState(actor, {
    signalId: ID,
    state: 'archived',
    archiveReason: 'false_positive',
    archiveComment: 'Our own scanner.',
  });
  expect(readAudit(store.db, `signal:${ID}`)).toEqual([
    {
      seq: 1,
      atMs: store.clock.nowMs,
      actorId: ANALYST.id,
      actorName: 'analyst',
      action: 'signal.state',
      subject: `signal:${ID}`,
      before: { state: 'open' },
      after: { state: 'archived', archiveReason: 'false_positive', archiveComment: 'Our own scanner.' },
      cause: ['signal:other', 'run:7'],
    },
  ]);
});

test('the reason for archiving can be corrected later, and is forgotten when it is reopened', async () => {
  const archive = (archiveReason: ArchiveReason): ReturnType<typeof store.commands.setState> =>
    store.commands.setState(ADMIN, { signalId: ID, state: 'archived', archiveReason });
  await archive('other');
  const corrected = await archive('remediated');
  expect(corrected.ok && corrected.value.triage.archiveReason).toBe('remediated');
  const same = await archive('remediated');
  expect(same.ok).toBe(false);
  const reopened = await store.commands.setState(ADMIN, { signalId: ID, state: 'open' });
  expect(reopened.ok && reopened.value.triage.archiveReason).toBeUndefined();
});

test('a reason for archiving without archiving is refused', async () => {
  const result = await store.commands.setState(ADMIN, {
    signalId: ID,
    state: 'under_review',
    archiveReason: 'remediated',
  });
  expect(result).toMatchObject({ ok: false, refusal: { reason: 'invalid', field: 'archive_reason' } });
});

describe('assignment', () => {
  test('assigns, says whom it was taken from, and takes away again', async () => {
    await store.commands.assign(ANALYST, { signalId: ID, assignee: DANA, version: 1 });
    const taken = await store.commands.assign(ANALYST, { signalId: ID, assignee: UNASSIGNED, version: 2 });
    expect(taken.ok && taken.value.triage.assignee).toEqual(UNASSIGNED);
    expect(readAudit(store.db).map((entry) => [entry.before, entry.after])).toEqual([
      [UNASSIGNED, DANA],
      [DANA, UNASSIGNED],
    ]);
  });

  test('whoever has it already is no change', async () => {
    await store.commands.assign(ADMIN, { signalId: ID, assignee: DANA });
    const again = await store.commands.assign(ADMIN, { signalId: ID, assignee: DANA });
    expect(again.ok && again.value.version).toBe(2);
    expect(readAudit(store.db)).toHaveLength(1);
  });

  test.each([
    ['a reader', READER, ID, undefined, 'forbidden'],
    ['a signal that is not there', ADMIN, 'nothing', undefined, 'signal_not_found'],
    ['an old version', ADMIN, ID, 0, 'version_conflict'],
  ] as const)('%s is refused', async (_title, actor, signalId, version, reason) => {
    const result = await store.commands.assign(actor, {
      signalId,
      assignee: DANA,
      ...(version !== undefined && { version }),
    });
    expect(result.ok ? 'ok' : result.refusal.reason).toBe(reason);
  });
});

describe('incidents', () => {
  test('are set as a whole, each once, and the same again writes nothing', async () => {
    const first = await store.commands.setIncidents(ANALYST, { signalId: ID, incidentIds: [7, 9, 7] });
    expect(first.ok && first.value.triage.incidentIds).toEqual([7, 9]);
    const again = await store.commands.setIncidents(ANALYST, {
      signalId: ID,
      incidentIds: [7, 9],
      version: 2,
    });
    expect(again.ok && again.value.version).toBe(2);
    expect(readAudit(store.db).map(({ action }) => action)).toEqual(['signal.incidents']);
    expect(rebuildSignal(store.db, ID)).toEqual(readSignal(store.db, ID));
  });

  test.each([
    ['a reader', READER, ID, [1], undefined, 'forbidden'],
    ['a signal that is not there', ADMIN, 'nothing', [1], undefined, 'signal_not_found'],
    ['an old version', ADMIN, ID, [1], 0, 'version_conflict'],
    [
      'more than a signal can have',
      ADMIN,
      ID,
      Array.from({ length: 101 }, (_, n) => n),
      undefined,
      'invalid',
    ],
  ] as const)('%s is refused', async (_title, actor, signalId, incidentIds, version, reason) => {
    const change = { signalId, incidentIds, ...(version !== undefined && { version }) };
    const result = await store.commands.setIncidents(actor, change);
    expect(result.ok ? 'ok' : result.refusal.reason).toBe(reason);
    expect(readAudit(store.db)).toEqual([]);
  });
});

describe('comments', () => {
  test('are kept in order, without touching the version of the signal', async () => {
    await store.commands.comment(ANALYST, { signalId: ID, text: 'Looking.' });
    await store.commands.comment(WORKFLOW, { signalId: ID, text: 'Blocked.' });
    expect(readComments(store.db, ID).map((comment) => comment.text)).toEqual(['Looking.', 'Blocked.']);
    expect(readSignal(store.db, ID)?.version).toBe(1);
    expect(readAudit(store.db)).toHaveLength(2);
  });

  test('with the same key are written once', async () => {
    const comment = { signalId: ID, text: 'Blocked.', key: 'run-1/record' };
    const first = await store.commands.comment(WORKFLOW, comment);
    const second = await store.commands.comment(WORKFLOW, comment);
    expect(second).toEqual(first);
    expect(readComments(store.db, ID)).toHaveLength(1);
    expect(readAudit(store.db)).toHaveLength(1);
  });

  test.each([
    ['empty', ADMIN, ' \n', 'invalid'],
    ['too long', ADMIN, 'x'.repeat(MAX_COMMENT_CHARACTERS + 1), 'invalid'],
    ['of a reader', READER, 'Hello.', 'forbidden'],
  ] as const)('%s are refused', async (_title, actor, text, reason) => {
    const result = await store.commands.comment(actor, { signalId: ID, text });
    expect(result.ok ? 'ok' : result.refusal.reason).toBe(reason);
  });
});

describe('blocks', () => {
  const REASON = 'test';

  test('an address is kept in one spelling and told to the listener after the commit', async () => {
    const result = await store.commands.blockIp(ADMIN, { value: '::ffff:203.0.113.7', reason: REASON });
    expect(result.ok && result.value.value).toBe('203.0.113.7');
    expect(store.denylistChanges()).toBe(1);
    expect(readAudit(store.db).map((entry) => [entry.action, entry.subject])).toEqual([
      ['denylist.block', 'ip:203.0.113.7'],
    ]);
  });

  test.each([
    ['without the permission', ANALYST, '203.0.113.7', 'forbidden'],
    ['of a private address', ADMIN, '10.0.0.7', 'never_block'],
    ['of an address that the project protects', ADMIN, '192.0.2.7', 'never_block'],
    ['of a block that holds a protected address', ADMIN, '192.0.0.0/16', 'never_block'],
    ['of half the internet', ADMIN, '128.0.0.0/1', 'prefix_too_wide'],
    ['of a word', ADMIN, 'N/A', 'not_an_address'],
  ] as const)('a block %s is refused and leaves no trace', async (_title, actor, value, reason) => {
    const result = await store.commands.blockIp(actor, { value, reason: REASON });
    expect(result.ok ? 'ok' : result.refusal.reason).toBe(reason);
    expect(readDenylist(store.db, store.clock.nowMs)).toEqual([]);
    expect(readAudit(store.db)).toEqual([]);
    expect(store.denylistChanges()).toBe(0);
  });

  test('a block ends at its moment', async () => {
    const expiresAtMs = store.clock.nowMs + 60_000;
    await store.commands.blockIp(ADMIN, { value: '203.0.113.7', expiresAtMs, reason: REASON });
    expect(readDenylist(store.db, expiresAtMs - 1)).toHaveLength(1);
    expect(readDenylist(store.db, expiresAtMs)).toEqual([]);
  });

  test.each([
    ['now', 0],
    ['in the past', -1],
    ['in more than a year', MAX_BLOCK_MS + 1],
    ['at no time at all', Number.NaN],
  ])('a block that ends %s is refused', async (_title, inMs) => {
    const expiresAtMs = store.clock.nowMs + inMs;
    const result = await store.commands.blockIp(ADMIN, { value: '203.0.113.7', expiresAtMs, reason: REASON });
    expect(result).toMatchObject({ ok: false, refusal: { reason: 'invalid', field: 'expires_at' } });
  });

  test('automation never shortens what a person decided, a person may', async () => {
    const block = { value: '203.0.113.7', reason: REASON };
    const expiresAtMs = store.clock.nowMs + 60_000;
    await store.commands.blockIp(ADMIN, block);
    const automatic = await store.commands.blockIp(WORKFLOW, { ...block, expiresAtMs });
    expect(automatic.ok && automatic.value.expiresAtMs).toBeUndefined();
    const personal = await store.commands.blockIp(ADMIN, { ...block, expiresAtMs });
    expect(personal.ok && personal.value.expiresAtMs).toBe(expiresAtMs);
    expect(readAudit(store.db)).toHaveLength(2);
  });

  test('repeating a block changes nothing', async () => {
    const block = { value: '203.0.113.7', expiresAtMs: store.clock.nowMs + 60_000, reason: REASON };
    await store.commands.blockIp(WORKFLOW, block);
    await store.commands.blockIp(WORKFLOW, block);
    expect(readAudit(store.db)).toHaveLength(1);
  });

  test('unblocking needs a block, and finds it in any spelling', async () => {
    await store.commands.blockIp(ADMIN, { value: '2001:db8::1', reason: REASON });
    const refused = await store.commands.unblock(ADMIN, 'ip', '2001:db8::2');
    expect(refused.ok ? 'ok' : refused.refusal.reason).toBe('not_blocked');
    expect((await store.commands.unblock(ANALYST, 'ip', '2001:db8::1')).ok).toBe(false);
    expect((await store.commands.unblock(ADMIN, 'ip', '2001:DB8:0::1')).ok).toBe(true);
    expect(readDenylist(store.db, store.clock.nowMs)).toEqual([]);
  });

  test.each([
    ['a user', 'user-7', 'ok'],
    ['nobody', '', 'invalid'],
    ['a missing group value', 'N/A', 'invalid'],
    ['an id with a NUL', 'a\0b', 'invalid'],
    ['an id with half a character', 'a\ud83d', 'invalid'],
    ['a very long name', 'x'.repeat(257), 'invalid'],
  ])('blocking %s: %s gives %s', async (_title, value, expected) => {
    const result = await store.commands.blockUser(ADMIN, { value, reason: REASON });
    expect(result.ok ? 'ok' : result.refusal.reason).toBe(expected);
  });

  test('ten thousand orders to block our own egress block nobody', () => {
    const blocked = store.db.transaction(() =>
      Array.from({ length: 10_000 }, (_, index) =>
        blockIp(store.context, WORKFLOW, { value: `192.0.2.${index % 256}`, reason: REASON }),
      ).filter((result) => result.ok),
    );
    expect(blocked).toEqual([]);
    expect(readDenylist(store.db, store.clock.nowMs)).toEqual([]);
  });

  test('a storm of automated blocks stops at the allowance, which no second workflow renews', () => {
    const second = { ...WORKFLOW, id: 'workflow:another' };
    const results = store.db.transaction(() =>
      Array.from({ length: MAX_AUTOMATED_BLOCKS.count + 100 }, (_, index) =>
        blockIp(store.context, index % 2 === 0 ? WORKFLOW : second, {
          value: `198.18.${index >> 8}.${index & 255}`,
          reason: REASON,
        }),
      ),
    );
    const refusals = results.flatMap((result) => (result.ok ? [] : [result.refusal.reason]));
    expect(refusals).toEqual(Array.from({ length: 100 }, () => 'too_many_blocks'));
    expect(blockIp(store.context, ADMIN, { value: '203.0.113.9', reason: REASON }).ok).toBe(true);
    store.clock.nowMs += MAX_AUTOMATED_BLOCKS.perMs + 1;
    expect(blockIp(store.context, WORKFLOW, { value: '203.0.113.10', reason: REASON }).ok).toBe(true);
  });
});

test('whatever people do in whatever order, the store agrees with a simple model of the law', async () => {
  const step = fc.record({
    state: fc.constantFrom(...TRIAGE_STATES),
    canWrite: fc.boolean(),
    staleBy: fc.constantFrom(0, 0, 0, 1),
    waitDays: fc.constantFrom(0, 0, 1, 10, 31),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { db, clock, commands } = openTestStore();
      recordDetection(db, sampleSignal(), clock.nowMs);
      const model = { state: 'open' as TriageState, version: 1, ageDays: 0, changes: 0 };
      for (const { state, canWrite, staleBy, waitDays } of steps) {
        clock.nowMs += waitDays * DAY_MS;
        model.ageDays += waitDays;
        const locked = model.state === 'archived' && model.ageDays > 30;
        const allowed = canWrite && staleBy === 0 && state !== model.state && !locked;
        const result = await commands.setState(canWrite ? ANALYST : READER, {
          signalId: ID,
          state,
          version: model.version - staleBy,
        });
        expect(result.ok).toBe(allowed);
        if (allowed) Object.assign(model, { state, version: model.version + 1, changes: model.changes + 1 });
      }
      expect(readSignal(db, ID)).toMatchObject({ version: model.version, triage: { state: model.state } });
      expect(rebuildSignal(db, ID)).toEqual(readSignal(db, ID));
      expect(verifyAudit(db)).toMatchObject({ ok: true, entries: model.changes });
      db.close();
    }),
    { numRuns: 60 },
  );
});
