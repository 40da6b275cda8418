/**
 * Who applies, and where, as CI or git says it. Names alone are read, never a token, and a URL loses whatever it
 * carries beside its path.
 */

import type { ApplyEvidence, AppliedBy } from '@signalwright/sync';
import { gitIdentity } from '@signalwright/review';
import { oneLine } from './text-width.ts';
import type { World } from './world.ts';

const MAX_NAME_CHARS = 200;
const MAX_URL_CHARS = 500;

/** @param root folder whose git configuration counts, where no CI says who it is */
export async function readAppliedBy(
  root: string,
  { env }: Pick<World, 'env'>,
): Promise<Pick<ApplyEvidence, 'by' | 'run'>> {
  const run = runUrl(env);
  const by = ciActor(env) ?? (await gitActor(root, env));
  return { ...(by !== undefined && { by }), ...(run !== undefined && { run }) };
}

type Variables = World['env'];

/** Source: the variables that GitHub Actions and GitLab CI document. Who runs a job again is who answers for it. */
function ciActor(env: Variables): AppliedBy | undefined {
  if (env['GITHUB_ACTIONS'] === 'true') {
    return actor('github-actions', env['GITHUB_TRIGGERING_ACTOR'] ?? env['GITHUB_ACTOR']);
  }
  if (env['GITLAB_CI'] === 'true') {
    return actor('gitlab-ci', env['GITLAB_USER_NAME'] ?? env['GITLAB_USER_LOGIN'], env['GITLAB_USER_EMAIL']);
  }
  return undefined;
}

async function gitActor(cwd: string, env: Variables): Promise<AppliedBy | undefined> {
  const identity = await gitIdentity({ cwd, env });
  return actor('git', identity?.name, identity?.mail);
}

function actor(
  source: AppliedBy['source'],
  name: string | undefined,
  mail: string | undefined = undefined,
): AppliedBy | undefined {
  const [said, mailed] = [name, mail].map((text) => oneLine(text ?? '').slice(0, MAX_NAME_CHARS));
  if (said === undefined || said === '') return undefined;
  return { name: said, ...(mailed !== undefined && mailed !== '' && { mail: mailed }), source };
}

function runUrl(env: Variables): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  if (env['GITHUB_ACTIONS'] === 'true' && server && repository && id) {
    return plainUrl(`${server}/${repository}/actions/runs/${id}`);
  }
  return plainUrl(env['CI_JOB_URL'] ?? env['BUILDKITE_BUILD_URL'] ?? env['BUILD_URL'] ?? '');
}

/** Without user, password, query and fragment. */
function plainUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, pathname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const url = `${origin}${pathname}`;
  return url.length > MAX_URL_CHARS ? undefined : url;
}
