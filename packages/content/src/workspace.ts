/** Files become a linked workspace, or diagnostics. */

import type {
  ActionManifest,
  Address,
  ContentObject,
  Diagnostic,
  Origin,
  ProjectConfig,
} from '@signalwright/model';
import { diagnostic } from './diagnostic.ts';
import { environmentView, otherEnvironments, saysDifferent } from './environment/environments.ts';
import { mergeFindings } from './environment/merge-findings.ts';
import { CONFIG_FILE, FOLDERS } from './folders.ts';
import type { ContentEntry } from './link/content-entry.ts';
import { digestOf, type CheckCache } from './load/check-cache.ts';
import { readConfigFile } from './load/config-file.ts';
import { readContentTree, type ContentTree } from './load/content-tree.ts';
import { checkOverrides, readEnvironment, type EnvironmentContents } from './load/read-environment.ts';
import { loadObjects } from './load/read-objects.ts';
import { comparePlaces, firstOfEachFile } from './load/order-diagnostics.ts';
import { applyPolicy, type IgnoredDiagnostic } from './policy/apply-policy.ts';
import { readTree } from './disk/read-tree.ts';
import { startOfFile } from './source-text.ts';
import type { WorkflowLayouts } from './workflow-layout-file.ts';

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

export interface CheckResult {
  /** How many there are; given when there is no error: warnings do not count. */
  readonly objects?: number;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that a comment excuses, sorted by place. */
  readonly ignored: readonly IgnoredDiagnostic[];
  /** Text of each file that was read, for excerpts. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface LoadResult extends CheckResult {
  /** Given when there is no error; warnings do not count. */
  readonly workspace?: Workspace;
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

export interface CheckOptions extends LoadOptions {
  /** What earlier checks found out; it then holds what this one did. Left out, every file is looked at. */
  readonly cache?: CheckCache | undefined;
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

/** What is wrong with the content under `root`; with a cache, only what changed is read. Never throws because of it. */
export async function checkWorkspace(root: string, options: CheckOptions = {}): Promise<CheckResult> {
  const tree = readTree(root);
  return checkTree(tree.files, tree.diagnostics, options).result;
}

/** The same for files that are already read. Pure, apart from the cache. */
export function checkFiles(files: ReadonlyMap<string, string>, options: CheckOptions = {}): CheckResult {
  return checkTree(files, [], options).result;
}

/** `signalwright.yaml` alone, for what needs no content. The configuration is given when there is no error. Pure. */
export function loadProjectConfig(text: string): {
  readonly config?: ProjectConfig;
  /** Where in the file its parts stand. */
  readonly origin?: Origin;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { read, diagnostics } = readConfigFile(text, []);
  const hasErrors = diagnostics.some((each) => each.severity === 'error');
  return { ...(!hasErrors && read), diagnostics };
}

function load(
  root: string,
  files: ReadonlyMap<string, string>,
  readDiagnostics: readonly Diagnostic[],
  options: LoadOptions,
): LoadResult {
  const { result, clean } = checkTree(files, readDiagnostics, options);
  if (clean === undefined) return result;
  const { config, chosen, layouts } = clean;
  const objects = [...loadObjects(chosen.objects, layouts).values()].map(({ object }) => object);
  return { ...result, workspace: workspaceOf(root, config, chosen.name, objects) };
}

interface CheckedTree {
  readonly result: CheckResult;
  /** What a workspace is made of, when there is no error. */
  readonly clean?: {
    readonly config: ProjectConfig;
    readonly chosen: EnvironmentContents;
    readonly layouts: WorkflowLayouts;
  };
}

function checkTree(
  files: ReadonlyMap<string, string>,
  readDiagnostics: readonly Diagnostic[],
  options: CheckOptions,
): CheckedTree {
  const { manifest, cache } = options;
  const configText = files.get(CONFIG_FILE);
  const configFile = readConfigFile(configText, readDiagnostics);
  if (configFile.isNewer === true)
    return { result: { diagnostics: configFile.diagnostics, ignored: [], sources: files } };
  const config = configFile.read?.config;
  cache?.begin(digestOf(JSON.stringify([configText, manifest])));
  const tree = readContentTree(files, { config, readDiagnostics, manifest }, cache);
  const { contents, pins, layouts } = tree;
  const viewOf = (name: string | undefined) => environmentView(configFile.read, name);
  const chosen = readEnvironment(tree, viewOf(options.environment));
  const differs = chosen.objects.isVaried || saysDifferent(config);
  const names = differs && options.everyEnvironment === true ? otherEnvironments(config, chosen.name) : [];
  const others = names.map((name) => readEnvironment(tree, viewOf(name), chosen));
  const all = [chosen, ...others];
  const policy = applyPolicy({
    diagnostics: [
      ...readDiagnostics,
      ...configFile.diagnostics,
      ...(contents.length === 0 && readDiagnostics.length === 0 ? [noContent()] : []),
      ...contents.flatMap((each) => each.diagnostics),
      ...pins.diagnostics,
      ...layouts.diagnostics,
      ...orphans(tree, all),
      ...checkOverrides(tree, configFile.read, options.nowMs),
      ...mergeFindings(all),
    ],
    sources: sourcesOf(chosen.entries, config === undefined ? [] : [CONFIG_FILE], files),
    lints: config?.lints ?? {},
    nowMs: options.nowMs,
    // What another environment would have shown may be missing.
    isComplete:
      all.every(({ entries }) => entries.length === contents.length) &&
      readDiagnostics.length === 0 &&
      (!differs || options.everyEnvironment === true),
  });
  const sorted = firstOfEachFile(policy.diagnostics.toSorted(comparePlaces));
  const isClean = config !== undefined && !sorted.some((each) => each.severity === 'error');
  const result = {
    ...(isClean && { objects: chosen.entries.length }),
    diagnostics: sorted,
    ignored: policy.ignored.toSorted((a, b) => comparePlaces(a.diagnostic, b.diagnostic)),
    sources: files,
  };
  return { result, ...(isClean && { clean: { config, chosen, layouts } }) };
}

/** Bodies and layouts that no environment uses. */
function orphans({ pins, layouts }: ContentTree, all: readonly EnvironmentContents[]): readonly Diagnostic[] {
  const bodyIds = new Set<string>();
  const workflowIds = new Set<string>();
  for (const { objects } of all) {
    for (const { bodyId, outline } of objects.reads.values()) {
      if (bodyId !== undefined) bodyIds.add(bodyId);
      if (outline?.kind === 'workflow') workflowIds.add(outline.id);
    }
  }
  return [...pins.orphans(bodyIds), ...layouts.orphans(workflowIds)];
}

function noContent(): Diagnostic {
  const folders = Object.values(FOLDERS).join(', ');
  return diagnostic('file/no-content', startOfFile('.'), `There is no content in ${folders}.`, {
    hint: 'Run this in the folder that holds signalwright.yaml, or create content with `signalwright init`.',
  });
}

/** Texts of the files that could be read in full. */
function sourcesOf(
  entries: readonly ContentEntry[],
  others: readonly string[],
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const names = [...entries.map(({ file }) => file), ...others];
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
