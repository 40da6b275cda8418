/** `/api/v2/restriction_policy`. Source: the specification and recorded conversations. */

import {
  readPolicy,
  resourceProblem,
  type PolicyBinding,
  type RestrictionPolicy,
} from '@signalwright/signals';

import { isObject } from '../http/json-body.ts';
import { json, NO_CONTENT, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerPeople, badRequest } from '../people/people-answer.ts';
import { readPeopleBody } from '../people/read-people-body.ts';

const OPEN = {
  kind: 'any-user',
  why: 'the policy itself says who may change it, and a resource without one whoever may change the resource',
} as const;

export function restrictionPolicyRoutes(services: OrgServices): readonly Route[] {
  const path = '/api/v2/restriction_policy/:resourceId';
  return [
    { method: 'GET', path, access: OPEN, handle: (request) => getPolicy(services, request) },
    { method: 'POST', path, access: OPEN, handle: (request) => putPolicy(services, request) },
    { method: 'DELETE', path, access: OPEN, handle: (request) => removePolicy(services, request) },
  ];
}

function getPolicy({ context }: OrgServices, { params }: RouteRequest): Answer {
  const resourceId = params['resourceId'] ?? '';
  const problem = resourceProblem(resourceId);
  if (problem !== undefined) return badRequest(problem);
  return json(200, { data: policyBody(readPolicy(context.db, resourceId)) });
}

async function putPolicy(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const resourceId = request.params['resourceId'] ?? '';
  const problem = resourceProblem(resourceId);
  if (problem !== undefined) return badRequest(problem);
  const body = await readPeopleBody(request, 'restriction_policy');
  if (!body.ok) return badRequest(body.reason);
  const bindings = readBindings(body.value.attributes['bindings']);
  if (bindings === undefined) return badRequest();
  if (body.value.id !== resourceId) {
    return badRequest('The id attribute in the request body does not match the resource_id in the URL');
  }
  const allowSelfLockout = request.query.get('allow_self_lockout') === 'true';
  const result = await services.people.putPolicy(request.actor, { resourceId, bindings }, allowSelfLockout);
  return answerPeople(result, (policy) => json(200, { data: policyBody(policy) }));
}

async function removePolicy(services: OrgServices, { params, actor }: RouteRequest): Promise<Answer> {
  return answerPeople(
    await services.people.removePolicy(actor, params['resourceId'] ?? ''),
    () => NO_CONTENT,
  );
}

function policyBody({ resourceId, bindings }: RestrictionPolicy): object {
  return { type: 'restriction_policy', id: resourceId, attributes: { bindings } };
}

function readBindings(value: unknown): readonly PolicyBinding[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const bindings = value.map((each: unknown) => {
    if (!isObject(each) || typeof each['relation'] !== 'string') return undefined;
    const { relation, principals } = each;
    const isList = Array.isArray(principals) && principals.every((one) => typeof one === 'string');
    return isList ? { relation, principals } : undefined;
  });
  return bindings.every((binding) => binding !== undefined) ? bindings : undefined;
}
