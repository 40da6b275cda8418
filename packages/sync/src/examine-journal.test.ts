/** What can be done to a journal by who can compute its chain anew, and how a kept head shows it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, readJournal, type JournalHead } from '@signalwright/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoggedApply } from './apply-log.ts';
import { examineJournal } from './examine-journal.ts';

const TARGET = 'acme@https://api.datadoghq.eu';
const DIGEST = 'ab'.repeat(32);
let folder: string;
let path: string;
let bodies: readonly unknown[];
/** After each entry, the header's first. */
let heads: readonly JournalHead[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalwright-examine-'));
  path = join(folder, 'journal');
  bodies = [0, 1, 2, 3].flatMap(oneApply);
  await write(bodies);
  const { records } = readJournal(path);
  const [first] = records;
  heads = [{ seq: 0, hash: first?.prevHash ?? '' }, ...records.map(({ seq, hash }) => ({ seq, hash }))];
});
afterAll(() => rmSync(folder, { recursive: true }));

function oneApply(n: number): readonly unknown[] {
  const address = `detection-rule/r${n}`;
  return [
    { kind: 'apply-started', target: TARGET, planDigest: `p${n}`, contentDigest: DIGEST },
    { kind: 'intent', target: TARGET, planDigest: `p${n}`, address, operation: 'create', digest: DIGEST },
    { kind: 'outcome', target: TARGET, address, outcome: 'done', remoteId: `id-${n}`, digest: DIGEST },
    { kind: 'apply-finished', target: TARGET, planDigest: `p${n}`, done: 1, failed: 0 },
  ];
}

/** A journal whose chain holds, whatever stands in it: the clock is the same, and so is the header. */
async function write(entries: readonly unknown[]): Promise<void> {
  rmSync(path, { force: true });
  const journal = await openJournal(path, { clock: () => 1_795_000_000_000 });
  for (const entry of entries) await journal.append(entry);
  await journal.close();
}

type Forgery = (at: number) => readonly unknown[];
const other = (body: unknown): unknown => ({ ...(body as object), forged: true });
const FORGERIES: readonly [what: string, forge: Forgery, firstAt: number, lastAt: number][] = [
  ['edited', (at) => bodies.with(at, other(bodies[at])), 0, 15],
  ['taken out', (at) => bodies.toSpliced(at, 1), 0, 15],
  ['put in', (at) => bodies.toSpliced(at, 0, other(bodies[at])), 0, 15],
  ['exchanged with the next', (at) => bodies.with(at, bodies[at + 1]).with(at + 1, bodies[at]), 0, 14],
  ['the end of a shorter journal', (at) => bodies.slice(0, at), 0, 15],
  [
    'where a fork begins',
    (at) => [...bodies.slice(0, at), ...oneApply(9), ...oneApply(8), ...bodies.slice(at)],
    0,
    15,
  ],
];

describe('with a chain that holds and a kept head, each entry', () => {
  test.each(FORGERIES)('%s shows', async (_what, forge, firstAt, lastAt) => {
    for (let at = firstAt; at <= lastAt; at += 1) {
      await write(forge(at));
      expect(examineJournal(path).bad).toBeUndefined();
      const { bad } = examineJournal(path, {
        headsOf: () => [heads[16] ?? heads[0]].flatMap((head) => head ?? []),
      });
      expect(bad, `entry ${at + 1}`).toBeDefined();
      // With a head after each entry, the first bad one is named.
      const exact = examineJournal(path, { headsOf: () => heads.toReversed() });
      expect(exact.bad?.entry, `entry ${at + 1}`).toBe(at + 1);
    }
  });
});

test('what was written after the last kept head is told as it stands', async () => {
  await write([...bodies, ...oneApply(7)]);
  const told: LoggedApply[] = [];
  const found = examineJournal(path, { headsOf: () => heads, tell: (apply) => told.push(apply) });
  expect(found).toMatchObject({ entries: 20, applies: 5, journal: heads[0]?.hash });
  expect(found.bad).toBeUndefined();
  expect(told.map(({ planDigest, entry, done }) => [planDigest, entry, done])).toEqual([
    ['p0', 1, 1],
    ['p1', 5, 1],
    ['p2', 9, 1],
    ['p3', 13, 1],
    ['p7', 17, 1],
  ]);
});

test('without its chain made anew, an edit is named by number and byte, and no head is needed', async () => {
  for (let at = 1; at <= 16; at += 1) {
    await write(bodies);
    const lines = readFileSync(path, 'utf8').split('\n');
    const byte = Buffer.byteLength(lines.slice(0, at).join('\n')) + 1;
    writeFileSync(path, lines.with(at, (lines[at] ?? '').replace('acme', 'acne')).join('\n'));
    expect(examineJournal(path).bad).toMatchObject({ entry: at, byte });
    expect(examineJournal(path).entries).toBe(at - 1);
  }
});

test.each<[string, readonly unknown[]]>([
  ['words of another type', [{ kind: 'apply-started', target: TARGET, planDigest: 7, contentDigest: {} }]],
  ['a name that is none', [{ ...(oneApply(0)[0] as object), by: 'Ada' }]],
  ['a consent that is none', [{ ...(oneApply(0)[0] as object), consent: null }]],
  ['an outcome before any apply', oneApply(0).slice(2)],
])('%s are no apply, and do no harm', async (_what, entries) => {
  await write(entries);
  expect(examineJournal(path)).toMatchObject({ applies: 0, entries: entries.length });
});
