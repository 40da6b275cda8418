/**
 * A lease in a git repository that several machines push to: the commit that a ref points to, whose message is the
 * record. A push that names the commit it replaces is refused when another one stands there: that is the swap.
 */

import type { LeaseRecord, LeaseStore, StoredLease } from '@signalwright/sync';
import { GitRefusal } from './repository.ts';
import { runGit, type GitOptions, type GitResult } from './run-git.ts';
import { OBJECT_ID } from './tree-entry.ts';

export interface LeasePlace extends GitOptions {
  /** Name of a remote of the repository: `origin`. */
  readonly remote: string;
  readonly stack: string;
  /** Of `signalwright.yaml`. */
  readonly environment: string;
}

/** No option, no address: what `git remote` may be called. */
const REMOTE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
/** Programs at the other end; the configuration of a repository may name any other. */
const READ_BY = '--upload-pack=git-upload-pack';
const WRITTEN_BY = '--receive-pack=git-receive-pack';
const REF_PART = /[^A-Za-z0-9-]/gu;
/** Who pushes is said in the record; the commit belongs to nobody. */
const IDENTITY = ['-c', 'user.name=signalwright', '-c', 'user.email=signalwright@invalid'];

/** @throws GitRefusal for a name that is none of a remote; its functions where the remote does not answer */
export function openLeaseRef(place: LeasePlace): LeaseStore {
  const { remote } = place;
  if (!REMOTE_NAME.test(remote)) throw new GitRefusal('usage', `"${remote}" is not the name of a remote.`);
  const ref = `refs/signalwright/lease/${[place.stack, place.environment].map(refPart).join('/')}`;
  const run = (args: readonly string[], input = ''): Promise<GitResult> =>
    runGit([...IDENTITY, ...args], { ...place, reachesRemotes: true }, input);
  return {
    read: () => readLease(run, remote, ref),
    swap: (expected, record) => swapLease(run, remote, ref, expected, record),
  };
}

/** Names may hold what refs may not; no two names become the same. */
function refPart(name: string): string {
  return name.replaceAll(REF_PART, (char) => `_${(char.codePointAt(0) ?? 0).toString(16)}_`);
}

/** Longer than any name of a host or a run. */
const MAX_HOLDER_CHARS = 500;

type Run = (args: readonly string[], input?: string) => Promise<GitResult>;

/** Looks at a ref that others replace while it is read. */
const MAX_LOOKS = 10;

async function readLease(run: Run, remote: string, ref: string): Promise<StoredLease | undefined> {
  let version = await remoteCommit(run, remote, ref);
  for (let look = 1; version !== undefined; look += 1) {
    const fetched = await fetchCommit(run, remote, version);
    if (fetched.ok) return { version, record: await readRecord(run, remote, ref, version) };
    // Replaced in the meantime: read what stands there now.
    const now = await remoteCommit(run, remote, ref);
    if (now === version || look === MAX_LOOKS) return fail(fetched);
    version = now;
  }
  return undefined;
}

/** Without a depth: a ref of others may name a commit of ours, and the clone would lose the history before it. */
function fetchCommit(run: Run, remote: string, commit: string): Promise<GitResult> {
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  return run(['fetch', ...quiet, READ_BY, remote, commit]);
}

async function readRecord(run: Run, remote: string, ref: string, version: string): Promise<LeaseRecord> {
  const message = text(await run(['cat-file', 'commit', version]));
  const record = parseRecord(message.slice(message.indexOf('\n\n') + 2));
  if (record !== undefined) return record;
  throw new GitRefusal(
    'environment',
    `${ref} at ${remote} is no lease of ours: find out who put ${version.slice(0, 12)} there, then take it away with \`git push ${remote} --delete ${ref}\`.`,
  );
}

async function remoteCommit(run: Run, remote: string, ref: string): Promise<string | undefined> {
  const listed = text(await run(['ls-remote', '--quiet', READ_BY, remote, ref]));
  const [commit = ''] = listed.split(/\s/);
  return OBJECT_ID.test(commit) ? commit : undefined;
}

async function swapLease(
  run: Run,
  remote: string,
  ref: string,
  expected: StoredLease | undefined,
  record: LeaseRecord,
): Promise<string | undefined> {
  const tree = text(await run(['mktree'])).trim();
  const version = text(await run(['commit-tree', tree], JSON.stringify(record))).trim();
  const pushed = await run([
    'push',
    '--quiet',
    '--porcelain',
    '--no-verify',
    WRITTEN_BY,
    `--force-with-lease=${ref}:${expected?.version ?? ''}`,
    remote,
    `${version}:${ref}`,
  ]);
  if (pushed.ok) return version;
  // The answer may have been lost, or somebody was faster: the remote knows.
  const there = await remoteCommit(run, remote, ref);
  if (there === version) return version;
  return there === expected?.version ? fail(pushed) : undefined;
}

function text(result: GitResult): string {
  return result.ok ? result.stdout.toString('utf8') : fail(result);
}

function fail(result: GitResult & { readonly ok: false }): never {
  throw new GitRefusal('environment', `The lease cannot be read or taken: ${result.message}`);
}

function parseRecord(json: string): LeaseRecord | undefined {
  try {
    const value = JSON.parse(json) as Partial<Record<keyof LeaseRecord, unknown>> | null;
    const { token, holder, nonce, renewal, released } = value ?? {};
    const isRecord =
      isCount(token) &&
      isCount(renewal) &&
      typeof holder === 'string' &&
      typeof nonce === 'string' &&
      holder.length <= MAX_HOLDER_CHARS &&
      !/\p{Cc}/u.test(holder) &&
      typeof released === 'boolean';
    return isRecord ? (value as LeaseRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Far enough below what JavaScript counts exactly that one more is still a count. */
const MAX_COUNT = 2 ** 52;

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < MAX_COUNT;
}
