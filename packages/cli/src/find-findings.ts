/** What `check` looks at: the folder, or what is staged in git; everything, or what a change is responsible for. */

import { createHash } from 'node:crypto';
import { checkFiles, checkWorkspace, type CheckOptions, type CheckResult } from '@signalwright/content';
import type { Diagnostic } from '@signalwright/model';
import type { Repository } from '@signalwright/review';
import type { CheckCacheFile } from './check-cache-file.ts';
import type { Findings } from './check-report.ts';
import { environmentFailure } from './failure.ts';
import { readManifest } from './load-content.ts';
import type { World } from './world.ts';

export interface Scope {
  /** Only what changed since this revision parted from HEAD; undefined looks at everything. */
  readonly changedSince: string | undefined;
  /** What is staged for the next commit, not what lies in the folder. */
  readonly isStaged: boolean;
}

export interface ScopedFindings extends Findings {
  /** Undefined when everything was looked at. */
  readonly changed: ReadonlySet<string> | undefined;
}

/**
 * @param kept what earlier checks found out; it then holds what this one did
 * @throws CommandFailure when git cannot say what was asked
 */
export async function findFindings(
  root: string,
  scope: Scope,
  world: World,
  kept?: CheckCacheFile,
): Promise<ScopedFindings> {
  const options: CheckOptions = {
    manifest: readManifest(),
    nowMs: world.nowMs(),
    everyEnvironment: true,
    cache: kept?.cache,
  };
  const checkFolder = async (): Promise<Findings> => keep(await checkWorkspace(root, options), kept);
  if (!scope.isStaged && scope.changedSince === undefined)
    return { ...(await checkFolder()), changed: undefined };
  const [{ openRepository }, { orGitFailure }] = await Promise.all([
    import('@signalwright/review'),
    import('./git-failure.ts'),
  ]);
  return orGitFailure(async () => {
    const repository = await openRepository({ cwd: root, env: world.env });
    const findings = scope.isStaged
      ? await keep(checkFiles(await readStaged(repository), options), kept)
      : await checkFolder();
    if (scope.changedSince === undefined) return { ...findings, changed: undefined };
    return onlyChanged(findings, await readBase(repository, scope.changedSince), options);
  });
}

async function keep(
  { diagnostics, ignored, sources, objects }: CheckResult,
  kept: CheckCacheFile | undefined,
): Promise<Findings> {
  await kept?.save(sources.size);
  return { diagnostics, ignored, sources, objects };
}

async function readStaged(repository: Repository): Promise<ReadonlyMap<string, string>> {
  const { readRevision } = await import('@signalwright/review');
  const { files, skipped } = await readRevision(await repository.stagedTree(), [repository.readBlobs]);
  const [first] = skipped;
  if (first !== undefined) {
    throw environmentFailure(
      `${first} cannot be read from what is staged.`,
      'Finish the merge; a file must be UTF-8 text below 1 MiB and no link.',
    );
  }
  return files;
}

interface Base {
  /** Object id of each file; a link or another thing that is not read has none. */
  readonly blobs: ReadonlyMap<string, string>;
  readonly read: () => Promise<ReadonlyMap<string, string>>;
}

/** Before the first commit there is nothing, so that everything has changed. */
async function readBase(repository: Repository, name: string): Promise<Base> {
  const { GitRefusal, readRevision } = await import('@signalwright/review');
  let commit: string;
  try {
    const [base, head] = [await repository.commitOf(name), await repository.commitOf('HEAD')];
    commit = (await repository.mergeBase(base, head)) ?? base;
  } catch (error) {
    if (!(error instanceof GitRefusal) || error.kind !== 'usage' || name !== 'HEAD') throw error;
    return { blobs: new Map(), read: () => Promise.resolve(new Map()) };
  }
  const tree = await repository.contentTree(commit);
  return {
    blobs: new Map(tree.entries.map(({ path, blob }) => [path, blob])),
    read: async () => (await readRevision(tree, [repository.readBlobs])).files,
  };
}

/**
 * What the change is responsible for: all findings in the files that it touches, and in others those that were not there
 * before, such as a reference to a rule that is gone. A file that did not change has its findings at the same places.
 */
async function onlyChanged(findings: Findings, base: Base, options: CheckOptions): Promise<ScopedFindings> {
  const changed = new Set(
    [...findings.sources].filter(([file, text]) => !isBlob(base.blobs.get(file), text)).map(([file]) => file),
  );
  const isElsewhere = ({ range }: Diagnostic): boolean =>
    findings.sources.has(range.file) && !changed.has(range.file);
  if (!findings.diagnostics.some(isElsewhere)) return { ...findings, changed };
  // Most of its files are the same.
  const before = checkFiles(await base.read(), { ...options, everyEnvironment: false });
  const known = new Set(before.diagnostics.map(keyOf));
  const diagnostics = findings.diagnostics.filter((each) => !isElsewhere(each) || !known.has(keyOf(each)));
  return { ...findings, diagnostics, changed };
}

function keyOf({ code, severity, message, range }: Diagnostic): string {
  return JSON.stringify([range, code, severity, message]);
}

/** Whether git would give the text this id. Source: git "Git Internals - Git Objects". */
function isBlob(id: string | undefined, text: string): boolean {
  if (id === undefined) return false;
  const bytes = Buffer.from(text, 'utf8');
  const hash = createHash(id.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === id;
}
