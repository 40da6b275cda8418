/** What stands in the folder already: which file is whose, and which files nobody can read. */

import type { ContentObject, Kind } from '@signalwright/model';
import { ownershipMark } from '@signalwright/wire';
import { baseName, kindOfFolder } from '../folders.ts';
import type { LoadedObject } from '../link/link.ts';
import { loadObjects } from '../load-objects.ts';

export interface ExistingFile {
  readonly file: string;
  readonly text: string;
  readonly kind: Kind;
  readonly id: string;
  /** Undefined when the file has errors: then it is left alone. */
  readonly read?: LoadedObject;
}

export class ExistingContent {
  readonly #byAddress = new Map<string, ExistingFile>();
  readonly #byMark = new Map<string, ExistingFile>();
  readonly #byRemoteId = new Map<string, ExistingFile>();
  readonly #files: ReadonlyMap<string, string>;

  /** @param files path to text */
  constructor(files: ReadonlyMap<string, string>, stack: string) {
    this.#files = files;
    for (const { file, loaded, kind, id } of loadObjects(files).files) {
      const existing: ExistingFile = {
        file,
        text: files.get(file) ?? '',
        kind: loaded?.object.kind ?? kind ?? kindOfFolder(file) ?? 'detection-rule',
        id: loaded?.object.object.id ?? id ?? baseName(file),
        ...(loaded !== undefined && { read: loaded }),
      };
      const address = `${existing.kind}/${existing.id}`;
      if (this.#byAddress.has(address)) continue;
      this.#byAddress.set(address, existing);
      if (existing.kind === 'notification-rule')
        this.#byMark.set(ownershipMark(stack, existing.id), existing);
      const pin = loaded === undefined ? undefined : pinnedIdOf(loaded.object.object);
      if (pin !== undefined) this.#byRemoteId.set(`${existing.kind}/${pin}`, existing);
    }
  }

  /** The file of an object, readable or not. */
  find(kind: Kind, id: string): ExistingFile | undefined {
    return this.#byAddress.get(`${kind}/${id}`);
  }

  findByMark(mark: string): ExistingFile | undefined {
    return this.#byMark.get(mark);
  }

  findByRemoteId(kind: Kind, remoteId: string): ExistingFile | undefined {
    return this.#byRemoteId.get(`${kind}/${remoteId}`);
  }

  textOf(path: string): string | undefined {
    return this.#files.get(path);
  }

  all(): readonly ExistingFile[] {
    return [...this.#byAddress.values()];
  }
}

/** The remote object that a file says it came from; views have none. */
export function pinnedIdOf(object: ContentObject['object']): string | undefined {
  if (object.kind === 'saved-view') return undefined;
  return object.kind === 'detection-rule' ? (object.tunes?.ruleId ?? object.remoteId) : object.remoteId;
}
