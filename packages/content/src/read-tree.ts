/**
 * Reads the files of a content folder. The only file of this room that touches the disk.
 * Source: reliability T14: everything read must lie under the root after links are followed, and be a regular file.
 */

import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Diagnostic } from '@signalwright/model';
import { diagnostic } from './diagnostic.ts';
import {
  CONFIG_FILE,
  FOLDERS,
  isContentFile,
  MAX_FILES,
  MAX_FOLDER_DEPTH,
  MAX_TOTAL_BYTES,
} from './folders.ts';
import { decodeUtf8, MAX_FILE_BYTES } from './parse/decode-utf8.ts';
import { sourceText, startOfFile } from './source-text.ts';

export interface ContentTree {
  /** Path relative to the root, with `/`, to text; sorted by path. */
  readonly files: ReadonlyMap<string, string>;
  /** About files that are there and could not be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Collects, never throws: what cannot be read is a diagnostic, since a file that is missing must not read as deleted. */
export async function readTree(root: string): Promise<ContentTree> {
  const reader = new TreeReader();
  const realRoot = await reader.follow(root, '.');
  if (realRoot !== undefined) await reader.readRoot(realRoot);
  const sorted = [...reader.files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { files: new Map(sorted), diagnostics: reader.diagnostics };
}

class TreeReader {
  readonly files = new Map<string, string>();
  readonly diagnostics: Diagnostic[] = [];
  #root = '';
  #hasTooMany = false;
  #totalBytes = 0;

  async follow(path: string, shown: string): Promise<string | undefined> {
    try {
      return await realpath(path);
    } catch (error) {
      this.#unreadable(shown, error);
      return undefined;
    }
  }

  async readRoot(realRoot: string): Promise<void> {
    this.#root = realRoot;
    await this.#readIfThere(CONFIG_FILE);
    for (const folder of Object.values(FOLDERS)) await this.#readFolder(folder, 0);
  }

  /** A folder that is not there is no diagnostic; one that is there and cannot be listed is. */
  async #readFolder(folder: string, depth: number): Promise<void> {
    const path = await this.#inside(folder);
    if (path === undefined) return;
    if (depth > MAX_FOLDER_DEPTH)
      return this.#tooMany(folder, `folders nest deeper than ${MAX_FOLDER_DEPTH} levels`);
    try {
      const entries = await readdir(path, { withFileTypes: true });
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        const name = `${folder}/${entry.name}`;
        if (this.#hasTooMany) return;
        if (entry.isDirectory()) await this.#readFolder(name, depth + 1);
        else if (entry.isSymbolicLink()) await this.#readLink(name, depth);
        else if (isContentFile(name)) await this.#readFile(name);
      }
    } catch (error) {
      this.#unreadable(folder, error);
    }
  }

  async #readLink(name: string, depth: number): Promise<void> {
    const path = await this.#inside(name);
    if (path === undefined) return;
    const info = await stat(path);
    if (info.isDirectory()) return this.#readFolder(name, depth + 1);
    if (isContentFile(name)) await this.#readFile(name);
  }

  async #readIfThere(name: string): Promise<void> {
    const path = await this.#inside(name);
    if (path !== undefined) await this.#readFile(name);
  }

  /** The real path of `name`, or undefined when it does not exist or leads out of the root. */
  async #inside(name: string): Promise<string | undefined> {
    try {
      const path = await realpath(join(this.#root, name));
      const way = relative(this.#root, path);
      if (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep)) return path;
      this.diagnostics.push(
        diagnostic('file/outside-root', startOfFile(name), 'The link leads out of the content folder.', {
          hint: 'Put the file itself here; nothing outside the folder is read.',
        }),
      );
    } catch (error) {
      // A link that leads nowhere is a mistake; a folder or file that is not there is not.
      if (errorCode(error) !== 'ENOENT' || (await isDanglingLink(join(this.#root, name)))) {
        this.#unreadable(name, error);
      }
    }
    return undefined;
  }

  async #readFile(name: string): Promise<void> {
    if (this.files.size >= MAX_FILES) return this.#tooMany(name, `there are more than ${MAX_FILES} files`);
    const path = await this.#inside(name);
    if (path === undefined) return;
    try {
      // Not to wait for the writer of a FIFO, and not to follow a link put there since the path was resolved.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
      try {
        const info = await file.stat();
        if (!info.isFile()) {
          this.diagnostics.push(
            diagnostic('file/not-a-file', startOfFile(name), 'This is not a regular file.'),
          );
        } else if (info.size > MAX_FILE_BYTES) {
          this.#tooLarge(name, info.size);
        } else {
          const bytes = await readUpTo(file, info.size + 1);
          // A file that grew since its size was asked for is read again, up to the limit.
          this.#decode(name, bytes.length <= info.size ? bytes : await readUpTo(file, MAX_FILE_BYTES + 1));
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      this.#unreadable(name, error);
    }
  }

  #decode(name: string, bytes: Uint8Array): void {
    if (bytes.length > MAX_FILE_BYTES) return this.#tooLarge(name, bytes.length);
    this.#totalBytes += bytes.length;
    if (this.#totalBytes > MAX_TOTAL_BYTES)
      return this.#tooMany(name, `the files have more than ${MAX_TOTAL_BYTES} bytes`);
    const decoded = decodeUtf8(bytes);
    if (decoded.ok) {
      this.files.set(name, decoded.text);
      return;
    }
    const good = new TextDecoder().decode(bytes.subarray(0, decoded.offset));
    const byte = `0x${(bytes[decoded.offset] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
    const range = sourceText(name, good).rangeAt(good.length, good.length);
    this.diagnostics.push(
      diagnostic('text/not-utf8', range, `The byte ${byte} (number ${decoded.offset}) is not UTF-8.`, {
        hint: 'Save the file as UTF-8.',
      }),
    );
  }

  #tooLarge(name: string, bytes: number): void {
    const message = `The file has ${bytes} bytes; at most ${MAX_FILE_BYTES} are read.`;
    this.diagnostics.push(
      diagnostic('file/too-large', startOfFile(name), message, { hint: 'One file holds one object.' }),
    );
  }

  #tooMany(name: string, why: string): void {
    if (this.#hasTooMany) return;
    this.#hasTooMany = true;
    this.diagnostics.push(diagnostic('file/too-many', startOfFile(name), `Reading stopped here: ${why}.`));
  }

  #unreadable(name: string, error: unknown): void {
    const message = `The file or folder cannot be read (${errorCode(error)}).`;
    this.diagnostics.push(
      diagnostic('file/unreadable', startOfFile(name), message, { hint: HINTS[errorCode(error)] }),
    );
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'It does not exist.',
  EACCES: 'This user may not read it.',
  EPERM: 'This user may not read it.',
  ELOOP: 'Links lead in a circle.',
  ENOTDIR: 'A part of its path is a file.',
};

function errorCode(error: unknown): string {
  return String((error as { readonly code?: unknown }).code ?? 'unknown error');
}

async function isDanglingLink(path: string): Promise<boolean> {
  try {
    const parent = await readdir(join(path, '..'), { withFileTypes: true });
    return parent.some((entry) => entry.isSymbolicLink() && path.endsWith(`${sep}${entry.name}`));
  } catch {
    return false;
  }
}

/** The file may grow while it is read; the limit holds all the same. */
async function readUpTo(file: Awaited<ReturnType<typeof open>>, limit: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const { bytesRead } = await file.read(bytes, length, limit - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
