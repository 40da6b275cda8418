/**
 * One writer at a time: a lock file that names its process. A lock whose process is gone is taken over,
 * so a kill -9 never needs a person. The file is only trusted on the machine that wrote it.
 */

import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';

import { removeLeftover } from './atomic-file.ts';
import { fromSystemError, StoreError, systemCode } from './store-error.ts';

/** Attempts before giving up when other processes keep taking and leaving the lock. */
const ATTEMPTS_MAX = 20;

export interface Lock {
  readonly path: string;
  /** Whether the file is still ours: false after somebody removed or replaced it. */
  readonly isHeld: () => boolean;
  /** Gives the lock back; calling it again does nothing. */
  readonly release: () => void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** What tells two processes with one number apart: their start, where the system says it. */
  readonly started: string;
  readonly sinceMs: number;
  /** Tells the locks of one process apart. */
  readonly serial: number;
}

let taken = 0;

/**
 * Takes the lock at `path` (by custom the guarded file's path with `.lock`).
 *
 * @param nowMs the caller's clock; written down for people, never compared
 * @throws StoreError kind 'busy' while a living process holds it
 */
export function acquireLock(path: string, nowMs: number): Lock {
  taken += 1;
  const own = `${path}.${process.pid}.${taken}`;
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    sinceMs: nowMs,
    serial: taken,
  };
  try {
    // Kept open while the lock is held: an open file's inode number is never given to another file.
    const file = openSync(own, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(holder)}\n`);
      takeName(own, path);
    } catch (error) {
      closeSync(file);
      throw error;
    }
    held.add(holder.serial);
    return lockOf(path, file, holder.serial);
  } catch (error) {
    throw error instanceof StoreError ? error : fromSystemError(error, 'lock', path);
  } finally {
    removeLeftover(own);
  }
}

/** Locks that this process holds: another one with our number in it is a leftover. */
const held = new Set<number>();

/** Linking is atomic: of two processes exactly one gets the name. */
function takeName(own: string, path: string): void {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    try {
      linkSync(own, path);
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const found = readIfThere(path);
    if (found === undefined) continue;
    if (isAlive(found)) throw busy(path, found);
    removeStale(path, own, found);
  }
  throw busy(path, readIfThere(path) ?? '');
}

/**
 * Renaming takes the very file away that lies there now. If that is no longer the stale one, another
 * process was faster and its lock is put back.
 */
function removeStale(path: string, own: string, stale: string): void {
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
    if (readIfThere(aside) !== stale) linkSync(aside, path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EEXIST') throw error;
  } finally {
    removeLeftover(aside);
  }
}

function lockOf(path: string, file: number, serial: number): Lock {
  const inode = fstatSync(file).ino;
  let released = false;
  const isHeld = (): boolean => {
    if (released) return false;
    try {
      return statSync(path).ino === inode;
    } catch {
      return false;
    }
  };
  return {
    path,
    isHeld,
    release: () => {
      if (released) return;
      if (isHeld()) removeLeftover(path);
      released = true;
      held.delete(serial);
      closeSync(file);
    },
  };
}

function busy(path: string, text: string): StoreError {
  const holder = holderOf(text);
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  const guarded = path.replace(/\.lock$/, '');
  return new StoreError(
    'busy',
    'store/locked',
    guarded,
    `${guarded} is in use by ${who} (lock file ${path}).`,
  );
}

function isAlive(text: string): boolean {
  const holder = holderOf(text);
  // Half a lock file is left by a crash; a whole one appears at once, by linking.
  if (holder === undefined) return false;
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return held.has(holder.serial) && holder.started === startOf(process.pid);
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return started === '' || holder.started === '' || started === holder.started;
}

function holderOf(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    Number.isSafeInteger(value.pid) &&
    'host' in value &&
    typeof value.host === 'string' &&
    'started' in value &&
    typeof value.started === 'string' &&
    'serial' in value &&
    typeof value.serial === 'number'
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Boot id and start time of a process, from /proc; '' where there is none. Numbers of processes are used again. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in parentheses and may hold anything; field 22 is counted after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}:${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}
