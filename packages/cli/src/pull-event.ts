/** What a workflow run says about the pull request that started it. Source: GitHub, `GITHUB_EVENT_PATH`. */

import { readFileSync, statSync } from 'node:fs';

export interface PullEvent {
  readonly number?: string;
  /** A commit id, else a branch of origin. */
  readonly base?: string;
}

const MAX_EVENT_BYTES = 4 * 1024 * 1024;

/** Empty where no pull request started the run. A file that cannot be read counts as none. */
export function readPullEvent(env: Readonly<Record<string, string | undefined>>): PullEvent {
  const pull = readPull(env['GITHUB_EVENT_PATH']);
  const number = pull?.number;
  const sha = pull?.base?.sha;
  const branch = env['GITHUB_BASE_REF'];
  const base = typeof sha === 'string' && sha !== '' ? sha : branch ? `origin/${branch}` : undefined;
  return {
    ...(typeof number === 'number' && { number: String(number) }),
    ...(base !== undefined && { base }),
  };
}

interface WrittenPull {
  readonly number?: unknown;
  readonly base?: { readonly sha?: unknown };
}

function readPull(path: string | undefined): WrittenPull | undefined {
  if (path === undefined || path === '') return undefined;
  try {
    if (statSync(path).size > MAX_EVENT_BYTES) return undefined;
    const event = JSON.parse(readFileSync(path, 'utf8')) as { readonly pull_request?: WrittenPull } | null;
    return event?.pull_request;
  } catch {
    return undefined;
  }
}
