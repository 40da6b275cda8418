/** Loads the content of a project the same way for every command that needs it. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  CONFIG_FILE,
  loadProjectConfig,
  loadWorkspace,
  renderDiagnostic,
  type LoadResult,
  type Workspace,
} from '@signalwright/content';
import type { ActionManifest, Diagnostic, ProjectConfig } from '@signalwright/model';
import type { WorkContext } from './command.ts';
import { environmentOf, unknownEnvironment } from './environment.ts';
import type { Reporter } from './reporter.ts';
import type { World } from './world.ts';

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
}

/** Which environments' variables and overrides hold. */
export interface ContentChoice {
  /** @default `local`, else the first that is written */
  readonly env?: string;
  /** Findings of every environment, not of one alone. */
  readonly everyEnvironment?: boolean;
}

/**
 * @param root as found by `findProject`
 * @throws CommandFailure 64 for an environment that does not exist
 */
export async function loadContent(
  root: string,
  { nowMs }: Pick<World, 'nowMs'>,
  { env, everyEnvironment = false }: ContentChoice = {},
): Promise<LoadResult> {
  const loaded = await loadWorkspace(root, {
    manifest: readManifest(),
    nowMs: nowMs(),
    environment: env,
    everyEnvironment,
  });
  if (env !== undefined) requireEnvironment(loaded.sources.get(CONFIG_FILE), env);
  return loaded;
}

function requireEnvironment(text: string | undefined, name: string): void {
  const { config } = loadProjectConfig(text ?? '');
  if (config !== undefined && environmentOf(config, name) === undefined)
    throw unknownEnvironment(config, name);
}

/** What steps of workflows may call. Read as data: the room that runs workflows is not needed to check them. */
export function readManifest(): ActionManifest {
  return createRequire(import.meta.url)('@signalwright/workflow/manifest.json') as ActionManifest;
}

/** The project's own file: for commands that work on a target and must also work while content has errors. */
export function loadConfig(root: string, reporter: Reporter): ProjectConfig | undefined {
  const text = readFileSync(join(root, CONFIG_FILE), 'utf8');
  const { config, diagnostics } = loadProjectConfig(text);
  if (config !== undefined) return config;
  reportErrors(diagnostics, new Map([[CONFIG_FILE, text]]), reporter);
  return undefined;
}

/** Loads, prints what is wrong, and gives the workspace only when nothing is. */
export async function loadCleanContent(
  root: string,
  context: Pick<WorkContext, 'world' | 'reporter'>,
  choice: ContentChoice = {},
): Promise<Workspace | undefined> {
  return (await loadCleanTree(root, context, choice))?.workspace;
}

/** Like `loadCleanContent`, for an org that is there before its content: a folder with none in it yet is no mistake. */
export async function loadContentIfAny(
  root: string,
  { world, reporter }: Pick<WorkContext, 'world' | 'reporter'>,
): Promise<Pick<Workspace, 'objects' | 'config'> | undefined> {
  const { workspace, sources, diagnostics } = await loadContent(root, world);
  if (workspace !== undefined) return workspace;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const { config } = loadProjectConfig(sources.get(CONFIG_FILE) ?? '');
  if (config !== undefined && errors.every(({ code }) => code === 'file/no-content'))
    return { objects: [], config };
  reportErrors(diagnostics, sources, reporter);
  return undefined;
}

/** Content without errors, and the text of every file that it was read from. */
export interface CleanTree {
  readonly workspace: Workspace;
  readonly sources: ReadonlyMap<string, string>;
}

/** Like `loadCleanContent`, for commands that also ask which files it was. */
export async function loadCleanTree(
  root: string,
  { world, reporter }: Pick<WorkContext, 'world' | 'reporter'>,
  choice: ContentChoice = {},
): Promise<CleanTree | undefined> {
  const { workspace, sources, diagnostics } = await loadContent(root, world, choice);
  if (workspace !== undefined) return { workspace, sources };
  reportErrors(diagnostics, sources, reporter);
  return undefined;
}

/** Prints the errors and that nothing was done. */
export function reportErrors(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  reporter: Reporter,
): void {
  const errors = diagnostics.filter((each) => each.severity === 'error');
  for (const error of errors) reporter.warnPainted(`${renderOne(error, sources, reporter)}\n`);
  reporter.warn(`${plural(errors.length, 'error')} in the content: nothing was done.`);
  reporter.data({ ok: false, diagnostics: errors });
}

export function renderOne(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, string>,
  { isColoured: color, width }: Reporter,
): string {
  return renderDiagnostic(diagnostic, sources.get(diagnostic.range.file), { color, width });
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
