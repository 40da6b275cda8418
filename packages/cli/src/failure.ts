/** Expected failures of a command: one clear line and an exit code. Anything else is our own mistake. */

import { EXIT, type ExitCode } from './exit-codes.ts';

export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, hint?: string) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** The machine is to blame: port, permission, disk, network. */
export function environmentFailure(message: string, hint?: string): CommandFailure {
  return new CommandFailure(EXIT.environment, message, hint);
}

export function usageFailure(message: string, hint?: string): CommandFailure {
  return new CommandFailure(EXIT.usage, message, hint);
}

/**
 * Reads errors of lower rooms by their shape, so that the rooms need not be loaded to name them:
 * `kind` environment, damaged, version or busy of the store, or a system error code of Node.
 */
export function asCommandFailure(error: unknown): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error;
  if (!(error instanceof Error)) return undefined;
  const kind = 'kind' in error ? error.kind : undefined;
  if (kind === 'busy') return new CommandFailure(EXIT.busy, error.message, WAIT);
  if (kind === 'environment' || kind === 'damaged' || kind === 'version') {
    const isFull = 'code' in error && error.code === 'store/disk-full';
    return environmentFailure(error.message, isFull ? MAKE_ROOM : undefined);
  }
  const reason = 'code' in error ? SYSTEM_REASONS[String(error.code)] : undefined;
  if (reason === undefined) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
  const code = String('code' in error && error.code);
  return environmentFailure(`${path}${reason} (${code}).`, NO_ROOM.has(code) ? MAKE_ROOM : undefined);
}

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const WAIT = 'Another signalwright is at work there: wait until it has ended, or stop it.';
const MAKE_ROOM = 'Make room there, then run it again.';

/** What the system refuses, in words. */
const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EADDRINUSE: 'the address is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EBUSY: 'something else uses it',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'something stands there already',
  EFBIG: 'the file would be larger than the system allows',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'the path runs through too many links',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many files are open',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of the path is no folder',
  ENOTFOUND: 'there is no such host',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system is read-only',
  ETIMEDOUT: 'there was no answer in time',
};
