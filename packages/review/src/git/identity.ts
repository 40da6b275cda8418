/** Who git says is at work here. */

import { runGit, type GitOptions } from './run-git.ts';

export interface GitIdentity {
  readonly name: string;
  readonly mail?: string;
}

/** As git is configured for the folder; undefined where nobody is named, or there is no git. */
export async function gitIdentity(options: GitOptions): Promise<GitIdentity | undefined> {
  const name = await setting('user.name', options);
  if (name === undefined) return undefined;
  const mail = await setting('user.email', options);
  return { name, ...(mail !== undefined && { mail }) };
}

async function setting(key: string, options: GitOptions): Promise<string | undefined> {
  const found = await runGit(['config', '--get', key], options);
  const value = found.ok ? found.stdout.toString('utf8').trim() : '';
  return value === '' ? undefined : value;
}
