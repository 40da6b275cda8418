/** What outlives the process: SQLite databases, hash-chained journals, atomic files, digests. */

export { compareSchema } from './compare-schema.ts';
export { syncFolder, writeFileAtomic } from './atomic-file.ts';
export { readBackup, writeBackup, type BackedUpFile, type Backup, type BackupPart } from './backup-file.ts';
export { CANONICAL_DEPTH_MAX, canonicalDigest, canonicalJson } from './canonical-json.ts';
export { BUSY_TIMEOUT_MS, openDatabase, type Database, type DatabaseOptions } from './database.ts';
export { GROUP_BATCH_MAX, GROUP_QUEUE_MAX } from './group-commit.ts';
export { JOURNAL_QUEUE_MAX, openJournal, type Journal, type JournalOptions } from './journal.ts';
export { SYSTEM_DISK, type JournalDisk, type JournalFile } from './journal-disk.ts';
export {
  readJournal,
  scanJournal,
  verifyJournal,
  type JournalContent,
  type JournalEnd,
} from './journal-read.ts';
export {
  GENESIS_HASH,
  RECORD_MAX_BYTES,
  parseHead,
  spellHead,
  type JournalHead,
  type JournalRecord,
} from './journal-record.ts';
export { isConstraintError, isStoreFailure, requireDriver, type SqlValue } from './libsql-driver.ts';
export { acquireLock, type Lock } from './lock.ts';
export { type Migration } from './migration.ts';
export { sha256Hex } from './sha256.ts';
export { parseStored } from './stored-json.ts';
export {
  fromSystemError,
  StoreError,
  type Damage,
  type StoreErrorCode,
  type StoreErrorKind,
} from './store-error.ts';
