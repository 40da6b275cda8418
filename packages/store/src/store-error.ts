/**
 * What the disk can refuse, and nobody's code is to blame for. One class, thrown, because every caller does
 * the same with it: stop, print the one line, exit with the code of its kind (busy 75, the others 74).
 */

export type StoreErrorKind =
  /** The machine says no: disk full, no permission, a missing folder, a failing disk. */
  | 'environment'
  /** The bytes are not what was written; they are left as they are. */
  | 'damaged'
  /** Written by a newer version of this program. */
  | 'version'
  /** Another process holds it, or it cannot take more right now. */
  | 'busy';

/** Public: a script may test for one. */
export type StoreErrorCode =
  | 'store/disk-full'
  | 'store/no-permission'
  | 'store/read-only'
  | 'store/missing'
  | 'store/not-a-folder'
  | 'store/is-a-folder'
  | 'store/symbolic-link'
  | 'store/too-many-files'
  | 'store/io'
  | 'store/locked'
  | 'store/queue-full'
  | 'store/database-damaged'
  | 'store/data-lost'
  | 'store/file-damaged'
  | 'store/journal-damaged'
  | 'store/journal-changed'
  | 'store/newer-version'
  | 'store/migration-changed'
  | 'store/driver-missing';

/** Where a damaged journal stops being trustworthy. */
export interface Damage {
  /** Number of the first record that cannot be trusted. */
  readonly seq: number;
  /** Byte offset where that record starts. */
  readonly offset: number;
}

/** `message` is one line for people and names the path. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;
  readonly code: StoreErrorCode;
  /** The file or folder it is about. */
  readonly path: string;
  readonly damage: Damage | undefined;

  constructor(
    kind: StoreErrorKind,
    code: StoreErrorCode,
    path: string,
    message: string,
    details: { readonly cause?: unknown; readonly damage?: Damage } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.code = code;
    this.path = path;
    this.damage = details.damage;
  }
}

const REFUSALS: Readonly<Record<string, readonly [code: StoreErrorCode, reason: string]>> = {
  ENOSPC: ['store/disk-full', 'no space is left on the disk'],
  EDQUOT: ['store/disk-full', 'the disk quota is used up'],
  EFBIG: ['store/disk-full', 'the file would be larger than the system allows'],
  EACCES: ['store/no-permission', 'permission is denied'],
  EPERM: ['store/no-permission', 'the operation is not permitted'],
  EROFS: ['store/read-only', 'the file system is read-only'],
  ENOENT: ['store/missing', 'a file or folder on the way does not exist'],
  ENOTDIR: ['store/not-a-folder', 'a part of the path is not a folder'],
  EEXIST: ['store/not-a-folder', 'a file stands where a folder is needed'],
  EISDIR: ['store/is-a-folder', 'it is a folder'],
  ELOOP: ['store/symbolic-link', 'the path runs through too many symbolic links'],
  EMFILE: ['store/too-many-files', 'too many files are open'],
  ENFILE: ['store/too-many-files', 'too many files are open on this machine'],
  EIO: ['store/io', 'the disk reports an error'],
};

/**
 * A system error as a StoreError. What is not a system error comes back unchanged: it is a mistake of ours
 * and must not read as a full disk.
 *
 * @param verb what was tried: `open`, `write`, `read`, `lock`
 */
export function fromSystemError(error: unknown, verb: string, path: string): unknown {
  const refusal = REFUSALS[systemCode(error)];
  if (error instanceof StoreError || refusal === undefined) return error;
  const [code, reason] = refusal;
  return new StoreError('environment', code, path, `Cannot ${verb} ${path}: ${reason}.`, { cause: error });
}

/** The `code` of a Node or SQLite error, '' when there is none. */
export function systemCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
