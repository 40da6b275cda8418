/** The files of a commit as texts, from the local repository, and from elsewhere what it lacks. */

import type { ContentTree } from './git/tree-entry.ts';

export interface RevisionFiles {
  /** Path relative to the content folder, to text. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that are there and were not read: a link, too large, not UTF-8. */
  readonly skipped: readonly string[];
}

/** Gives the bytes of blobs by object id; those that it does not have are left out. */
export type BlobSource = (ids: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>;

/** Asks the sources in order, each for what is still missing. */
export async function readRevision(
  tree: ContentTree,
  sources: readonly BlobSource[],
): Promise<RevisionFiles> {
  const found = new Map<string, Uint8Array>();
  for (const source of sources) {
    const missing = tree.entries.map(({ blob }) => blob).filter((blob) => !found.has(blob));
    if (missing.length === 0) break;
    for (const [id, bytes] of await source([...new Set(missing)])) found.set(id, bytes);
  }
  const files = new Map<string, string>();
  const skipped = [...tree.skipped];
  for (const { path, blob } of tree.entries) {
    const text = decode(found.get(blob));
    if (text === undefined) skipped.push(path);
    else files.set(path, text);
  }
  return { files, skipped };
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    // A byte order mark stays: content has a finding for it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
