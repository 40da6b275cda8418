/** Writing to the journal in the middle of an apply: what cannot be made durable ends the apply. */

import type { SyncEntry } from './journal-entry.ts';
import type { SyncJournal } from './sync-journal.ts';

const REMEDY = 'Mend that and apply again: what became of the last call is found out first.';

/** Thrown by `record`, caught by `applyPlan` alone. */
export class JournalFailure extends Error {
  /** `intent`: the call was not made. Anything else: it was, and its outcome is not on record. */
  readonly entry: SyncEntry['kind'];

  constructor(entry: SyncEntry['kind'], cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The journal cannot be written: ${reason} ${REMEDY}`, { cause });
    this.entry = entry;
  }
}

export async function recordEntry(journal: SyncJournal, entry: SyncEntry): Promise<void> {
  try {
    await journal.append(entry);
  } catch (error) {
    throw new JournalFailure(entry.kind, error);
  }
}
