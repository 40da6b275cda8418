/** Files become a linked workspace, or diagnostics. */

import {
  KINDS,
  type ActionManifest,
  type Address,
  type ContentObject,
  type Diagnostic,
  type Kind,
  type ProjectConfig,
} from '@signalwright/model';
import { decodeProjectConfig } from './decode/project-config.ts';
import { diagnostic } from './diagnostic.ts';
import { baseName, CONFIG_FILE, FOLDERS, isContentFile, kindOfFolder } from './folders.ts';
import { Report } from './link/link-context.ts';
import { contextOf, link, type LoadedObject } from './link/link.ts';
import { checkProjectConfig } from './link/project-config.ts';
import { lint } from './lints/lint.ts';
import { loadObjects } from './load-objects.ts';
import { readYaml } from './parse/read-yaml.ts';
import { applyPolicy, type IgnoredDiagnostic } from './policy/apply-policy.ts';
import { readTree } from './disk/read-tree.ts';
import { validate } from './schema/locate.ts';
import type { WrittenConfig } from './schema/written.ts';
import { sourceText, startOfFile } from './source-text.ts';

export interface Workspace {
  /** Folder it was loaded from, as given; empty for a tree that was not on disk. */
  readonly root: string;
  readonly config: ProjectConfig;
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
  const diagnostics: Diagnostic[] = [];
  const config = loadConfig(text, [], diagnostics);
  const hasErrors = diagnostics.some((each) => each.severity === 'error');
  return { ...(!hasErrors && config !== undefined && { config }), diagnostics };
}

function load(
  root: string,
  files: ReadonlyMap<string, string>,
  readDiagnostics: readonly Diagnostic[],
  options: LoadOptions,
): LoadResult {
  const contentFiles = [...files.keys()].filter(isContentFile).toSorted();
  const diagnostics: Diagnostic[] = [...readDiagnostics];
  const config = loadConfig(files.get(CONFIG_FILE), readDiagnostics, diagnostics);
  if (contentFiles.length === 0 && readDiagnostics.length === 0) {
    const folders = Object.values(FOLDERS).join(', ');
    diagnostics.push(
      diagnostic('file/no-content', startOfFile('.'), `There is no content in ${folders}.`, {
        hint: 'Run this in the folder that holds signalwright.yaml, or create content with `signalwright init`.',
      }),
    );
  }
  const brokenIds = new Map<Kind, Set<string>>(KINDS.map((kind) => [kind, new Set()]));
  for (const { range } of readDiagnostics) markBroken(brokenIds, range.file, undefined, undefined);
  const read = loadObjects(files);
  diagnostics.push(...read.diagnostics);
  const loaded = read.files.flatMap((each) => each.loaded ?? []);
  for (const { file, kind, id } of read.files.filter((each) => each.loaded === undefined))
    markBroken(brokenIds, file, kind, id);
  const context = contextOf(loaded, { config, manifest: options.manifest, brokenIds });
  diagnostics.push(...link(loaded, context), ...lint(loaded, context));
  const objects = loaded.map(({ object }) => object);
  const policy = applyPolicy({
    diagnostics,
    sources: sourcesOf(loaded, config === undefined ? [] : [CONFIG_FILE], files),
    lints: config?.lints ?? {},
    nowMs: options.nowMs,
    isComplete: loaded.length === read.files.length && readDiagnostics.length === 0,
  });
  const sorted = firstOfEachFile(sortDiagnostics(policy.diagnostics));
  const hasErrors = sorted.some((each) => each.severity === 'error');
  return {
    ...(!hasErrors && config !== undefined && { workspace: workspaceOf(root, config, objects) }),
    diagnostics: sorted,
    ignored: policy.ignored.toSorted((a, b) => comparePlaces(a.diagnostic, b.diagnostic)),
    sources: files,
  };
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

function workspaceOf(root: string, config: ProjectConfig, objects: readonly ContentObject[]): Workspace {
  const byAddress = new Map(objects.map((object) => [object.address, object]));
  return { root, config, objects, get: (address) => byAddress.get(address) };
}

function loadConfig(
  text: string | undefined,
  readDiagnostics: readonly Diagnostic[],
  diagnostics: Diagnostic[],
): ProjectConfig | undefined {
  if (text === undefined) {
    if (readDiagnostics.some((each) => each.range.file === CONFIG_FILE || each.range.file === '.'))
      return undefined;
    diagnostics.push(
      diagnostic('file/no-config', startOfFile(CONFIG_FILE), `There is no ${CONFIG_FILE}.`, {
        hint: 'It stands beside rules/ and says at least `stack: <name>`.',
      }),
    );
    return undefined;
  }
  const source = sourceText(CONFIG_FILE, text);
  const parsed = readYaml(source);
  if (!parsed.ok) {
    diagnostics.push(...parsed.diagnostics);
    return undefined;
  }
  diagnostics.push(...parsed.warnings);
  const problems = validate('signalwright', parsed.data, parsed.origin);
  if (problems.length > 0) {
    diagnostics.push(...problems);
    return undefined;
  }
  const written = parsed.data as unknown as WrittenConfig;
  const report = new Report(parsed.origin);
  checkProjectConfig(written, report);
  diagnostics.push(...report.diagnostics);
  return decodeProjectConfig(written);
}

/** An object that cannot be read still exists: references to it are no mistakes of their own. */
function markBroken(
  brokenIds: ReadonlyMap<Kind, Set<string>>,
  file: string,
  kind: Kind | undefined,
  id: string | undefined,
): void {
  const folderKind = kind ?? kindOfFolder(file);
  if (folderKind === undefined) return;
  brokenIds.get(folderKind)?.add(baseName(file));
  if (id !== undefined) brokenIds.get(folderKind)?.add(id);
}

function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(comparePlaces);
}

function comparePlaces(a: Diagnostic, b: Diagnostic): number {
  return (
    compare(a.range.file, b.range.file) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.col - b.range.start.col ||
    compare(a.code, b.code)
  );
}

/** What a person mends in one go; a file with more has one cause that the first ones tell. */
const MAX_DIAGNOSTICS_OF_FILE = 100;

/** A file with errors always keeps its first one. */
function firstOfEachFile(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  const kept = new Map<string, number>();
  const firstError = new Map<string, Diagnostic>();
  for (const each of sorted) {
    if (each.severity === 'error' && !firstError.has(each.range.file)) firstError.set(each.range.file, each);
  }
  return sorted.flatMap((each) => {
    const { file } = each.range;
    const count = (kept.get(file) ?? 0) + 1;
    kept.set(file, count);
    if (count <= MAX_DIAGNOSTICS_OF_FILE || firstError.get(file) === each) return each;
    if (count > MAX_DIAGNOSTICS_OF_FILE + 1) return [];
    const message = `This file has more than ${MAX_DIAGNOSTICS_OF_FILE} problems; the rest is not shown.`;
    return diagnostic('file/more-problems', each.range, message, {
      hint: 'Mend the first ones and check again.',
    });
  });
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
