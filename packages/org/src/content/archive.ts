/** Many objects as one ZIP archive, with a file of text for each. */

import { strToU8, zipSync } from 'fflate';

import type { Answer } from '../http/route.ts';

const MAX_NAME_CHARACTERS = 100;

/** @param files path in the archive to text */
export function answerArchive(files: ReadonlyMap<string, string>): Answer {
  const bytes = Object.fromEntries([...files].map(([path, text]) => [path, strToU8(text)]));
  // Without the time of day, which is local time in an archive: the same objects are the same bytes.
  const body = zipSync(bytes, { mtime: new Date(1980, 0, 2) });
  return { kind: 'bytes', status: 200, contentType: 'application/zip', body };
}

/** A name is anybody's text, and an id may be: in a path it must not lead out of the folder. */
export function archivePath(name: unknown, id: string, extension: 'json' | 'tf'): string {
  const plain = (text: unknown): string =>
    typeof text === 'string' ? text.replaceAll(/[^A-Za-z0-9-]+/g, '_').slice(0, MAX_NAME_CHARACTERS) : '';
  return `${plain(name) || 'object'}_${plain(id)}.${extension}`;
}
