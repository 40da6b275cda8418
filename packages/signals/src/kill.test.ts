import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { readAudit, verifyAudit } from './audit.ts';
import { readComments } from './comment.ts';
import { readEventsById } from './event-table.ts';
import { findBlock } from './denylist.ts';
import { noticesOf } from './outbox.ts';
import { openTestStore } from './testing/sample-signal.ts';
import { readSignal, rebuildSignal } from './signal-table.ts';

const CHILD = fileURLToPath(new URL('testing/kill-child.ts', import.meta.url));
const ROUNDS = 6;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signals-kill-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets the child work until it has said `lines` lines and `extraMs` more have passed, then kills it with SIGKILL. */
function runAndKill(path: string, from: number, lines: number, extraMs: number): Promise<readonly string[]> {
  const child = spawn(
    process.execPath,
    ['--conditions=signalwright-source', '--import', 'tsx', CHILD, path, String(from)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  let isDoomed = false;
  child.stdout.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: string) => {
      said += chunk;
      if (isDoomed || said.split('\n').length <= lines) return;
      isDoomed = true;
      setTimeout(() => child.kill('SIGKILL'), extraMs);
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(said.split('\n').slice(0, -1));
      else reject(new Error(`The child ended by itself (${signal ?? 'no signal'}).`));
    });
  });
}

test('a process killed at any moment loses nothing that it acknowledged, and leaves nothing half done', async () => {
  const path = join(folder, 'signals.db');
  const acknowledged: string[] = [];
  let next = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Different points of the loop, and of the transaction that is under way when the signal comes.
    const said = await runAndKill(path, next, 5 + round * 3, round);
    acknowledged.push(...said);
    next = 1 + Math.max(next, ...said.map((line) => Number(line.split(' ')[1])));
  }
  const { db } = openTestStore(path);
  const lost = acknowledged.filter((line) => !isThere(db, line));
  expect(lost).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * 5);

  expect(verifyAudit(db).ok).toBe(true);
  for (let index = 0; index <= next; index += 1) expect(isWhole(db, index)).toBe(true);
  db.close();
}, 120_000);

type Db = ReturnType<typeof openTestStore>['db'];

const hasEvent = (db: Db, id: string): boolean => readEventsById(db, [id]).length === 1;

function isThere(db: Db, line: string): boolean {
  const [what, index = ''] = line.split(' ');
  const id = `signal-${index}`;
  switch (what) {
    case 'opened':
      return (
        readSignal(db, id) !== undefined && hasEvent(db, `event-${index}`) && noticesOf(db, id).length === 1
      );
    case 'moved':
      return readSignal(db, id)?.triage.state === 'under_review';
    case 'noted':
      return readComments(db, id).length === 1;
    case 'unblocked':
      return findBlock(db, 'ip', addressOf(Number(index))) === undefined;
    default:
      return false;
  }
}

/** Also of what was under way: a signal has its event, notice, block and audit entries, or there is none of them. */
function isWhole(db: Db, index: number): boolean {
  const id = `signal-${index}`;
  const signal = readSignal(db, id);
  const actions = readAudit(db, `signal:${id}`).map((entry) => entry.action);
  if (signal === undefined) {
    return actions.length === 0 && !hasEvent(db, `event-${index}`) && noticesOf(db, id).length === 0;
  }
  const expected = ['signal.open'];
  if (signal.triage.state === 'under_review') expected.push('signal.state');
  if (readComments(db, id).length === 1) expected.push('signal.comment');
  const blocks = readAudit(db, `ip:${addressOf(index)}`).map((entry) => entry.action);
  const isBlocked = findBlock(db, 'ip', addressOf(index)) !== undefined;
  return (
    JSON.stringify(actions) === JSON.stringify(expected) &&
    blocks.length === (isBlocked ? 1 : 2) &&
    JSON.stringify(rebuildSignal(db, id)) === JSON.stringify(signal)
  );
}

function addressOf(index: number): string {
  return `198.18.${(index >> 8) & 255}.${index & 255}`;
}
