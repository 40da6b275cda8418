/**
 * Starts git to read objects and to write notes: no shell, an environment made here, no hooks, no filters, no
 * network. The only file of this room that starts a process.
 * Source: reliability T02 and T31.
 */

import { execFile } from 'node:child_process';

export interface GitOptions {
  /** Folder in the repository. */
  readonly cwd: string;
  /** The caller's; only what finds git and its own user is taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type GitResult =
  | { readonly ok: true; readonly stdout: Buffer }
  /** `missing`: git could not be started. `refused`: it said no, with its own words. */
  | { readonly ok: false; readonly kind: 'missing' | 'refused'; readonly message: string };

const GIT_TIMEOUT_MS = 60_000;
/** Of what git prints; more is refused. */
const MAX_GIT_BYTES = 256 * 1024 * 1024;
const MAX_MESSAGE_CHARS = 300;

/**
 * Settings of the repository that could start something, overruled. Reading objects needs none of them; they
 * stand here because a repository is a stranger's until it is reviewed.
 */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  'core.askPass=',
  'credential.helper=',
  'protocol.allow=never',
  'core.quotePath=false',
].flatMap((setting) => ['-c', setting]);

const KEPT = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'SYSTEMROOT', 'TMPDIR', 'TEMP'] as const;

/** @param input bytes for its stdin */
export function runGit(args: readonly string[], options: GitOptions, input = ''): Promise<GitResult> {
  const kept = KEPT.flatMap((name) => {
    const value = options.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: '1',
    // A missing object must not be fetched: the repository says by which program.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['--no-pager', '--literal-pathspecs', ...SETTINGS, ...args],
      { cwd: options.cwd, env, encoding: 'buffer', maxBuffer: MAX_GIT_BYTES, timeout: GIT_TIMEOUT_MS },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, stdout });
        else if (error.code === 'ENOENT') {
          resolve({ ok: false, kind: 'missing', message: 'git cannot be started' });
        } else {
          const words = stderr.toString('utf8').trim() || error.message;
          resolve({ ok: false, kind: 'refused', message: words.slice(0, MAX_MESSAGE_CHARS) });
        }
      },
    );
    // git may end before it has read everything; its answer says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
