/** A git repository in a folder of a test. */

import { execFileSync } from 'node:child_process';

export interface GitFolder {
  git(...args: string[]): string;
  /** Everything that lies there, as a commit. @returns its id */
  commit(): string;
}

/** Begins the repository. */
export function openGitFolder(root: string): GitFolder {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
  git('init', '-q', '-b', 'main');
  return {
    git,
    commit: () => {
      git('add', '-A');
      git('commit', '-qm', 'x');
      return git('rev-parse', 'HEAD');
    },
  };
}
