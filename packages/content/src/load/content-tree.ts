/** The files of a folder, each read as YAML at most once, before any environment has its say. */

import type { ActionManifest, Diagnostic, ProjectConfig } from '@signalwright/model';
import { isContentFile } from '../folders.ts';
import { isPinnedFile, PinnedRules } from '../pinned-rule.ts';
import { isLayoutFile, WorkflowLayouts } from '../workflow-layout-file.ts';
import { NOTHING_KEPT, type CheckCache } from './check-cache.ts';
import { contentFile, type ContentFile } from './content-file.ts';

export interface ContentTree {
  /** Files that hold an object, sorted by name. */
  readonly contents: readonly ContentFile[];
  /** Bodies of rules that others own; the same in every environment. */
  readonly pins: PinnedRules;
  /** Where boxes stand; the same in every environment. */
  readonly layouts: WorkflowLayouts;
  readonly config: ProjectConfig | undefined;
  /** Of files and folders that could not be read. */
  readonly readDiagnostics: readonly Diagnostic[];
  readonly manifest: ActionManifest | undefined;
}

/**
 * @param files path to text; what is not content is left alone
 * @param cache of earlier checks
 */
export function readContentTree(
  files: ReadonlyMap<string, string>,
  options: Pick<ContentTree, 'config' | 'readDiagnostics' | 'manifest'>,
  cache?: CheckCache,
): ContentTree {
  const pins = new PinnedRules();
  const layouts = new WorkflowLayouts();
  const contents: ContentFile[] = [];
  for (const file of [...files.keys()].filter(isContentFile).toSorted()) {
    const text = files.get(file) ?? '';
    const answers = cache?.of(file, text) ?? NOTHING_KEPT;
    if (isPinnedFile(file)) pins.add(file, text, answers);
    else if (isLayoutFile(file)) layouts.add(file, text, answers);
    else contents.push(contentFile(file, text, answers));
  }
  return { ...options, contents, pins, layouts };
}
