import { existsSync, realpathSync, statSync } from 'node:fs';
import { writeFileAtomic } from '@signalwright/store';

/** Written whole or not at all; through a link to the file behind it, and with the permissions that it has. */
export function replaceFile(path: string, text: string): void {
  if (!existsSync(path)) return writeFileAtomic(path, text, 0o644);
  const target = realpathSync(path);
  writeFileAtomic(target, text, statSync(target).mode & 0o777);
}
