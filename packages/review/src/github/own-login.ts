/** Who a token writes as: only comments of that login are ours to change. */

import type { GitHub } from './create-github.ts';
import { GitHubRefusal, isForbidden } from './github-refusal.ts';

/**
 * GraphQL's viewer answers for every sort of token; `GET /user` is closed to the token of a workflow run.
 *
 * @throws GitHubRefusal when neither answers
 */
export async function readOwnLogin({ octokit }: GitHub): Promise<string> {
  const viewer = await loginOf(async () => {
    const answer = await octokit.graphql<{ viewer?: { login?: unknown } }>('query { viewer { login } }');
    return answer.viewer?.login;
  });
  const login =
    viewer ?? (await loginOf(async () => (await octokit.rest.users.getAuthenticated()).data.login));
  if (login !== undefined) return login;
  throw new GitHubRefusal('GitHub does not say whose token this is, so no comment can be called ours.');
}

async function loginOf(ask: () => Promise<unknown>): Promise<string | undefined> {
  try {
    const login = await ask();
    return typeof login === 'string' && login !== '' ? login : undefined;
  } catch (error) {
    // Refused: the other way of asking may be open. Anything else is no answer to the question.
    const isRefused = isForbidden(error) || (error instanceof Error && error.name === 'GraphqlResponseError');
    if (!isRefused) throw error;
    return undefined;
  }
}
