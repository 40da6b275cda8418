/** What stands in the folder already: which file is whose, and which files nobody can read. */

import { KINDS, type ContentObject, type Kind } from '@signalwright/model';
import { ownershipMark } from '@signalwright/wire';
import { asWritten, decode, type WrittenObject } from '../decode/decode.ts';
import { baseName, isContentFile, kindOfFolder } from '../folders.ts';
import { originOf } from '../parse/origin.ts';
import { parseYaml } from '../parse/parse-yaml.ts';
import { validate } from '../schema/locate.ts';
import { sourceText } from '../source-text.ts';

export interface ExistingFile {
  readonly file: string;
  readonly text: string;
  readonly kind: Kind;
  readonly id: string;
  /** Undefined when the file has errors: then it is left alone. */
  readonly read?: { readonly written: WrittenObject; readonly object: ContentObject };
}

export class ExistingContent {
  readonly #byAddress = new Map<string, ExistingFile>();
  readonly #byMark = new Map<string, ExistingFile>();
  readonly #byRemoteId = new Map<string, ExistingFile>();
  readonly #paths: ReadonlySet<string>;

  /** @param files path to text */
  constructor(files: ReadonlyMap<string, string>, stack: string) {
    this.#paths = new Set(files.keys());
    for (const [file, text] of [...files].filter(([path]) => isContentFile(path))) {
      const existing = readContentFile(file, text);
      const address = `${existing.kind}/${existing.id}`;
      if (this.#byAddress.has(address)) continue;
      this.#byAddress.set(address, existing);
      if (existing.kind === 'notification-rule')
        this.#byMark.set(ownershipMark(stack, existing.id), existing);
      const object = existing.read?.object.object;
      const remoteId = object === undefined ? undefined : pinnedIdOf(object);
      if (remoteId !== undefined) this.#byRemoteId.set(`${existing.kind}/${remoteId}`, existing);
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

  hasPath(path: string): boolean {
    return this.#paths.has(path);
  }

  all(): readonly ExistingFile[] {
    return [...this.#byAddress.values()];
  }
}

/** Views have no remote objects; a rule that tunes one of Datadog's is pinned to it. */
function pinnedIdOf(object: ContentObject['object']): string | undefined {
  if (object.kind === 'saved-view') return undefined;
  return object.kind === 'detection-rule' ? (object.defaultRuleId ?? object.remoteId) : object.remoteId;
}

export function readContentFile(file: string, text: string): ExistingFile {
  const source = sourceText(file, text);
  const parsed = parseYaml(source);
  const folderKind = kindOfFolder(file) ?? 'detection-rule';
  if (!parsed.ok) return { file, text, kind: folderKind, id: baseName(file) };
  const { data } = parsed;
  const kind = KINDS.find((each) => each === data['kind']) ?? folderKind;
  const id = typeof data['id'] === 'string' ? data['id'] : baseName(file);
  const origin = originOf(source, parsed.root);
  if (validate(kind, data, origin).length > 0) return { file, text, kind, id };
  const written = asWritten(kind, data);
  return { file, text, kind, id, read: { written, object: decode(written, origin) } };
}
