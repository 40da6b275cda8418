/** The content files of a revision, before they are read. */

import { CONFIG_FILE, FOLDERS, MAX_FILES, MAX_FILE_BYTES } from '@signalwright/content';

export interface TreeEntry {
  /** Relative to the content folder, with `/`. */
  readonly path: string;
  /** Object id of the blob. */
  readonly blob: string;
  readonly bytes: number;
}

export interface ContentTree {
  readonly entries: readonly TreeEntry[];
  /** Paths that are there and are not read: links, modules, files that are too large. */
  readonly skipped: readonly string[];
}

export interface RawEntry {
  readonly mode: string;
  readonly blob: string;
  readonly bytes: number;
  /** From the root of the repository. */
  readonly path: string;
}

const REGULAR_MODES = new Set(['100644', '100755']);
export const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Of all entries those that are content. What is neither a plain file nor small enough is named, so that it
 * never reads as deleted.
 *
 * @param prefix folder of the content in the repository: empty, or with a `/` at its end
 */
export function selectContent(raw: Iterable<RawEntry>, prefix: string): ContentTree {
  const entries: TreeEntry[] = [];
  const skipped: string[] = [];
  for (const { mode, blob, bytes, path: full } of raw) {
    if (!full.startsWith(prefix)) continue;
    const path = full.slice(prefix.length);
    if (!isContentPath(path)) continue;
    const isReadable = REGULAR_MODES.has(mode) && OBJECT_ID.test(blob) && bytes <= MAX_FILE_BYTES;
    if (isReadable && entries.length < MAX_FILES) entries.push({ path, blob, bytes });
    else skipped.push(path);
  }
  return { entries, skipped };
}

/**
 * YAML files that are not content and lie in no project of their own: where an object may lie that only seems to be
 * gone, since a folder was renamed or moved.
 *
 * @param prefix folder of the content in the repository: empty, or with a `/` at its end
 */
export function selectOtherYaml(raw: readonly RawEntry[], prefix: string): ContentTree {
  const projects = raw
    .map(({ path }) => path)
    .filter((path) => path === CONFIG_FILE || path.endsWith(`/${CONFIG_FILE}`))
    .map((path) => path.slice(0, -CONFIG_FILE.length))
    .filter((folder) => folder !== prefix);
  const entries: TreeEntry[] = [];
  const skipped: string[] = [];
  for (const { mode, blob, bytes, path } of raw) {
    if (!/\.ya?ml$/i.test(path)) continue;
    if (path.startsWith(prefix) && isContentPath(path.slice(prefix.length))) continue;
    if (projects.some((folder) => folder.length > 0 && path.startsWith(folder))) continue;
    const isReadable = REGULAR_MODES.has(mode) && OBJECT_ID.test(blob) && bytes <= MAX_FILE_BYTES;
    if (isReadable && entries.length < MAX_FILES) entries.push({ path, blob, bytes });
    else skipped.push(path);
  }
  return { entries, skipped };
}

function isContentPath(path: string): boolean {
  if (path === CONFIG_FILE) return true;
  return /\.ya?ml$/.test(path) && Object.values(FOLDERS).some((folder) => path.startsWith(`${folder}/`));
}
