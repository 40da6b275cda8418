/**
 * Starts git to read objects and to write notes: no shell, an environment made here, no hooks, no filters, and no
 * network but for the lease of an apply. The only file of this room that starts a process.
 * Source: reliability T02 and T31.
 */

import { execFile } from 'node:child_process';

export interface GitOptions {
  /** Folder in the repository. */
  readonly cwd: string;
  /** The caller's; only what finds git and its own user is taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its remotes may be asked, with the caller's own means of signing in. */
  readonly reachesRemotes?: boolean;
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
  'core.quotePath=false',
];

/** Missing objects are not fetched, nobody signs in. */
const OFFLINE = ['credential.helper=', 'protocol.allow=never'];
/** A remote may not name a program to be started. */
const ONLINE = [
  'protocol.allow=never',
  ...['https', 'ssh', 'file'].map((name) => `protocol.${name}.allow=always`),
];

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
    ...(options.reachesRemotes === true ? signIn(options.env) : { GIT_ALLOW_PROTOCOL: 'none' }),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  const settings = [...SETTINGS, ...(options.reachesRemotes === true ? ONLINE : OFFLINE)];
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['--no-pager', '--literal-pathspecs', ...settings.flatMap((setting) => ['-c', setting]), ...args],
      { cwd: options.cwd, env, encoding: 'buffer', maxBuffer: MAX_GIT_BYTES, timeout: GIT_TIMEOUT_MS },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, stdout });
        else if (error.code === 'ENOENT') {
          resolve({ ok: false, kind: 'missing', message: 'git cannot be started' });
        } else {
          // On one line: a remote writes some of them, and could make them look like lines of ours.
          const words = (stderr.toString('utf8').trim() || error.message).replaceAll(/\s+/gu, ' ');
          resolve({ ok: false, kind: 'refused', message: words.slice(0, MAX_MESSAGE_CHARS) });
        }
      },
    );
    // git may end before it has read everything; its answer says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** What git is signed in with outside of its files. */
const SIGN_IN = ['SSH_AUTH_SOCK', 'GIT_SSH_COMMAND', 'GIT_CONFIG_GLOBAL'] as const;

function signIn(env: GitOptions['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SIGN_IN.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
