import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { canonicalJson } from './canonical-json.ts';
import { openJournal, type Journal } from './journal.ts';
import { readJournal, verifyJournal } from './journal-read.ts';
import { GENESIS_HASH, RECORD_MAX_BYTES } from './journal-record.ts';
import { sha256Hex } from './sha256.ts';
import { StoreError } from './store-error.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'applies.journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (at = path): Promise<Journal> => openJournal(at, { clock: () => 1_700_000_000_000 });

async function written(bodies: readonly unknown[]): Promise<Buffer> {
  const journal = await open();
  for (const body of bodies) await journal.append(body);
  await journal.close();
  return readFileSync(path);
}

function bodies(at = path): readonly unknown[] {
  return readJournal(at).records.map((record) => record.body);
}

async function refusal(act: () => unknown): Promise<StoreError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('a journal', () => {
  test('gives back what was appended, in order, over several openings', async () => {
    await written([{ kind: 'intent', address: 'rule/a' }, 'text', null]);
    await written([[1, 2.5, true]]);
    expect(bodies()).toEqual([{ kind: 'intent', address: 'rule/a' }, 'text', null, [1, 2.5, true]]);
    expect(readdirSync(folder)).toEqual(['applies.journal']);
  });

  test('is a chain that anybody can check with a few lines', async () => {
    await written([{ b: 1, a: 'é' }, 'x']);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    let previous = GENESIS_HASH;
    lines.forEach((line, seq) => {
      const { hash, ...content } = JSON.parse(line) as Record<string, unknown>;
      expect(content).toMatchObject({ seq, prevHash: previous });
      expect(hash).toBe(sha256Hex(canonicalJson(content)));
      previous = String(hash);
    });
    expect(readJournal(path).head).toEqual({ seq: 2, hash: previous });
  });

  test('says where each record stands', async () => {
    const journal = await open();
    const first = await journal.append('a');
    const second = await journal.append('b');
    expect([first.seq, second.seq]).toEqual([1, 2]);
    expect(journal.head()).toEqual(second);
    await journal.close();
    expect(readJournal(path).records.map((record) => record.hash)).toEqual([first.hash, second.hash]);
  });

  test('appends that wait together stay in order', async () => {
    const journal = await open();
    const heads = await Promise.all(Array.from({ length: 300 }, (_, index) => journal.append(index)));
    await journal.close();
    expect(heads.map((head) => head.seq)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(bodies()).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  test('keeps what was true when it was appended', async () => {
    const journal = await open();
    const body = { state: 'before' };
    const appended = journal.append(body);
    body.state = 'after';
    await appended;
    await journal.close();
    expect(bodies()).toEqual([{ state: 'before' }]);
  });

  test('refuses what is no plain data or too large, alone', async () => {
    const journal = await open();
    const results = await Promise.allSettled([
      journal.append('a'),
      journal.append(new Map()),
      journal.append('x'.repeat(RECORD_MAX_BYTES)),
      journal.append('b'),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    await journal.close();
    expect(bodies()).toEqual(['a', 'b']);
  });

  test('holds large records over many reads', async () => {
    const large = 'é'.repeat(700_000);
    await written([large, 'small', large]);
    expect(bodies()).toEqual([large, 'small', large]);
  });

  test('close waits for what was appended, and nothing comes after it', async () => {
    const journal = await open();
    const waiting = journal.append('a');
    await journal.close();
    await journal.close();
    await waiting;
    await expect(journal.append('b')).rejects.toThrow('is closed');
    expect(bodies()).toEqual(['a']);
  });

  test('any data comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 4 }), async (given) => {
        rmSync(path, { force: true });
        await written(given);
        expect(bodies()).toEqual(given.map((value): unknown => JSON.parse(JSON.stringify(value))));
      }),
      { numRuns: 60 },
    );
  });

  test('is private to its owner', async () => {
    await written([]);
    expect(statSync(path).mode & 0o077).toBe(0);
  });
});

describe('one writer', () => {
  test('a second one is refused while the first is open', async () => {
    const journal = await open();
    expect(await refusal(open)).toMatchObject({ kind: 'busy', code: 'store/locked' });
    await journal.append('still works');
    await journal.close();
    await (await open()).close();
  });

  test('readers need no lock', async () => {
    const journal = await open();
    await journal.append('a');
    expect(bodies()).toEqual(['a']);
    await journal.close();
  });

  test.each<[title: string, disturb: () => void]>([
    ['somebody else appends to the file', () => appendFileSync(path, 'x')],
    ['somebody cuts the file', () => writeFileSync(path, '')],
    ['somebody takes the lock away', () => rmSync(`${path}.lock`)],
  ])('when %s, it stops instead of writing over it', async (_title, disturb) => {
    const journal = await open();
    await journal.append('a');
    disturb();
    const after = readFileSync(path);
    expect(await refusal(() => journal.append('b'))).toMatchObject({
      kind: 'busy',
      code: 'store/journal-changed',
    });
    expect(await refusal(() => journal.append('c'))).toMatchObject({ code: 'store/journal-changed' });
    expect(readFileSync(path).equals(after)).toBe(true);
    await journal.close();
  });
});

const SAMPLE = [{ kind: 'intent', n: 1 }, 'second', { kind: 'outcome', ok: true }, 'the last one'];

describe('an interrupted write', () => {
  test('at any byte leaves the whole records before it', async () => {
    const bytes = await written(SAMPLE);
    const ends = [...bytes.toString('latin1').matchAll(/\n/g)].map((match) => match.index);
    for (let length = 0; length <= bytes.length; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      // A record counts once all of its bytes are there, with or without its line feed.
      const whole = ends.filter((end) => end <= length).length;
      const { records, tornBytes } = readJournal(path);
      expect(records.map((record) => record.body)).toEqual(SAMPLE.slice(0, Math.max(0, whole - 1)));
      const start = ends.findLast((end) => end <= length);
      expect(tornBytes).toBe(start === undefined ? length : Math.max(0, length - start - 1));
    }
  });

  test('is cut off when the journal is opened, and the chain goes on', async () => {
    const bytes = await written(SAMPLE);
    for (let length = 0; length <= bytes.length; length += 13) {
      writeFileSync(path, bytes.subarray(0, length));
      const before = bodies();
      const journal = await open();
      await journal.append('after the crash');
      await journal.close();
      expect(bodies()).toEqual([...before, 'after the crash']);
      expect(verifyJournal(path).tornBytes).toBe(0);
    }
  });

  test('may also leave zeros where its bytes should be', async () => {
    const bytes = await written(SAMPLE);
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(4096)]));
    const journal = await open();
    expect(journal.tornBytes).toBe(4096);
    await journal.close();
    expect(readFileSync(path).equals(bytes)).toBe(true);
    writeFileSync(path, Buffer.alloc(100));
    await (await open()).close();
    expect(bodies()).toEqual([]);
  });
});

describe('damage', () => {
  test('of any single byte is found, named, and left as it is', async () => {
    const bytes = await written(SAMPLE);
    const starts = [0, ...[...bytes.toString('latin1').matchAll(/\n/g)].map((match) => match.index + 1)];
    for (let offset = 0; offset < bytes.length; offset += 1) {
      const damaged = Buffer.from(bytes);
      damaged[offset] = (damaged[offset] ?? 0) ^ (1 << (offset % 8));
      writeFileSync(path, damaged);
      const seq = starts.findLastIndex((start) => start <= offset);
      const error = await refusal(() => readJournal(path));
      expect(error).toMatchObject({
        kind: 'damaged',
        code: 'store/journal-damaged',
        damage: { seq, offset: starts[seq] },
      });
    }
  });

  const lines = (): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
  const line = (all: readonly string[], index: number): string => all[index] ?? '';
  test.each<[title: string, change: (all: string[]) => string[], seq: number]>([
    ['two records swapped', (all) => [line(all, 0), line(all, 2), line(all, 1), ...all.slice(3)], 1],
    ['a record taken out', (all) => all.toSpliced(2, 1), 2],
    ['a record written twice', (all) => all.toSpliced(2, 0, line(all, 1)), 2],
    ['a record of another journal put in', (all) => all.toSpliced(1, 0, line(all, 3)), 1],
    ['the header taken out', (all) => all.slice(1), 0],
    ['an empty line', (all) => all.toSpliced(2, 0, ''), 2],
    ['another spelling of the same data', (all) => all.with(2, line(all, 2).replace('{', '{ ')), 2],
    ['a time changed', (all) => all.with(3, line(all, 3).replace('1700', '1699')), 3],
    ['a number with a sign', (all) => all.with(1, line(all, 1).replace('"seq":1', '"seq":1.0')), 1],
    ['a member added', (all) => all.with(1, line(all, 1).replace('}', ',"x":1}')), 1],
    ['a member repeated', (all) => all.with(2, line(all, 2).replace('"body":', '"body":0,"body":')), 2],
    [
      'deep data in place of a body',
      (all) => all.with(2, `{"body":${'['.repeat(9_000)}${']'.repeat(9_000)}}`),
      2,
    ],
  ])('%s is found', async (_title, change, seq) => {
    await written(SAMPLE);
    writeFileSync(path, `${change(lines()).join('\n')}\n`);
    const before = readFileSync(path);
    expect(await refusal(() => readJournal(path))).toMatchObject({ kind: 'damaged', damage: { seq } });
    expect((await refusal(open)).message).toContain(`record ${seq} at byte `);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('a body changed and its own hash with it breaks the next record', async () => {
    await written(SAMPLE);
    const all = lines();
    const { hash: _old, ...content } = JSON.parse(line(all, 2)) as Record<string, unknown>;
    const changed = { ...content, body: 'forged' };
    all[2] = canonicalJson({ ...changed, hash: sha256Hex(canonicalJson(changed)) });
    writeFileSync(path, `${all.join('\n')}\n`);
    expect(await refusal(() => readJournal(path))).toMatchObject({ damage: { seq: 3 } });
  });

  test('records cut off at the end show only against a head kept elsewhere', async () => {
    const bytes = await written(SAMPLE);
    const { head } = readJournal(path);
    const end = bytes.subarray(0, -1).lastIndexOf(0x0a) + 1;
    writeFileSync(path, bytes.subarray(0, end));
    expect(readJournal(path).head).not.toEqual(head);
    expect(bodies()).toEqual(SAMPLE.slice(0, -1));
  });

  test.each<[title: string, content: string | Buffer]>([
    ['another text file', 'hello\n'],
    ['a text without a line feed', 'hello'],
    ['JSON of somebody else', '{"a":1}\n'],
    ['bytes', Buffer.from([0xff, 0xfe, 0x0a])],
    ['a line without end', 'x'.repeat(RECORD_MAX_BYTES + 10)],
  ])('%s is no journal, and is not touched', async (_title, content) => {
    writeFileSync(path, content);
    expect(await refusal(open)).toMatchObject({ kind: 'damaged', code: 'store/journal-damaged' });
    expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
  });

  test('a journal of a newer program is refused as such', async () => {
    const content = {
      atMs: 0,
      body: { format: 'signalwright-journal', version: 2 },
      prevHash: GENESIS_HASH,
      seq: 0,
    };
    writeFileSync(path, `${canonicalJson({ ...content, hash: sha256Hex(canonicalJson(content)) })}\n`);
    expect(await refusal(open)).toMatchObject({ kind: 'version', code: 'store/newer-version' });
  });
});

describe('what the machine refuses', () => {
  test.each<[title: string, at: () => string, code: StoreError['code']]>([
    ['a missing folder', () => join(folder, 'no/a.journal'), 'store/missing'],
    [
      'a path through a file',
      () => (writeFileSync(join(folder, 'f'), ''), join(folder, 'f/a')),
      'store/not-a-folder',
    ],
  ])('%s', async (_title, at, code) => {
    const where = at();
    const error = await refusal(() => open(where));
    expect(error).toMatchObject({ kind: 'environment', code });
    expect(error.message).not.toContain('\n');
  });

  test('a folder in its place, and the lock is given back', async () => {
    mkdirSync(path);
    expect(await refusal(open)).toMatchObject({ kind: 'environment', code: 'store/is-a-folder' });
    expect(readdirSync(folder)).toEqual(['applies.journal']);
  });

  test('a full disk: the refused record leaves no trace, the others stay, and room lets it go on', async (context) => {
    const small = join(folder, 'small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      return context.skip('needs the right to mount a tmpfs');
    }
    try {
      const full = join(small, 'a.journal');
      const journal = await open(full);
      writeFileSync(join(small, 'ballast'), Buffer.alloc(20_000));
      const kept: string[] = [];
      let error: StoreError | undefined;
      for (let index = 0; index < 200 && error === undefined; index += 1) {
        const body = `${index} ${'x'.repeat(1_000)}`;
        try {
          await journal.append(body);
          kept.push(body);
        } catch (caught) {
          error = caught as StoreError;
        }
      }
      expect(error).toMatchObject({ kind: 'environment', code: 'store/disk-full' });
      expect(error?.message).toBe(`Cannot write ${full}: no space is left on the disk.`);
      expect(kept.length).toBeGreaterThan(5);
      expect(bodies(full)).toEqual(kept);
      rmSync(join(small, 'ballast'));
      await journal.append('room again');
      await journal.close();
      expect(bodies(full)).toEqual([...kept, 'room again']);
      expect(verifyJournal(full).tornBytes).toBe(0);
    } finally {
      execFileSync('umount', [small]);
    }
    return undefined;
  });
});

test('after a kill -9 in the middle of appends, every acknowledged record is there, again and again', async () => {
  const script = `
    import { openJournal } from './src/index.ts';
    import { writeSync } from 'node:fs';
    const journal = await openJournal(${JSON.stringify(path)}, { clock: Date.now });
    for (let turn = 0; ; turn += 1) {
      await Promise.all([0, 1, 2].map(async (part) => {
        const body = { turn, part, padding: 'x'.repeat((turn * 37) % 9000) };
        const { seq, hash } = await journal.append(body);
        writeSync(1, seq + ' ' + hash + '\\n');
      }));
    }`;
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round += 1)
    acknowledged.push(...(await runAndKill(script, 40 + round * 30)));
  const kept = new Set(readJournal(path).records.map((record) => `${record.seq} ${record.hash}`));
  expect(acknowledged.length).toBeGreaterThan(100);
  expect(acknowledged.filter((line) => !kept.has(line))).toEqual([]);
  // The lock of the killed process is no obstacle.
  await (await open()).close();
}, 60_000);

/** Runs a script from the sources and kills it after some lines; gives the whole lines that it printed. */
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
