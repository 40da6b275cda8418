/**
 * A local git repository as a source of revisions: names become commits, commits become files. Only objects
 * are read; nothing of a checkout is executed, and the working tree is not touched.
 */

import { runGit, type GitOptions, type GitResult } from './run-git.ts';
import { isRevisionName } from './revision-name.ts';
import { OBJECT_ID, selectContent, selectOtherYaml, type ContentTree, type RawEntry } from './tree-entry.ts';

/** All blobs of one revision together. Chosen: 20,000 rules of 5 kB. */
const MAX_TREE_BYTES = 100 * 1024 * 1024;

/** What git cannot give: told to the user in one line. `environment`: git or the repository is to blame. */
export class GitRefusal extends Error {
  readonly kind: 'environment' | 'usage';

  constructor(kind: 'environment' | 'usage', message: string) {
    super(message);
    this.name = 'GitRefusal';
    this.kind = kind;
  }
}

export interface Repository {
  /** Folder of the content inside the repository: empty, or with a `/` at its end. */
  readonly prefix: string;
  /** The commit that a name means. @throws GitRefusal when it names none here */
  commitOf(name: string): Promise<string>;
  /** Whether the commit and its trees are here: a shallow or partial clone lacks some. */
  hasCommit(commit: string): Promise<boolean>;
  /** Where two commits parted. Undefined when the repository does not reach that far. */
  mergeBase(a: string, b: string): Promise<string | undefined>;
  contentTree(commit: string): Promise<ContentTree>;
  /** The YAML files beside it, see `selectOtherYaml`. */
  otherYaml(commit: string): Promise<ContentTree>;
  /** What is staged for the next commit; a file with an unfinished merge is skipped. */
  stagedTree(): Promise<ContentTree>;
  /** Bytes by object id; ids that are not here are left out. */
  readBlobs(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

/** @throws GitRefusal when `cwd` is in no repository */
export async function openRepository(options: GitOptions): Promise<Repository> {
  const run = (args: readonly string[], input?: string): Promise<GitResult> => runGit(args, options, input);
  const shown = await run(['rev-parse', '--show-prefix']);
  if (!shown.ok) throw refusal(shown, 'This folder is in no git repository that can be read');
  const prefix = shown.stdout.toString('utf8').replace(/\n$/, '');
  return {
    prefix,
    commitOf: (name) => commitOf(run, name),
    hasCommit: async (commit) => {
      requireId(commit);
      return (await run(['cat-file', '-e', `${commit}^{tree}`])).ok;
    },
    mergeBase: async (a, b) => {
      requireId(a);
      requireId(b);
      const found = await run(['merge-base', a, b]);
      const [commit = ''] = found.ok ? found.stdout.toString('utf8').split('\n') : [];
      return OBJECT_ID.test(commit) ? commit : undefined;
    },
    contentTree: async (commit) => withinLimit(selectContent(await listFiles(run, commit), prefix)),
    otherYaml: async (commit) => withinLimit(selectOtherYaml(await listFiles(run, commit), prefix)),
    stagedTree: () => stagedTree(run, prefix),
    readBlobs: (ids) => readBlobs(run, ids),
  };
}

type Run = (args: readonly string[], input?: string) => Promise<GitResult>;

async function commitOf(run: Run, name: string): Promise<string> {
  if (!isRevisionName(name)) throw new GitRefusal('usage', `"${name}" is not a name of a revision.`);
  const found = await run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (!found.ok && found.kind === 'missing') throw refusal(found, '');
  const commit = found.ok ? found.stdout.toString('utf8').trim() : '';
  if (OBJECT_ID.test(commit)) return commit;
  throw new GitRefusal('usage', `There is no revision "${name}" in this repository.`);
}

async function listFiles(run: Run, commit: string): Promise<readonly RawEntry[]> {
  requireId(commit);
  const listed = await run(['ls-tree', '-r', '-z', '--long', '--full-tree', commit]);
  if (!listed.ok) throw refusal(listed, 'The files of the revision cannot be listed');
  return [...readListing(listed.stdout)];
}

/** Reads the index; the working tree, whose filters could run programs, is not looked at. */
async function stagedTree(run: Run, prefix: string): Promise<ContentTree> {
  const listed = await run(['ls-files', '--stage', '-z', '--full-name']);
  if (!listed.ok) throw refusal(listed, 'The staged files cannot be listed');
  const staged = readStaged(listed.stdout);
  const sizes = await sizesOf(
    run,
    staged.map(({ blob }) => blob),
  );
  const raw = staged.map(({ mode, blob, path, isMerged }) => ({
    // What is in the middle of a merge has no one content.
    mode: isMerged ? mode : '0',
    blob,
    bytes: sizes.get(blob) ?? 0,
    path,
  }));
  return withinLimit(selectContent(raw, prefix));
}

interface StagedEntry {
  readonly mode: string;
  readonly blob: string;
  readonly isMerged: boolean;
  readonly path: string;
}

/** `mode id stage TAB path NUL`; stages 1 to 3 are the sides of a merge, listed once. */
function readStaged(bytes: Buffer): readonly StagedEntry[] {
  const entries = new Map<string, StagedEntry>();
  for (const line of bytes.toString('utf8').split('\0')) {
    const tab = line.indexOf('\t');
    if (tab === -1) continue;
    const [mode = '', blob = '', stage = ''] = line.slice(0, tab).split(' ');
    const path = line.slice(tab + 1);
    entries.set(path, { mode, blob, isMerged: stage === '0', path });
  }
  return [...entries.values()];
}

/** Sizes by object id: `id type size LF`, or `id missing LF`. */
async function sizesOf(run: Run, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const wanted = [...new Set(ids)].filter((id) => OBJECT_ID.test(id));
  if (wanted.length === 0) return new Map();
  const result = await run(['cat-file', '--batch-check'], `${wanted.join('\n')}\n`);
  if (!result.ok) throw refusal(result, 'The sizes of the staged files cannot be read');
  const lines = result.stdout.toString('latin1').split('\n');
  return new Map(lines.map((line) => line.split(' ')).map(([id = '', , size]) => [id, Number(size ?? 0)]));
}

function withinLimit(tree: ContentTree): ContentTree {
  const bytes = tree.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes <= MAX_TREE_BYTES) return tree;
  throw new GitRefusal(
    'environment',
    `The revision holds ${bytes} bytes of content; ${MAX_TREE_BYTES} is the limit.`,
  );
}

/** `mode type id size TAB path NUL`, the size padded with spaces, `-` for a module. */
function* readListing(bytes: Buffer): Iterable<RawEntry> {
  for (const line of bytes.toString('utf8').split('\0')) {
    const tab = line.indexOf('\t');
    if (tab === -1) continue;
    const [mode = '', , blob = '', size = ''] = line.slice(0, tab).split(/ +/);
    yield { mode, blob, bytes: size === '-' ? 0 : Number(size), path: line.slice(tab + 1) };
  }
}

async function readBlobs(run: Run, ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = [...new Set(ids)];
  wanted.forEach(requireId);
  if (wanted.length === 0) return new Map();
  const result = await run(['cat-file', '--batch'], `${wanted.join('\n')}\n`);
  if (!result.ok) throw refusal(result, 'The files of the revision cannot be read');
  return readBatch(result.stdout);
}

/** `id type size LF bytes LF` for each that is here, `id missing LF` for the others. */
function readBatch(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1) break;
    const [id = '', type = '', size = ''] = bytes.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    const length = Number(size);
    if (!Number.isSafeInteger(length)) throw new Error(`git answered a batch with "${type} ${size}"`);
    if (type === 'blob') blobs.set(id, bytes.subarray(at, at + length));
    at += length + 1;
  }
  return blobs;
}

function requireId(id: string): void {
  if (!OBJECT_ID.test(id)) throw new GitRefusal('usage', `"${id.slice(0, 80)}" is not the id of an object.`);
}

function refusal(result: GitResult & { readonly ok: false }, what: string): GitRefusal {
  return result.kind === 'missing'
    ? new GitRefusal('environment', 'git cannot be started; is it installed and in PATH?')
    : new GitRefusal('environment', `${what}: ${result.message}`);
}
