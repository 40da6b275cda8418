/** `/api/v2/workflows` and the instances of a workflow. Source: recorded conversations. */

import { unreachable } from '@signalwright/model';
import { appendAudit, listContent, readContent, readSignal, type ContentFields } from '@signalwright/signals';
import { PATHS, decodeRunRequest, workflowErrors } from '@signalwright/wire';

import { withoutServerFields } from '../content/server-fields.ts';
import { newWorkflowId } from '../content/remote-id.ts';
import { answerWorkflow, checkWorkflowFields } from '../content/workflow-payload.ts';
import { NO_CONTENT, json, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { readyWorkflow, workflowIdOf, type LiveWorkflow } from '../live-content.ts';
import type { OrgServices } from '../org-services.ts';
import { visibleTo } from '../people/restricted-routes.ts';
import { isObject, objectAt } from '../http/json-body.ts';
import type { WorkflowInstance } from '../workflow-port.ts';
import { changeObject, createObject, deleteObject } from './content-change.ts';
import { readAttributes } from './json-api-body.ts';
import { contentDocument, filterContent, pageOf } from './paging.ts';

const READ = { kind: 'permission', permission: 'workflows_read' } as const;
const WRITE = { kind: 'permission', permission: 'workflows_write' } as const;
const RUN = { kind: 'permission', permission: 'workflows_run' } as const;
const KIND = 'workflow';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function workflowRoutes(services: OrgServices): readonly Route[] {
  const all = PATHS.workflows;
  const one = `${all}/:workflowId`;
  const instances = `${one}/instances`;
  const instance = `${instances}/:instanceId`;
  return [
    { method: 'GET', path: all, access: READ, handle: (request) => listWorkflows(services, request) },
    { method: 'POST', path: all, access: WRITE, handle: (request) => createWorkflow(services, request) },
    { method: 'GET', path: one, access: READ, handle: (request) => getWorkflow(services, request) },
    { method: 'PATCH', path: one, access: WRITE, handle: (request) => updateWorkflow(services, request) },
    { method: 'DELETE', path: one, access: WRITE, handle: (request) => deleteWorkflow(services, request) },
    { method: 'GET', path: instances, access: READ, handle: (request) => listInstances(services, request) },
    { method: 'POST', path: instances, access: RUN, handle: (request) => runWorkflow(services, request) },
    { method: 'GET', path: instance, access: READ, handle: (request) => getInstance(services, request) },
    {
      method: 'PUT',
      path: `${instance}/cancel`,
      access: RUN,
      handle: (request) => cancelInstance(services, request),
    },
  ];
}

function listWorkflows(services: OrgServices, { query, actor }: RouteRequest): Answer {
  const all = visibleTo(services, actor, 'workflow', listContent(services.context.db, KIND));
  const found = filterContent(all, query.get('filter[query]'), contentDocument);
  if (found === undefined) return jsonApi(400, workflowErrors(undefined, 'filter[query] is invalid'));
  const result = pageOf(found, query, { size: 'limit', number: 'page', defaultSize: DEFAULT_PAGE_SIZE });
  if (!result.ok) return jsonApi(400, workflowErrors(undefined, result.reason));
  const withSpecs = query.get('filter[includeSpecs]') === 'true';
  return jsonApi(200, {
    data: result.page.rows.map((stored) => answerWorkflow(stored, withSpecs)),
    meta: { page: { totalCount: all.length, totalFilteredCount: found.length } },
  });
}

/** Recorded: 548 workflows, and 50 of them without a limit. */
const DEFAULT_PAGE_SIZE = 50;

async function createWorkflow(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const fields = await readFields(request);
  if ('kind' in fields) return fields;
  const { value } = fields;
  const details = checkWorkflowFields(value);
  if (details.length > 0) return jsonApi(400, workflowErrors(undefined, ...details));
  const isFree = (): boolean => isHandleFree(services, value);
  const created = await createObject(services, request.actor, KIND, value, newWorkflowId, isFree);
  if (created.ok) return jsonApi(201, { data: answerWorkflow(created.stored, true) });
  return created.reason === 'full'
    ? jsonApi(400, workflowErrors(undefined, 'the org holds no more workflows'))
    : handleTaken(value);
}

function getWorkflow(services: OrgServices, { params }: RouteRequest): Answer {
  const stored = readContent(services.context.db, KIND, params['workflowId'] ?? '');
  return stored === undefined ? notFound() : jsonApi(200, { data: answerWorkflow(stored, true) });
}

async function updateWorkflow(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['workflowId'] ?? '';
  const fields = await readFields(request);
  if ('kind' in fields) return fields;
  const before = readContent(services.context.db, KIND, id);
  if (before === undefined) return notFound();
  const after = { ...before.fields, ...fields.value };
  const details = checkWorkflowFields(after);
  if (details.length > 0) return jsonApi(400, workflowErrors(undefined, ...details));
  const changed = await changeObject(
    services,
    request.actor,
    { kind: KIND, id, version: before.version },
    () => after,
    () => isHandleFree(services, after, id),
  );
  if (changed.ok) return jsonApi(200, { data: answerWorkflow(changed.stored, true) });
  switch (changed.reason) {
    case 'not_found':
      return notFound();
    case 'not_admitted':
      return handleTaken(after);
    case 'conflict':
      return jsonApi(409, workflowErrors(undefined, 'the workflow was changed at the same time'));
    default:
      return unreachable(changed);
  }
}

async function deleteWorkflow(services: OrgServices, { actor, params }: RouteRequest): Promise<Answer> {
  return (await deleteObject(services, actor, KIND, params['workflowId'] ?? '')) ? NO_CONTENT : notFound();
}

function listInstances(services: OrgServices, { params, query }: RouteRequest): Answer {
  const found = findWorkflow(services, params['workflowId'] ?? '');
  if ('kind' in found) return found;
  const instances = services.workflows()?.list(found.workflow.id) ?? [];
  const result = pageOf(instances, query);
  if (!result.ok) return json(400, workflowErrors('INVALID_FIELD_VALUE', result.reason));
  return jsonApi(200, {
    data: result.page.rows.map(answerInstance),
    meta: { page: { totalCount: instances.length } },
  });
}

/**
 * A run by hand. The payload holds the inputs by name, and `signalId` names the signal that the run is about:
 * security workflows run on a signal and not without one.
 */
async function runWorkflow(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const found = findWorkflow(services, request.params['workflowId'] ?? '');
  if ('kind' in found) return found;
  const body = await request.json();
  if (!body.ok) return refuseRun(body.reason);
  const payload = decodeRunRequest(body.value);
  if (!payload.ok) return refuseRun(...payload.problems.map(({ message }) => message));
  const { signalId, ...inputs } = payload.value;
  const signal = typeof signalId === 'string' ? readSignal(services.context.db, signalId) : undefined;
  if (signal === undefined) return refuseRun('meta.payload.signalId names no signal');
  const port = services.workflows();
  if (port === undefined) return refuseRun('this org runs no workflows');
  const { actor } = request;
  const started = await port.start({
    workflow: found.workflow,
    signal,
    actorId: actor.id,
    inputs,
    cause: [...actor.cause, `signal:${signal.id}`],
    key: Buffer.from(services.context.random(KEY_BYTES)).toString('hex'),
  });
  if (!started.ok) return refuseRun(started.reason);
  await auditRun(services, request, 'workflow.run', { runId: started.runId, signalId: signal.id });
  return jsonApi(200, { data: { id: started.runId, type: 'workflow_instances' } });
}

const KEY_BYTES = 16;

function getInstance(services: OrgServices, { params }: RouteRequest): Answer {
  const instance = findInstance(services, params);
  return 'kind' in instance ? instance : jsonApi(200, { data: answerInstance(instance) });
}

async function cancelInstance(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const instance = findInstance(services, request.params);
  if ('kind' in instance) return instance;
  const isCanceled = (await services.workflows()?.cancel(instance.id)) === true;
  if (!isCanceled) return json(400, workflowErrors('INSTANCE_ENDED', `instance ${instance.id} has ended`));
  await auditRun(services, request, 'workflow.cancel', { runId: instance.id });
  return json(200, {});
}

/** Who started or cancelled a run. What the run then changes is audited with the run as its cause. */
async function auditRun(
  services: OrgServices,
  { actor, params }: RouteRequest,
  action: 'workflow.run' | 'workflow.cancel',
  after: { readonly runId: string; readonly signalId?: string },
): Promise<void> {
  const { db, nowMs } = services.context;
  const subject = `${KIND}:${params['workflowId'] ?? ''}`;
  await db.write(() => appendAudit(db, { actor, atMs: nowMs(), action, subject, after }));
}

/** The workflow behind an id, if this org can run it. */
function findWorkflow(services: OrgServices, id: string): LiveWorkflow | Answer {
  if (!UUID.test(id)) return invalidId('workflow_id');
  const stored = readContent(services.context.db, KIND, id);
  if (stored === undefined)
    return json(404, workflowErrors('WORKFLOW_NOT_FOUND', `workflow ${id} not found`));
  const ready = readyWorkflow(stored);
  return ready.ok ? ready.value : refuseRun(`this org cannot run the workflow: ${ready.reason}`);
}

function findInstance(services: OrgServices, params: RouteRequest['params']): WorkflowInstance | Answer {
  const workflowId = params['workflowId'] ?? '';
  const instanceId = params['instanceId'] ?? '';
  if (!UUID.test(workflowId)) return invalidId('workflow_id');
  if (!UUID.test(instanceId)) return invalidId('instance_id');
  const stored = readContent(services.context.db, KIND, workflowId);
  const found = services.workflows()?.find(instanceId);
  if (stored !== undefined && found?.workflowId === workflowIdOf(stored)) return found;
  return json(404, workflowErrors('INSTANCE_NOT_FOUND', `instance ${instanceId} not found`));
}

/** Notifications name a workflow by its handle, so two workflows cannot share one. */
function isHandleFree(services: OrgServices, fields: ContentFields, ownId?: string): boolean {
  const handle = handleOf(fields);
  if (handle === undefined) return true;
  const others = listContent(services.context.db, KIND).filter((stored) => stored.id !== ownId);
  return !others.some((stored) => handleOf(stored.fields) === handle);
}

function handleTaken(fields: ContentFields): Answer {
  const detail = `the handle ${handleOf(fields) ?? ''} is taken by another workflow`;
  return jsonApi(400, workflowErrors(undefined, detail));
}

function handleOf(fields: ContentFields): string | undefined {
  const handle = isObject(fields['spec']) ? fields['spec']['handle'] : undefined;
  return typeof handle === 'string' && handle !== '' ? handle : undefined;
}

function answerInstance(instance: WorkflowInstance): Readonly<Record<string, unknown>> {
  return {
    id: instance.id,
    type: 'workflow_instances',
    attributes: {
      id: instance.id,
      instanceStatus: { detailsKind: instance.status, displayName: STATUS_NAMES[instance.status] },
      startTimestamp: new Date(instance.startedAtMs).toISOString(),
      ...(instance.endedAtMs !== undefined && { endTimestamp: new Date(instance.endedAtMs).toISOString() }),
      stepStateAssociations: instance.steps.map(({ name, ...stepState }) => ({ stepName: name, stepState })),
      trigger: { securitySignal: { id: instance.signalId } },
      ...(instance.reason !== undefined && { reason: instance.reason }),
    },
  };
}

/** Recorded: Running and Canceled; the others follow them. */
const STATUS_NAMES = {
  IN_PROGRESS: 'Running',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  CANCELED: 'Canceled',
  NEEDS_PERSON: 'Needs a person',
} as const satisfies Record<WorkflowInstance['status'], string>;

async function readFields(request: RouteRequest): Promise<{ readonly value: ContentFields } | Answer> {
  const attributes = await readAttributes(request);
  if (!attributes.ok) return jsonApi(400, workflowErrors(undefined, attributes.reason));
  const { type = 'workflows', id = '' } = objectAt(attributes.body, 'data') ?? {};
  if (type !== 'workflows' || typeof id !== 'string') {
    const detail = `value is invalid for field ${type === 'workflows' ? 'id' : 'type'}`;
    return jsonApi(400, workflowErrors(undefined, detail));
  }
  return { value: withoutServerFields('workflow', attributes.value) };
}

function refuseRun(...details: readonly string[]): Answer {
  return json(400, workflowErrors('INVALID_FIELD_VALUE', ...details));
}

/** Recorded words. */
function invalidId(field: string): Answer {
  return json(400, workflowErrors('INVALID_FIELD_VALUE', `value <no value> is invalid for field ${field}`));
}

function notFound(): Answer {
  return jsonApi(404, workflowErrors(undefined, 'workflow not found'));
}
