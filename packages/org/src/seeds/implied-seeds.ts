/**
 * Objects that no answer shows and that were there all the same, since a request about them went well: a signal that was
 * given to somebody, a run that was cancelled. What they were is told nowhere, so they are as plain as may be.
 */

import { UNTOUCHED_TRIAGE } from '@signalwright/model';

import { isObject } from '../http/json-body.ts';
import { userSeedOf } from './people-seeds.ts';
import type { RecordedExchange, Seed } from './seed.ts';

/** The only step of a workflow that stands for a recorded one. */
const RUN_STEP = 'recorded';

const SIGNAL =
  /^\/api\/(?:v1\/security_analytics|v2\/security_monitoring)\/signals\/([^/]+)(?:\/(?:state|assignee|incidents|update|add_to_incident))?$/;
const WORKFLOW = /^\/api\/v2\/workflows\/([0-9a-f-]{36})(?:\/instances(?:\/([0-9a-f-]{36})(?:\/cancel)?)?)?$/;

/** What the path and the body of a request that went well name, beside what answers show. */
export function impliedSeeds({ request }: RecordedExchange, atMs: number): readonly Seed[] {
  const { path, body } = request;
  const signalId = SIGNAL.exec(path)?.[1];
  if (signalId !== undefined && request.method === 'PATCH') {
    const signal = { kind: 'signal', id: signalId, createdAtMs: atMs, triage: UNTOUCHED_TRIAGE } as const;
    return [...assigneeOf(body?.value), signal];
  }
  const [, workflowId, runId] = WORKFLOW.exec(path) ?? [];
  if (workflowId === undefined) return [];
  const run = runId === undefined ? [] : [{ kind: 'run', id: runId, workflowId, createdAtMs: atMs } as const];
  return [workflowOf(workflowId, atMs), ...run];
}

/** Version 1 names who gets the signal by uuid alone. */
function assigneeOf(body: unknown): readonly Seed[] {
  const assignee = isObject(body) ? body['assignee'] : undefined;
  if (typeof assignee !== 'string' || assignee === '') return [];
  return [userSeedOf({ id: assignee, attributes: {}, related: [] })];
}

function workflowOf(id: string, atMs: number): Seed {
  const spec = {
    handle: `recorded-${id.slice(0, 8)}`,
    triggers: [{ securityTrigger: {}, startStepNames: [RUN_STEP] }],
    steps: [{ name: RUN_STEP, actionId: 'signalwright.signal.comment', parameters: [] }],
  };
  return {
    kind: 'workflow',
    id,
    version: 1,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    createdBy: 'seed',
    updatedBy: 'seed',
    fields: { name: 'Recorded', description: '', tags: [], published: true, spec },
  };
}
