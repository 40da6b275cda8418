/** Where content stands in a repository. */

import type { Kind } from '@signalwright/model';

export const CONFIG_FILE = 'signalwright.yaml';

/** Folder of each kind, relative to the root. */
export const FOLDERS: Readonly<Record<Kind, string>> = {
  'detection-rule': 'rules/detection',
  'notification-rule': 'rules/notification',
  suppression: 'rules/suppression',
  'saved-view': 'views',
  workflow: 'workflows',
};

export const MAX_FILES = 50_000;
/** Files and folders that are looked at, content or not. */
export const MAX_ENTRIES = 200_000;
/** Links to folders that are followed: few of them can name the same folder very often. */
export const MAX_FOLDER_LINKS = 1_000;
/** Of all files together. */
export const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/** Folders inside each other below the root. */
export const MAX_FOLDER_DEPTH = 16;

export function isContentFile(path: string): boolean {
  return /\.ya?ml$/.test(path) && kindOfFolder(path) !== undefined;
}

/** The kind whose folder `path` stands in, at whatever depth. */
export function kindOfFolder(path: string): Kind | undefined {
  return (Object.keys(FOLDERS) as Kind[]).find((kind) => path.startsWith(`${FOLDERS[kind]}/`));
}

/** Name of the file without folders and ending: what the id should be. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}
