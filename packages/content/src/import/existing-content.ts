/** What stands in the folder already: which file is whose, and which files nobody can read. */

import type { ContentObject, Kind } from '@signalwright/model';
import { ownershipMark } from '@signalwright/wire';
import { CONFIG_FILE, baseName } from '../folders.ts';
import type { LoadedObject } from '../link/content-entry.ts';
import { environmentView } from '../environment/environments.ts';
import { readConfigFile } from '../load/config-file.ts';
import { readContentTree } from '../load/content-tree.ts';
import { ParsedTexts } from '../link/parsed-texts.ts';
import { loadObjects, readObjects } from '../load/read-objects.ts';

export interface ExistingFile {
  readonly file: string;
  readonly text: string;
  readonly kind: Kind;
  readonly id: string;
  /** As the environment has it; undefined when the file has errors: then it is left alone. */
  readonly read?: LoadedObject;
  /** Whether the file alone does not say what the object is: it has variables, or is overridden. */
  readonly isVaried: boolean;
}

export class ExistingContent {
  readonly #byAddress = new Map<string, ExistingFile>();
  readonly #byMark = new Map<string, ExistingFile>();
  readonly #byRemoteId = new Map<string, ExistingFile>();
  readonly #files: ReadonlyMap<string, string>;

  /**
   * @param files path to text
   * @param environment whose variables and overrides hold; the default one when left out
   */
  constructor(files: ReadonlyMap<string, string>, stack: string, environment: string | undefined) {
    this.#files = files;
    const config = readConfigFile(files.get(CONFIG_FILE), []).read;
    const tree = readContentTree(files, { config: undefined, readDiagnostics: [], manifest: undefined });
    const objects = readObjects(tree, environmentView(config, environment), new ParsedTexts());
    const loaded = loadObjects(objects, tree.layouts);
    for (const { file, folderKind, written } of tree.contents) {
      const read = loaded.get(file);
      const existing: ExistingFile = {
        file,
        text: files.get(file) ?? '',
        kind: read?.object.kind ?? written?.kind ?? folderKind,
        id: read?.object.object.id ?? written?.id ?? baseName(file),
        ...(read !== undefined && { read }),
        isVaried: objects.reads.get(file)?.isVaried === true,
      };
      const address = `${existing.kind}/${existing.id}`;
      if (this.#byAddress.has(address)) continue;
      this.#byAddress.set(address, existing);
      if (existing.kind === 'notification-rule')
        this.#byMark.set(ownershipMark(stack, existing.id), existing);
      const pin = read === undefined ? writtenPin(existing.text) : pinnedIdOf(read.object.object);
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

/** What a file with errors came from: nobody must have it a second time because the first cannot be read. */
function writtenPin(text: string): string | undefined {
  return /^(?:remoteId|default): *(['"]?)([A-Za-z0-9_-]{1,100})\1[ \t]*(?:#.*)?\r?$/m.exec(text)?.[2];
}

/** The remote object that a file says it came from; views have none. */
export function pinnedIdOf(object: ContentObject['object']): string | undefined {
  if (object.kind === 'saved-view') return undefined;
  return object.kind === 'detection-rule' ? (object.tunes?.ruleId ?? object.remoteId) : object.remoteId;
}
