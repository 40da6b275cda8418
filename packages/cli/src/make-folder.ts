import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes the folder and those above it. Node's own recursive form never returns where a file system denies that the
 * parent exists (`/proc`), so each folder is tried once.
 *
 * @throws what the system says
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody was faster.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/**
 * Makes a folder for data of ours: for its owner alone, and with a `.gitignore`, since keys stand in it and it lies in
 * a repository.
 *
 * @throws what the system says
 */
export function makeDataFolder(path: string): void {
  makeFolder(path, 0o700);
  const ignore = join(path, '.gitignore');
  if (existsSync(ignore)) return;
  try {
    writeFileSync(ignore, '*\n');
  } catch (error) {
    // An empty one ignores nothing, and would never be written again.
    rmSync(ignore, { force: true });
    // The system does not say of what it speaks when the file is open already.
    throw error instanceof Error ? Object.assign(error, { path: ignore }) : error;
  }
}
