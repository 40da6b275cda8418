/** `owner/name` of a repository, checked before it becomes part of a path. */

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** A pull request of a repository. */
export interface PullName extends RepositoryName {
  readonly number: number;
}

/** Undefined unless it is what GitHub allows as a name. */
export function parseRepositoryName(text: string): RepositoryName | undefined {
  const parts = /^([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))\/([A-Za-z0-9._-]{1,100})$/.exec(text);
  const [, owner, repo] = parts ?? [];
  if (owner === undefined || repo === undefined || repo === '.' || repo === '..') return undefined;
  return { owner, repo };
}
