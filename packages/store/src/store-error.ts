/**
 * What goes wrong with files and databases that nobody's code is to blame for: one clear line each, so that the
 * command line can say it and exit with 74 (`environment`, `damaged`, `version`) or 75 (`busy`).
 */

export type StoreErrorKind =
  /** Disk full, no permission, read-only, missing folder: the machine must change. */
  | 'environment'
  /** The file is damaged; it is left as it is. */
  | 'damaged'
  /** Written by a newer version of this program. */
  | 'version'
  /** Somebody else holds it, or it cannot take more right now. */
  | 'busy';

export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  /** Public: `store/disk-full`, `store/journal-damaged`, … */
  readonly code: string;
  /** The file or folder it is about. */
  readonly path: string;

  constructor(kind: StoreErrorKind, code: string, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
    this.code = code;
    this.path = path;
  }
}

const REASONS: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  ENOSPC: ['store/disk-full', 'no space is left on the device'],
  EDQUOT: ['store/disk-full', 'the disk quota is used up'],
  EACCES: ['store/no-permission', 'permission is denied'],
  EPERM: ['store/no-permission', 'the operation is not permitted'],
  EROFS: ['store/read-only', 'the file system is read-only'],
  ENOENT: ['store/missing', 'a file or folder on the way does not exist'],
  ENOTDIR: ['store/not-a-folder', 'a part of the path is not a folder'],
  EISDIR: ['store/is-a-folder', 'it is a folder'],
  EEXIST: ['store/not-a-folder', 'a file stands where a folder is needed'],
  EMFILE: ['store/too-many-files', 'too many files are open'],
  ENFILE: ['store/too-many-files', 'too many files are open on this machine'],
  EIO: ['store/io', 'the device reports an input or output error'],
};

/** The `code` of a Node or SQLite error, '' when there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** @param verb what was tried: `open`, `write`, `read`, `lock` */
export function fromSystemError(error: unknown, verb: string, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const found = systemCode(error);
  const [code, reason] = REASONS[found] ?? [
    'store/io',
    error instanceof Error ? error.message : String(error),
  ];
  return new StoreError('environment', code, path, `Cannot ${verb} ${path}: ${reason}.`, { cause: error });
}
