/**
 * Reads the files of a content folder. Only this folder of the room touches the disk.
 * Source: reliability T14: everything read must lie under the root after links are followed, and be a regular file.
 *
 * Without waiting: ten calls a file that each went through a queue would take longer than the check itself.
 */

import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '@signalwright/model';
import {
  CONFIG_FILE,
  FOLDERS,
  isContentFile,
  MAX_ENTRIES,
  MAX_FILES,
  MAX_FOLDER_LINKS,
  MAX_FOLDER_DEPTH,
  MAX_TOTAL_BYTES,
} from '../folders.ts';
import { decodeUtf8, MAX_FILE_BYTES } from '../parse/decode-utf8.ts';
import { isInside, readInside, type SharedFile } from './read-inside.ts';
import { TreeReport } from './tree-report.ts';

export interface ContentTree {
  /** Path relative to the root, with `/`, to text; sorted by path. */
  readonly files: ReadonlyMap<string, string>;
  /** About files that are there and could not be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Collects, never throws: what cannot be read is a diagnostic, since a file that is missing must not read as deleted. */
export function readTree(root: string): ContentTree {
  const reader = new TreeReader();
  reader.readRoot(root);
  const sorted = [...reader.files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { files: new Map(sorted), diagnostics: reader.report.diagnostics };
}

/** A folder on the way from the root: where it lies, and which folders it lies in. */
interface Folder {
  /** Relative to the root, with `/`; empty for the root. */
  readonly name: string;
  readonly realPath: string;
  readonly above: Folder | undefined;
}

/** An entry of a folder, links followed. */
interface Place {
  readonly name: string;
  readonly realPath: string;
  readonly isFolder: boolean;
}

const YAML = /\.ya?ml$/i;

class TreeReader {
  readonly files = new Map<string, string>();
  readonly report = new TreeReport();
  #root = '';
  #totalBytes = 0;
  #entries = 0;
  #folderLinks = 0;
  /** Files with several names: how many the file system counts, and which of them are ours. */
  readonly #shared = new Map<string, { readonly links: number; readonly names: string[] }>();

  readRoot(path: string): void {
    const realPath = this.#realPath(path, '.');
    if (realPath === undefined) return;
    this.#root = realPath;
    this.#readToward({ name: '', realPath, above: undefined }, [CONFIG_FILE, ...Object.values(FOLDERS)]);
    for (const { links, names } of this.#shared.values()) {
      if (links > names.length) this.report.hardLink(names[0] ?? '');
    }
  }

  /**
   * Above the content, reads only what leads to it. What differs by capitals alone would silently not be read, and is.
   *
   * @param wanted paths relative to `folder`
   */
  #readToward(folder: Folder, wanted: readonly string[]): void {
    const firsts = new Set(wanted.map((path) => path.split('/', 1)[0] ?? ''));
    for (const entry of this.#list(folder)) {
      const { name } = entry;
      if (firsts.has(name)) {
        const rests = wanted.filter((path) => path.startsWith(`${name}/`));
        this.#readOnTheWay(
          folder,
          entry,
          rests.map((path) => path.slice(name.length + 1)),
        );
      } else if (firsts.has(name.toLowerCase())) {
        this.report.wrongCase(nameIn(folder, name), nameIn(folder, name.toLowerCase()));
      } else if (folder.name !== '' && this.#looksLikeContent(folder, entry)) {
        this.report.notRead(nameIn(folder, name), [...firsts]);
      }
    }
  }

  #readOnTheWay(folder: Folder, entry: Dirent, rests: readonly string[]): void {
    const place = this.#placeOf(folder, entry);
    if (place === undefined) return;
    if (place.name === CONFIG_FILE) return this.#readFile(place);
    const below = this.#folderAt(folder, place);
    if (below === undefined) return;
    if (rests.length > 0) this.#readToward(below, rests);
    else this.#readFolder(below, 0);
  }

  #readFolder(folder: Folder, depth: number): void {
    if (depth > MAX_FOLDER_DEPTH)
      return this.report.tooMany(folder.name, `folders nest deeper than ${MAX_FOLDER_DEPTH} levels`);
    for (const entry of this.#list(folder)) {
      if (this.report.hasTooMany) return;
      const name = nameIn(folder, entry.name);
      this.#entries += 1;
      if (this.#entries > MAX_ENTRIES)
        return this.report.tooMany(name, `there are more than ${MAX_ENTRIES} entries`);
      if (this.report.hasHiddenName(name)) continue;
      const place = this.#placeOf(folder, entry);
      if (place?.isFolder === true) {
        if (entry.isSymbolicLink()) this.#folderLinks += 1;
        if (this.#folderLinks > MAX_FOLDER_LINKS)
          return this.report.tooMany(name, `more than ${MAX_FOLDER_LINKS} links lead to folders`);
        const below = this.#folderAt(folder, place);
        if (below !== undefined) this.#readFolder(below, depth + 1);
      } else if (place !== undefined) this.#readContent(place);
    }
  }

  /** A file of YAML, or a folder that holds one: in `rules/` somebody takes it for content. */
  #looksLikeContent(folder: Folder, entry: Dirent): boolean {
    const name = nameIn(folder, entry.name);
    if (entry.name.startsWith('.') || this.report.hasHiddenName(name)) return false;
    if (!entry.isDirectory()) return YAML.test(entry.name);
    const realPath = join(folder.realPath, entry.name);
    return this.#list({ name, realPath, above: folder }).some((below) => YAML.test(below.name));
  }

  #readContent(place: Place): void {
    const { name } = place;
    if (isContentFile(name)) return this.#readFile(place);
    const lower = name.replace(/\.[^.]*$/, (ending) => ending.toLowerCase());
    if (isContentFile(lower)) this.report.wrongCase(name, lower);
  }

  /** Sorted by name; empty, with a diagnostic, when the folder cannot be listed. */
  #list(folder: Folder): readonly Dirent[] {
    try {
      const entries = readdirSync(folder.realPath, { withFileTypes: true });
      return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.report.unreadable(folder.name === '' ? '.' : folder.name, error);
      return [];
    }
  }

  /** Undefined, with a diagnostic, for a link that leads nowhere or out of the root. */
  #placeOf(folder: Folder, entry: Dirent): Place | undefined {
    const name = nameIn(folder, entry.name);
    const path = join(folder.realPath, entry.name);
    if (!entry.isSymbolicLink()) return { name, realPath: path, isFolder: entry.isDirectory() };
    const realPath = this.#realPath(path, name);
    if (realPath === undefined) return undefined;
    if (isInside(realPath, this.#root)) return { name, realPath, isFolder: isFolder(realPath) };
    this.report.outside(name);
    return undefined;
  }

  /** Undefined, with a diagnostic, when the place is no folder, or one that it stands in itself. */
  #folderAt(folder: Folder, { name, realPath, isFolder }: Place): Folder | undefined {
    if (!isFolder) {
      this.report.notAFolder(name);
      return undefined;
    }
    for (let above: Folder | undefined = folder; above !== undefined; above = above.above) {
      if (above.realPath !== realPath) continue;
      this.report.unreadable(name, { code: 'ELOOP' });
      return undefined;
    }
    return { name, realPath, above: folder };
  }

  #readFile({ name, realPath }: Place): void {
    if (this.files.size >= MAX_FILES)
      return this.report.tooMany(name, `there are more than ${MAX_FILES} files`);
    try {
      const file = readInside(realPath, this.#root, MAX_FILE_BYTES);
      if (file.kind === 'outside') this.report.outside(name);
      else if (file.kind === 'not-a-file') this.report.notAFile(name);
      else if (file.kind === 'too-large') this.report.tooLarge(name, file.bytes);
      else this.#keep(name, file.bytes, file.shared);
    } catch (error) {
      this.report.unreadable(name, error);
    }
  }

  #keep(name: string, bytes: Uint8Array, shared: SharedFile | undefined): void {
    if (shared !== undefined) {
      const known = this.#shared.get(shared.id) ?? { links: shared.links, names: [] };
      known.names.push(name);
      this.#shared.set(shared.id, known);
    }
    this.#totalBytes += bytes.length;
    if (this.#totalBytes > MAX_TOTAL_BYTES)
      return this.report.tooMany(name, `the files have more than ${MAX_TOTAL_BYTES} bytes`);
    const decoded = decodeUtf8(bytes);
    if (decoded.ok) this.files.set(name, decoded.text);
    else this.report.notUtf8(name, bytes, decoded.offset);
  }

  #realPath(path: string, name: string): string | undefined {
    try {
      return realpathSync(path);
    } catch (error) {
      this.report.unreadable(name, error);
      return undefined;
    }
  }
}

function nameIn(folder: Folder, entry: string): string {
  return folder.name === '' ? entry : `${folder.name}/${entry}`;
}

function isFolder(realPath: string): boolean {
  return statSync(realPath, { throwIfNoEntry: false })?.isDirectory() === true;
}
