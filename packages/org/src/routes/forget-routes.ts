/** `POST /api/signalwright/forget`: removes a value from all that the org has stored, while it runs. */

import { PATHS, decodeForgetRequest, encodeForgotten, plainErrors } from '@signalwright/wire';

import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { forgetWhileRunning } from '../upkeep/forget-value.ts';
import { forgettableProblem, isNameOfOwn } from '../upkeep/forgettable.ts';

/** It rewrites the audit trail, so it asks for what lets others in. */
const MANAGE = { kind: 'permission', permission: 'user_access_manage' } as const;

export function forgetRoutes(services: OrgServices): readonly Route[] {
  return [
    {
      method: 'POST',
      path: PATHS.forget,
      access: MANAGE,
      handle: (request) => forget(services, request),
    },
  ];
}

async function forget(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const decoded = decodeForgetRequest(body.value);
  if (!decoded.ok) {
    return json(400, plainErrors(...decoded.problems.map(({ path, message }) => `${path}: ${message}`)));
  }
  const { value } = decoded.value;
  const problem = forgettableProblem(value);
  if (problem !== undefined) return json(400, plainErrors(problem));
  if (isNameOfOwn(services.context.db, value)) {
    return json(
      400,
      plainErrors('Something of this org itself is called so: what it did stays in the audit trail.'),
    );
  }
  const forgotten = await forgetWhileRunning(services, request.actor, decoded.value);
  return json(200, { data: encodeForgotten(forgotten) });
}
