/** Writes the files of an import: whole or not at all each, and never over a file that was not read. */

import { randomBytes } from 'node:crypto';
import { linkSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { ImportedFile, ImportResult, RefusedPayload } from '@signalwright/content';
import { writeFileAtomic } from '@signalwright/store';
import { makeFolder } from './make-folder.ts';

/** @returns the result with what could not be written among the refused */
export function writeImported(root: string, result: ImportResult): ImportResult {
  const refused: RefusedPayload[] = [];
  const objects = result.objects.filter(({ files, where, name }) => {
    // What stands beside a file comes first: without it, the file itself would have an error.
    for (const file of files.toReversed()) {
      const reason = writeOne(root, file);
      if (reason === undefined) continue;
      refused.push({ where, name, reason });
      return false;
    }
    return true;
  });
  return { ...result, objects, refused: [...result.refused, ...refused] };
}

/** @returns why it was not written */
function writeOne(root: string, { file, status, text }: ImportedFile): string | undefined {
  if (status === 'unchanged') return undefined;
  const path = join(root, file);
  if (status === 'updated') {
    // Through a link to the file behind it, and with the permissions that it has.
    const target = realpathSync(path);
    writeFileAtomic(target, text, statSync(target).mode & 0o777);
    return undefined;
  }
  makeFolder(dirname(path));
  const folder = realpathSync(dirname(path));
  if (!`${folder}${sep}`.startsWith(`${realpathSync(root)}${sep}`))
    return `${dirname(file)} leads out of the content.`;
  return createFile(path, text) ? undefined : `${file} is there already, and was not read.`;
}

/** A name that is taken stays with who has it. */
function createFile(path: string, text: string): boolean {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  writeFileAtomic(draft, text, 0o666 & ~process.umask());
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
