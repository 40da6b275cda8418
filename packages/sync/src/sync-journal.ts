/** The journal of applies: an append resolves when it would survive a power cut. */

import { openJournal, type JournalHead, type JournalOptions } from '@signalwright/store';
import type { StoredEntry, SyncEntry } from './journal-entry.ts';

export interface SyncJournal {
  /** Every entry, oldest first, those of this process included. */
  entries(): readonly StoredEntry[];
  /** Rejects when the entry cannot be made durable: then no call may follow. */
  append(entry: SyncEntry): Promise<void>;
  close(): Promise<void>;
}

/** One in a file: its head can be published. */
export interface SyncJournalFile extends SyncJournal {
  /** The last record on the disk. */
  head(): JournalHead;
}

/** @throws StoreError when another process writes it, it is damaged, or the machine refuses */
export async function openSyncJournal(path: string, options: JournalOptions): Promise<SyncJournalFile> {
  const entries: StoredEntry[] = [];
  const journal = await openJournal(path, {
    ...options,
    onRecord: ({ atMs, body }) => entries.push({ atMs, body }),
  });
  return {
    entries: () => entries,
    append: async (entry) => {
      await journal.append(entry);
      entries.push({ atMs: options.clock(), body: entry });
    },
    head: () => journal.head(),
    close: () => journal.close(),
  };
}
