/** The check run of a commit: conclusion, the comment as its summary, annotations at file and line. */

import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Annotation } from '../check/annotations.ts';
import type { Conclusion } from '../review.ts';
import type { GitHub } from './create-github.ts';
import { createOnce, MAX_CREATE_ATTEMPTS, NO_REPEAT } from './create-once.ts';
import { isUnclear } from './github-refusal.ts';
import type { RepositoryName } from './repository-name.ts';

export interface CheckRunRequest {
  readonly repository: RepositoryName;
  readonly headSha: string;
  readonly conclusion: Conclusion;
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

export type CheckEnd = 'created' | 'unchanged';

const CHECK_NAME = 'signalwright';
/** Source: check runs API, the limit of one request. */
const ANNOTATIONS_PER_REQUEST = 50;

interface OwnRun {
  readonly id: number;
  readonly annotated: number;
  readonly isCompleted: boolean;
}

/**
 * The same request again changes nothing. Another request on the same commit makes a new run, which takes the
 * place of the old one in the page, since annotations can be added to a run and never be taken away.
 */
export async function writeCheckRun(github: GitHub, request: CheckRunRequest): Promise<CheckEnd> {
  const { owner, repo } = request.repository;
  const externalId = digestOf(request);
  const existing = await findRun(github, request, externalId);
  if (existing?.isCompleted === true && existing.annotated === request.annotations.length) return 'unchanged';
  const batches = batchesOf(request.annotations);
  const [first = []] = batches;
  const run =
    existing ??
    (await createOnce(github, {
      create: async () => {
        const { data } = await github.octokit.rest.checks.create({
          owner,
          repo,
          name: CHECK_NAME,
          head_sha: request.headSha,
          external_id: externalId,
          status: 'in_progress',
          output: outputOf(request, first),
          request: NO_REPEAT,
        });
        return { id: data.id, annotated: first.length, isCompleted: false };
      },
      find: () => findRun(github, request, externalId),
    }));
  let { annotated } = run;
  while (annotated < request.annotations.length) {
    annotated = await addAnnotations(github, request, run.id, annotated);
  }
  // Last, so that a run that was cut off never shows as done; without annotations it may be repeated.
  await github.octokit.rest.checks.update({
    owner,
    repo,
    check_run_id: run.id,
    status: 'completed',
    conclusion: request.conclusion,
    output: outputOf(request, []),
  });
  return 'created';
}

/** Appends the batch after the first `annotated`. After an unclear answer it counts before it tries again. */
async function addAnnotations(
  github: GitHub,
  request: CheckRunRequest,
  id: number,
  annotated: number,
): Promise<number> {
  const { owner, repo } = request.repository;
  const batch = request.annotations.slice(annotated, annotated + ANNOTATIONS_PER_REQUEST);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await github.octokit.rest.checks.update({
        owner,
        repo,
        check_run_id: id,
        output: outputOf(request, batch),
        request: NO_REPEAT,
      });
      return annotated + batch.length;
    } catch (error) {
      if (!isUnclear(error) || attempt >= MAX_CREATE_ATTEMPTS) throw error;
      await pause(attempt * github.waitUnitMs);
      const { data } = await github.octokit.rest.checks.get({ owner, repo, check_run_id: id });
      if (data.output.annotations_count > annotated) return data.output.annotations_count;
    }
  }
}

function outputOf({ title, summary }: CheckRunRequest, annotations: readonly Annotation[]) {
  return { title, summary, ...(annotations.length > 0 && { annotations: [...annotations] }) };
}

async function findRun(
  { octokit }: GitHub,
  { repository, headSha }: CheckRunRequest,
  externalId: string,
): Promise<OwnRun | undefined> {
  const { data } = await octokit.rest.checks.listForRef({
    owner: repository.owner,
    repo: repository.repo,
    ref: headSha,
    check_name: CHECK_NAME,
    filter: 'latest',
    per_page: 100,
  });
  const run = data.check_runs.find(({ external_id: id }) => id === externalId);
  return (
    run && { id: run.id, annotated: run.output.annotations_count, isCompleted: run.status === 'completed' }
  );
}

function batchesOf(annotations: readonly Annotation[]): readonly (readonly Annotation[])[] {
  const count = Math.ceil(annotations.length / ANNOTATIONS_PER_REQUEST);
  return Array.from({ length: count }, (_, at) =>
    annotations.slice(at * ANNOTATIONS_PER_REQUEST, (at + 1) * ANNOTATIONS_PER_REQUEST),
  );
}

/** Names what the run says; two runs of one digest say the same. */
function digestOf({ conclusion, title, summary, annotations }: CheckRunRequest): string {
  const text = JSON.stringify([conclusion, title, summary, annotations]);
  return createHash('sha256').update(text).digest('hex');
}
