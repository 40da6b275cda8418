/** Files become a linked workspace, or diagnostics. */

import type { ActionManifest, Address, ContentObject, Diagnostic, ProjectConfig } from '@signalwright/model';
import { diagnostic } from './diagnostic.ts';
import { environmentView, otherEnvironments, saysDifferent } from './environment/environments.ts';
import { mergeFindings } from './environment/merge-findings.ts';
import { CONFIG_FILE, FOLDERS } from './folders.ts';
import type { LoadedObject } from './link/link.ts';
import { readConfigFile } from './load/config-file.ts';
import { readContentTree } from './load/content-tree.ts';
import { checkOverrides, readEnvironment } from './load/read-environment.ts';
import { comparePlaces, firstOfEachFile } from './load/order-diagnostics.ts';
import { applyPolicy, type IgnoredDiagnostic } from './policy/apply-policy.ts';
import { readTree } from './disk/read-tree.ts';
import { startOfFile } from './source-text.ts';

export interface Workspace {
  /** Folder it was loaded from, as given; empty for a tree that was not on disk. */
  readonly root: string;
  readonly config: ProjectConfig;
  /** Name of the environment that the objects are those of. */
  readonly environment: string;
  /** Sorted by file. */
  readonly objects: readonly ContentObject[];
  get(address: Address): ContentObject | undefined;
}

export interface LoadResult {
  /** Given when there is no error; warnings do not count. */
  readonly workspace?: Workspace;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that a comment excuses, sorted by place. */
  readonly ignored: readonly IgnoredDiagnostic[];
  /** Text of each file that was read, for excerpts. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface LoadOptions {
  /** What steps of workflows may call; left out, they are not checked against it. */
  readonly manifest?: ActionManifest | undefined;
  /** The caller's clock, Unix time in milliseconds, for what expires; left out, nothing has expired. */
  readonly nowMs?: number | undefined;
  /** Whose variables and overrides hold; the default one when left out, or when there is none of that name. */
  readonly environment?: string | undefined;
  /** Reports what is wrong in any environment, not in one alone. */
  readonly everyEnvironment?: boolean;
}

/** Loads the content under `root`. Never throws because of what it finds there. */
export async function loadWorkspace(root: string, options: LoadOptions = {}): Promise<LoadResult> {
  const tree = readTree(root);
  return load(root, tree.files, tree.diagnostics, options);
}

/**
 * The same for files that are already read, a base revision from git for example. Pure.
 *
 * @param files path relative to the root, with `/`, to text; what is not content is left alone
 */
export function loadFromFiles(files: ReadonlyMap<string, string>, options: LoadOptions = {}): LoadResult {
  return load('', files, [], options);
}

/** `signalwright.yaml` alone, for what needs no content. The configuration is given when there is no error. Pure. */
export function loadProjectConfig(text: string): {
  readonly config?: ProjectConfig;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { read, diagnostics } = readConfigFile(text, []);
  const hasErrors = diagnostics.some((each) => each.severity === 'error');
  return { ...(!hasErrors && read !== undefined && { config: read.config }), diagnostics };
}

function load(
  root: string,
  files: ReadonlyMap<string, string>,
  readDiagnostics: readonly Diagnostic[],
  options: LoadOptions,
): LoadResult {
  const configFile = readConfigFile(files.get(CONFIG_FILE), readDiagnostics);
  if (configFile.isNewer === true)
    return { diagnostics: configFile.diagnostics, ignored: [], sources: files };
  const config = configFile.read?.config;
  const tree = readContentTree(files, { config, readDiagnostics, manifest: options.manifest });
  const { contents, pins, layouts } = tree;
  const viewOf = (name: string | undefined) => environmentView(configFile.read, name);
  const chosen = readEnvironment(tree, viewOf(options.environment));
  const differs = chosen.objects.isVaried || saysDifferent(config);
  const names = differs && options.everyEnvironment === true ? otherEnvironments(config, chosen.name) : [];
  const others = names.map((name) => readEnvironment(tree, viewOf(name), chosen));
  const isWhole = [chosen, ...others].every(({ loaded }) => loaded.length === contents.length);
  const policy = applyPolicy({
    diagnostics: [
      ...readDiagnostics,
      ...configFile.diagnostics,
      ...(contents.length === 0 && readDiagnostics.length === 0 ? [noContent()] : []),
      ...contents.flatMap((each) => each.diagnostics),
      ...pins.diagnostics,
      ...layouts.diagnostics,
      // Asked after all environments: a body that one of them uses is no orphan.
      ...pins.orphans(),
      ...layouts.orphans(),
      ...checkOverrides(tree, configFile.read),
      ...mergeFindings([chosen, ...others]),
    ],
    sources: sourcesOf(chosen.loaded, config === undefined ? [] : [CONFIG_FILE], files),
    lints: config?.lints ?? {},
    nowMs: options.nowMs,
    // What another environment would have shown may be missing.
    isComplete: isWhole && readDiagnostics.length === 0 && (!differs || options.everyEnvironment === true),
  });
  const sorted = firstOfEachFile(policy.diagnostics.toSorted(comparePlaces));
  const hasErrors = sorted.some((each) => each.severity === 'error');
  const objects = chosen.loaded.map(({ object }) => object);
  return {
    ...(!hasErrors && config !== undefined && { workspace: workspaceOf(root, config, chosen.name, objects) }),
    diagnostics: sorted,
    ignored: policy.ignored.toSorted((a, b) => comparePlaces(a.diagnostic, b.diagnostic)),
    sources: files,
  };
}

function noContent(): Diagnostic {
  const folders = Object.values(FOLDERS).join(', ');
  return diagnostic('file/no-content', startOfFile('.'), `There is no content in ${folders}.`, {
    hint: 'Run this in the folder that holds signalwright.yaml, or create content with `signalwright init`.',
  });
}

/** Texts of the files that could be read in full. */
function sourcesOf(
  loaded: readonly LoadedObject[],
  others: readonly string[],
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const names = [...loaded.map(({ object }) => object.origin.file), ...others];
  return new Map(names.map((name) => [name, files.get(name) ?? '']));
}

function workspaceOf(
  root: string,
  config: ProjectConfig,
  environment: string,
  objects: readonly ContentObject[],
): Workspace {
  const byAddress = new Map(objects.map((object) => [object.address, object]));
  return { root, config, environment, objects, get: (address) => byAddress.get(address) };
}
