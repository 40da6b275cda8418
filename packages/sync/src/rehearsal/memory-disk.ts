/**
 * A disk in memory for one journal. What was written and not synced is lost at a kill, or a part of it survives, as
 * after a power cut; and it can be full. A name in its folder lasts once the folder was synced.
 */

import type { JournalDisk, JournalFile } from '@signalwright/store';

/** What a process meets on the disk. Syncs are counted: each write of a journal is followed by one. */
export interface DiskEvents {
  beforeWrite(sync: number): Promise<void>;
  /** Everything is written, and nothing of it durable. */
  beforeSync(sync: number): Promise<void>;
  afterSync(sync: number): Promise<void>;
  /** Why the disk refuses, if it does. */
  refuse(sync: number, verb: 'write' | 'sync'): DiskRefusal | undefined;
}

export interface DiskRefusal {
  readonly code: 'ENOSPC' | 'EIO';
  /** Share of a write that still fits. */
  readonly fits: number;
}

export class MemoryDisk {
  /** Undefined while there is no file. */
  #bytes: Buffer | undefined;
  #durable: Buffer | undefined;
  #isLocked = false;
  #syncs = 0;
  #crashes = 0;

  constructor(bytes?: Buffer) {
    this.#bytes = bytes;
    this.#durable = bytes;
  }

  /** What would be there after a power cut. */
  get durable(): Buffer | undefined {
    return this.#durable;
  }

  get syncs(): number {
    return this.#syncs;
  }

  /** Its process is gone. @param survives share of what was not synced, from 0 to 1 */
  crash(survives: number): void {
    const kept = this.#durable ?? Buffer.alloc(0);
    const unsynced = this.#bytes?.subarray(kept.length) ?? Buffer.alloc(0);
    const isCut = (this.#bytes?.length ?? 0) < kept.length;
    const left = unsynced.subarray(0, Math.floor(unsynced.length * survives));
    const bytes = isCut && survives > 0 ? this.#bytes : Buffer.concat([kept, left]);
    const isThere = this.#durable !== undefined || left.length > 0;
    this.#bytes = this.#durable = isThere ? bytes : undefined;
    this.#isLocked = false;
    this.#crashes += 1;
  }

  /** The disk as one process sees it. */
  attach(events: DiskEvents): JournalDisk {
    return {
      exists: () => this.#bytes !== undefined,
      lock: (path) => this.#lock(path),
      open: (path, isNew) => {
        if (isNew === (this.#bytes !== undefined)) throw new Error(`${path} is not as it was asked for.`);
        this.#bytes ??= Buffer.alloc(0);
        return Promise.resolve(this.#file(events));
      },
      pieces: () => [this.#bytes ?? Buffer.alloc(0)],
      syncFolder: () => undefined,
    };
  }

  #lock(path: string): ReturnType<JournalDisk['lock']> {
    if (this.#isLocked) throw new Error(`${path} is held.`);
    this.#isLocked = true;
    return {
      path,
      isHeld: () => this.#isLocked,
      release: () => void (this.#isLocked = false),
    };
  }

  #file(events: DiskEvents): JournalFile {
    const born = this.#crashes;
    /** What a process had begun side by side stops with it. */
    const alive = async (event: Promise<void>): Promise<void> => {
      await event;
      if (this.#crashes !== born) await new Promise(() => undefined);
    };
    return {
      stat: () => Promise.resolve({ size: this.#bytes?.length ?? 0 }),
      write: async (bytes, offset, length, position) => {
        await alive(events.beforeWrite(this.#syncs));
        const refusal = events.refuse(this.#syncs, 'write');
        const fits = Math.floor(length * (refusal?.fits ?? 1));
        const before = this.#bytes?.subarray(0, position) ?? Buffer.alloc(0);
        this.#bytes = Buffer.concat([before, bytes.subarray(offset, offset + fits)]);
        if (refusal !== undefined) throw systemError(refusal.code);
        return { bytesWritten: length };
      },
      truncate: async (bytes) => {
        await alive(Promise.resolve());
        this.#bytes = this.#bytes?.subarray(0, bytes);
      },
      datasync: async () => {
        const sync = this.#syncs;
        this.#syncs += 1;
        await alive(events.beforeSync(sync));
        const refusal = events.refuse(sync, 'sync');
        if (refusal !== undefined) throw systemError(refusal.code);
        this.#durable = this.#bytes;
        await alive(events.afterSync(sync));
      },
      close: () => Promise.resolve(),
    };
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: refused by the rehearsal`), {
    code,
  });
}
