/** Reads every object of an org through its API; nothing is changed there. */

import type { ImportSource } from '@signalwright/content';
import type { Kind, ProjectConfig } from '@signalwright/model';
import { REMOTE_KINDS, attributesOf, type RemoteKind, type RemoteObject } from '@signalwright/wire';
import { answerOf } from './api-answer.ts';
import { usageFailure } from './failure.ts';
import type { WorkContext } from './command.ts';
import type { FoundSources } from './import-sources.ts';
import { openTarget, type Target } from './target.ts';
import type { World } from './world.ts';

export interface OrgToImport {
  readonly root: string;
  readonly config: ProjectConfig;
  /** Name of an environment, or `datadog` or `embedded` where exactly one has that target. */
  readonly from: string;
  /** Only this kind. */
  readonly kind?: Kind;
}

/** @throws CommandFailure when there is no such environment, or its org refuses or does not answer */
export async function readOrgObjects(options: OrgToImport, context: WorkContext): Promise<FoundSources> {
  const { root, config, from, kind } = options;
  if (kind === 'saved-view')
    throw usageFailure('Saved views have no API.', 'Import their files: signalwright import views.json');
  const env = environmentOf(config, from);
  const progress = context.reporter.progress(`reading ${env}, answer`);
  const world = countingAnswers(context.world, (answers) => progress.update(answers));
  const target = await openTarget({ root, config, env }, world);
  const { client, plan } = target;
  const sources: ImportSource[] = [];
  for (const each of kind === undefined ? REMOTE_KINDS : [kind]) {
    const listed = answerOf(await client.objects(each).list(), target);
    for (const object of listed) {
      const whole = await completeObject(target, each, object);
      sources.push({ kind: each, payload: whole.payload, where: `${plan.name} ${each} ${object.id}` });
    }
  }
  progress.end();
  return { sources, refused: [], environment: env };
}

/** Nobody knows how many pages a list has, or how long the service makes us wait between them. */
function countingAnswers(world: World, onAnswer: (answers: number) => void): World {
  let answers = 0;
  return {
    ...world,
    fetch: async (input, init) => {
      const response = await world.fetch(input, init);
      onAnswer((answers += 1));
      return response;
    },
  };
}

function environmentOf(config: ProjectConfig, from: string): string {
  if (Object.hasOwn(config.environments, from)) return from;
  const names = Object.entries(config.environments)
    .filter(([, { target }]) => target === from)
    .map(([name]) => name);
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  const known = Object.keys(config.environments).join(', ');
  throw usageFailure(`There is no one environment "${from}" in signalwright.yaml.`, `It has: ${known}.`);
}

/** Lists of workflows may come without the spec: then the object itself is read. */
async function completeObject(target: Target, kind: RemoteKind, object: RemoteObject): Promise<RemoteObject> {
  const { spec } = attributesOf(object.payload);
  if (kind !== 'workflow' || (spec !== undefined && spec !== null)) return object;
  return answerOf(await target.client.workflows.get(object.id), target);
}
