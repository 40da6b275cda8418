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
  if (kind === 'busy') return new CommandFailure(EXIT.busy, error.message);
  if (kind === 'environment' || kind === 'damaged' || kind === 'version')
    return environmentFailure(error.message);
  const code = 'code' in error ? String(error.code) : '';
  return SYSTEM_CODES.has(code) ? environmentFailure(error.message) : undefined;
}

const SYSTEM_CODES: ReadonlySet<string> = new Set([
  'EACCES',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'ECONNREFUSED',
  'ECONNRESET',
  'EDQUOT',
  'EIO',
  'EISDIR',
  'EMFILE',
  'ENFILE',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'ENOTFOUND',
  'EPERM',
  'EROFS',
  'ETIMEDOUT',
]);
