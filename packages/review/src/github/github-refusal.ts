/** What GitHub refuses, in words that a user can act on. Never holds the request, so never the token. */

import { inertTerminal } from '@signalwright/template';

export class GitHubRefusal extends Error {
  /** The network or the token is to blame, not the content. */
  readonly kind = 'environment';
  /** Of the answer; undefined when there was none. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.name = 'GitHubRefusal';
    this.status = status;
  }
}

const MAX_MESSAGE_CHARS = 300;

/** Reads an error of octokit by its shape. Errors of ours pass through. */
export function asRefusal(error: unknown, doing: string): GitHubRefusal | undefined {
  if (error instanceof GitHubRefusal) return error;
  const status = statusOf(error);
  if (status === undefined || !(error instanceof Error)) return undefined;
  const said = inertTerminal(error.message).split('\n', 1)[0]?.slice(0, MAX_MESSAGE_CHARS) ?? '';
  const hasAnswer = 'response' in error && error.response !== undefined;
  const reason = hasAnswer ? `GitHub answered ${status}: ${said}` : `GitHub could not be reached: ${said}`;
  return new GitHubRefusal(`${doing} failed. ${reason}`, hasAnswer ? status : undefined);
}

export function statusOf(error: unknown): number | undefined {
  const status = (error as { readonly status?: unknown } | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** True where nobody knows whether the call was carried out: no answer, or one of a server that failed. */
export function isUnclear(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 500;
}

/** The token may not do this: a pull request of a fork, or a token without the permission. */
export function isForbidden(error: unknown): boolean {
  const status = statusOf(error);
  return status === 403 || status === 404 || status === 401;
}

/** Runs one piece of work, its refusals put into words. */
export async function refusing<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asRefusal(error, doing) ?? error;
  }
}
