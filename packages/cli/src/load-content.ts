/** Loads the content of a project the same way for every command that needs it. */

import { loadWorkspace, renderDiagnostic, type LoadResult, type Workspace } from '@signalwright/content';
import type { Diagnostic } from '@signalwright/model';
import { OUTPUT_WIDTH, type Reporter } from './reporter.ts';

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
}

/** @param root as found by `findProject` */
export async function loadContent(root: string): Promise<LoadResult> {
  const { BUILT_IN_MANIFEST } = await import('@signalwright/workflow');
  return loadWorkspace(root, { manifest: BUILT_IN_MANIFEST });
}

/** Loads, prints what is wrong, and gives the workspace only when nothing is. */
export async function loadCleanContent(root: string, reporter: Reporter): Promise<Workspace | undefined> {
  const loaded = await loadContent(root);
  const errors = loaded.diagnostics.filter((each) => each.severity === 'error');
  if (loaded.workspace !== undefined) return loaded.workspace;
  for (const diagnostic of errors) {
    reporter.warn(renderOne(diagnostic, loaded.sources, reporter.isColoured));
    reporter.warn('');
  }
  reporter.warn(`${plural(errors.length, 'error')} in the content: nothing was done.`);
  if (reporter.isJson) reporter.data({ ok: false, diagnostics: errors });
  return undefined;
}

export function renderOne(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, string>,
  color: boolean,
): string {
  return renderDiagnostic(diagnostic, sources.get(diagnostic.range.file), { color, width: OUTPUT_WIDTH });
}

export function countSeverities(diagnostics: readonly Diagnostic[]): Counts {
  return {
    errors: diagnostics.filter((each) => each.severity === 'error').length,
    warnings: diagnostics.filter((each) => each.severity === 'warning').length,
  };
}

/** `1 file`, `2 files`; nouns that do not take an s give their plural. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
