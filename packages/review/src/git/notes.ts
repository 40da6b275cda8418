/** Notes on commits, under one ref of ours: read as blobs, written as commits of git's own. */

import { GitRefusal } from './repository.ts';
import type { GitIdentity } from './identity.ts';
import { runGit, type GitOptions, type GitResult } from './run-git.ts';
import { OBJECT_ID } from './tree-entry.ts';

/** Where the notes stand; fetched and pushed by this name. */
export const NOTES_REF = 'refs/notes/signalwright';

/** Notes of one repository. Chosen: an apply an hour for five years. */
const MAX_NOTES = 50_000;
/** `git commit` insists on some address. */
const NO_MAIL = 'signalwright@localhost';

/** The text of every note; empty where there is none. @throws GitRefusal when git or the repository is to blame */
export async function readNotes(
  options: GitOptions,
  readBlobs: (ids: readonly string[]) => Promise<ReadonlyMap<string, Buffer>>,
): Promise<readonly string[]> {
  const listed = await runGit(['notes', `--ref=${NOTES_REF}`, 'list'], options);
  if (!listed.ok) throw refusal(listed, 'The notes cannot be listed');
  const lines = listed.stdout.toString('latin1').split('\n');
  const ids = lines.map((line) => line.split(' ')[0] ?? '').filter((id) => OBJECT_ID.test(id));
  if (ids.length > MAX_NOTES) {
    throw new GitRefusal('environment', `${NOTES_REF} holds more than ${MAX_NOTES} notes.`);
  }
  const blobs = await readBlobs(ids);
  return [...blobs.values()].map((bytes) => bytes.toString('utf8'));
}

/** The note of one commit; empty where there is none. */
export async function readNote(commit: string, options: GitOptions): Promise<string> {
  requireCommit(commit);
  const shown = await runGit(['notes', `--ref=${NOTES_REF}`, 'show', commit], options);
  return shown.ok ? shown.stdout.toString('utf8') : '';
}

/** Adds lines to the note of a commit, with the settings of `runGit`: no hook of the repository hears of it. */
export async function appendNote(
  commit: string,
  text: string,
  by: GitIdentity,
  options: GitOptions,
): Promise<void> {
  requireCommit(commit);
  const identity = ['-c', `user.name=${by.name}`, '-c', `user.email=${by.mail ?? NO_MAIL}`];
  const args = [...identity, 'notes', `--ref=${NOTES_REF}`, 'append', '-F', '-', commit];
  const written = await runGit(args, options, text);
  if (!written.ok) throw refusal(written, 'The note cannot be written');
}

function requireCommit(commit: string): void {
  if (!OBJECT_ID.test(commit))
    throw new GitRefusal('usage', `"${commit.slice(0, 80)}" is not the id of a commit.`);
}

function refusal(result: GitResult & { readonly ok: false }, what: string): GitRefusal {
  return new GitRefusal('environment', `${what}: ${result.message}`);
}
