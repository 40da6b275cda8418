import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { acquireLock } from './lock.ts';
import { StoreError } from './store-error.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'journal.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function holder(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    pid: process.pid,
    host: hostname(),
    started: '',
    sinceMs: 0,
    serial: 0,
    ...fields,
  });
}

describe('a lock', () => {
  test('is one at a time, and free again after it is given back', () => {
    const lock = acquireLock(path, 0);
    expect(() => acquireLock(path, 0)).toThrow(StoreError);
    lock.release();
    lock.release();
    expect(existsSync(path)).toBe(false);
    acquireLock(path, 0).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is the same lock however its path is written', () => {
    const lock = acquireLock(path, 0);
    expect(() => acquireLock(join(folder, 'x/../journal.lock').replace('journal', './journal'), 0)).toThrow(
      StoreError,
    );
    expect(() => acquireLock(relative(process.cwd(), path), 0)).toThrow(StoreError);
    expect(lock.isHeld()).toBe(true);
    lock.release();
  });

  test('names its holder to who is refused', () => {
    const lock = acquireLock(path, 0);
    expect(() => acquireLock(path, 0)).toThrow(
      `${join(folder, 'journal')} is in use by process ${process.pid} on ${hostname()} (lock file ${path}).`,
    );
    lock.release();
  });

  test.each<[title: string, content: () => string]>([
    ['of a process that has ended', () => holder({ pid: deadPid() })],
    [
      'with our number, from before a restart of the machine',
      () => holder({ pid: process.pid, started: 'other-boot:1' }),
    ],
    [
      'of a number that now belongs to another process',
      () => holder({ pid: process.ppid, started: 'other-boot:1' }),
    ],
    ['that was never finished', () => '{"pid":'],
    ['that is empty', () => ''],
    ['that is something else', () => '[]'],
  ])('%s is taken over', (_title, content) => {
    writeFileSync(path, content());
    const lock = acquireLock(path, 0);
    expect(lock.isHeld()).toBe(true);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each<[title: string, content: () => string]>([
    ['of a living process', () => holder({ pid: process.ppid })],
    ['of another machine, where nobody can look', () => holder({ pid: 1, host: 'elsewhere.example' })],
  ])('%s is respected', (_title, content) => {
    writeFileSync(path, content());
    expect(() => acquireLock(path, 0)).toThrow(StoreError);
    expect(readFileSync(path, 'utf8')).toBe(content());
  });

  test('knows when somebody took the file away or put another in its place', () => {
    const removed = acquireLock(path, 0);
    rmSync(path);
    expect(removed.isHeld()).toBe(false);
    const next = acquireLock(path, 0);
    expect(removed.isHeld()).toBe(false);
    removed.release();
    expect(next.isHeld()).toBe(true);
    next.release();
  });

  test('in a missing folder is an error of the machine', () => {
    expect(() => acquireLock(join(folder, 'no/lock'), 0)).toThrow('does not exist');
  });

  test('of four processes that race for a stale lock, one at a time has it', async () => {
    writeFileSync(path, holder({ pid: deadPid() }));
    const script = `
      import { acquireLock } from './src/lock.ts';
      import { appendFileSync } from 'node:fs';
      for (let round = 0; round < 10; ) {
        try {
          const lock = acquireLock(${JSON.stringify(path)}, 0);
          appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'in ' + process.pid + '\\n');
          await new Promise((resolve) => setTimeout(resolve, 1));
          appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'out ' + process.pid + '\\n');
          lock.release();
          round += 1;
        } catch (error) {
          if (error.code !== 'store/locked') throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, Number(process.pid % 3)));
      }`;
    const codes = await Promise.all(Array.from({ length: 4 }, () => run(script)));
    expect(codes).toEqual(Array.from({ length: 4 }, () => 0));
    const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(4 * 10 * 2);
    for (let index = 0; index < lines.length; index += 2) {
      expect(lines[index + 1]).toBe(lines[index]?.replace('in', 'out'));
    }
  }, 60_000);
});

function run(script: string): Promise<number | null> {
  const flags = ['--conditions=signalwright-source', '--import', 'tsx', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, flags, { cwd: join(import.meta.dirname, '..'), stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', resolve));
}
