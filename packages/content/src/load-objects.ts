/** Files of content become objects, each by itself: what they say of each other is for `link`. */

import { KINDS, type ContentObject, type Diagnostic, type Kind, type Origin } from '@signalwright/model';
import { asWritten, decode } from './decode/decode.ts';
import { decodeTunedRule } from './decode/tuned-rule.ts';
import { diagnostic, quoted } from './diagnostic.ts';
import { FOLDERS, baseName, isContentFile, kindOfFolder } from './folders.ts';
import { checkRefused } from './link/check-refused.ts';
import type { LoadedObject } from './link/link.ts';
import { readYaml } from './parse/read-yaml.ts';
import { PinnedRules, isPinnedFile } from './pinned-rule.ts';
import { validate } from './schema/locate.ts';
import type { WrittenTunedRule } from './schema/written.ts';
import { sourceText } from './source-text.ts';
import { WorkflowLayouts, isLayoutFile } from './workflow-layout-file.ts';

export interface LoadedFile {
  readonly file: string;
  readonly loaded?: LoadedObject;
  /** What could be read of an object with errors. */
  readonly kind?: Kind;
  readonly id?: string;
}

export interface LoadedObjects {
  /** Sorted by file; bodies of tuned rules and layouts are taken in. */
  readonly files: readonly LoadedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** @param files path to text; what is not content is left alone */
export function loadObjects(files: ReadonlyMap<string, string>): LoadedObjects {
  const contentFiles = [...files.keys()].filter(isContentFile).toSorted();
  const diagnostics: Diagnostic[] = [];
  const pins = new PinnedRules();
  const layouts = new WorkflowLayouts();
  for (const file of contentFiles.filter(isPinnedFile)) pins.add(file, files.get(file) ?? '');
  for (const file of contentFiles.filter(isLayoutFile)) layouts.add(file, files.get(file) ?? '');
  const loaded = contentFiles
    .filter((file) => !isPinnedFile(file) && !isLayoutFile(file))
    .map((file): LoadedFile => {
      const result = loadFile(file, files.get(file) ?? '', pins);
      diagnostics.push(...result.diagnostics);
      const { loaded: object, kind, id } = result;
      if (object !== undefined) return { file, loaded: withLayout(object, layouts) };
      return { file, ...(kind !== undefined && { kind }), ...(id !== undefined && { id }) };
    });
  diagnostics.push(...pins.diagnostics, ...pins.orphans(), ...layouts.diagnostics, ...layouts.orphans());
  return { files: nameHandles(loaded), diagnostics };
}

/** Targets name a workflow by id, and compile to its handle. */
function nameHandles(files: readonly LoadedFile[]): readonly LoadedFile[] {
  const handles = new Map<string, string>();
  for (const { loaded } of files) {
    if (loaded?.object.kind === 'workflow') handles.set(loaded.object.object.id, loaded.object.object.handle);
  }
  return files.map((each) => {
    const authored = each.loaded?.object;
    if (each.loaded === undefined || authored?.kind !== 'notification-rule') return each;
    const targets = authored.object.targets.map((target) => {
      const handle = target.kind === 'workflow' ? handles.get(target.workflowId) : undefined;
      const isOther = target.kind === 'workflow' && handle !== undefined && handle !== target.workflowId;
      return isOther ? { ...target, handle } : target;
    });
    const object = { ...authored, object: { ...authored.object, targets } };
    return { ...each, loaded: { object, written: each.loaded.written } };
  });
}

function withLayout({ object, written }: LoadedObject, layouts: WorkflowLayouts): LoadedObject {
  return { object: object.kind === 'workflow' ? layouts.lay(object) : object, written };
}

interface ReadFile {
  readonly diagnostics: readonly Diagnostic[];
  readonly loaded?: LoadedObject;
  /** What could be read of an object with errors. */
  readonly kind?: Kind;
  readonly id?: string;
}

function loadFile(file: string, text: string, pins: PinnedRules): ReadFile {
  const source = sourceText(file, text);
  const parsed = readYaml(source);
  if (!parsed.ok) return { diagnostics: parsed.diagnostics };
  const { data, origin } = parsed;
  const folderKind = kindOfFolder(file) ?? 'detection-rule';
  const written = KINDS.find((kind) => kind === data['kind']);
  const kind = written ?? folderKind;
  const id = typeof data['id'] === 'string' ? { id: data['id'] } : {};
  const isTuned = kind === 'detection-rule' && data['default'] !== undefined;
  const problems = validate(isTuned ? 'default-rule' : kind, data, origin);
  if (problems.length > 0) {
    if (isTuned && typeof data['id'] === 'string') pins.take(data['id']);
    const texts = checkRefused(kind, data, origin);
    return { diagnostics: [...parsed.warnings, ...problems, ...texts], kind, ...id };
  }
  if (isTuned) {
    const tuned = loadTuned(data as unknown as WrittenTunedRule, origin, pins);
    return {
      diagnostics: [
        ...parsed.warnings,
        ...tuned.diagnostics,
        ...(tuned.loaded === undefined ? [] : placeDiagnostics(tuned.loaded.object, folderKind)),
      ],
      ...(tuned.loaded !== undefined && { loaded: tuned.loaded }),
      kind,
      ...id,
    };
  }
  const asKind = asWritten(kind, data);
  const object = decode(asKind, origin);
  return {
    diagnostics: [...parsed.warnings, ...placeDiagnostics(object, folderKind)],
    loaded: { object, written: asKind },
  };
}

function loadTuned(written: WrittenTunedRule, origin: Origin, pins: PinnedRules): ReadFile {
  const body = pins.take(written.id);
  if (body === 'broken') return { diagnostics: [] };
  if (body === undefined) {
    const message = `The body of ${quoted(written.default)} is not pinned beside this file.`;
    return {
      diagnostics: [
        diagnostic('tuning/no-body', origin.rangeOf(['default']), message, {
          hint: `Import the rule: ${written.id}.upstream.yaml holds what Datadog wrote.`,
        }),
      ],
    };
  }
  return { diagnostics: [], loaded: { object: decodeTunedRule(written, body.rule, origin), written } };
}

/** The id is the identity; the file name and folder are only hints, so a difference is a warning. */
function placeDiagnostics(object: ContentObject, folderKind: Kind): readonly Diagnostic[] {
  const { kind, origin } = object;
  const { id } = object.object;
  const diagnostics: Diagnostic[] = [];
  if (kind !== folderKind) {
    const message = `This is a ${kind}, and the folder is that of a ${folderKind}.`;
    diagnostics.push(
      diagnostic('file/wrong-folder', origin.rangeOf(['kind']), message, {
        hint: `Move it to ${FOLDERS[kind]}/.`,
      }),
    );
  }
  if (baseName(origin.file) !== id) {
    const message = `The file is called ${quoted(baseName(origin.file))}, and the id is ${quoted(id)}.`;
    diagnostics.push(
      diagnostic('file/name-differs', origin.rangeOf(['id']), message, {
        hint: `Rename the file to ${id}.yaml; an id never changes.`,
      }),
    );
  }
  return diagnostics;
}
