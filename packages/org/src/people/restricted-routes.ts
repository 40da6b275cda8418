/**
 * Restriction policies at the door: a route about one rule or workflow asks, after permissions, whether a policy lets
 * the actor do what the route does. Where a policy says no, the object is there and closed: 403.
 */

import { isBound, listPolicies, readPolicy } from '@signalwright/signals';
import type { Actor } from '@signalwright/model';
import { PATHS, plainErrors } from '@signalwright/wire';

import { json, type Route } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';

type Relation = 'viewer' | 'runner' | 'editor';

/** Routes whose path goes on with a parameter are about one object. */
const KINDS = [
  { kind: 'security-rule', path: PATHS.rules },
  { kind: 'workflow', path: PATHS.workflows },
] as const;

/** Whether a policy lets the actor be this to the object; without one everybody is. */
export function isAllowedBy(
  { context, identity }: OrgServices,
  actor: Actor,
  resourceId: string,
  relation: Relation,
): boolean {
  return isBound(context.db, actor, readPolicy(context.db, resourceId), relation, identity.orgId);
}

/** Those of a list whom no policy hides from the actor. */
export function visibleTo<T extends { readonly id: string }>(
  { context, identity }: OrgServices,
  actor: Actor,
  kind: (typeof KINDS)[number]['kind'],
  rows: readonly T[],
): readonly T[] {
  const { db } = context;
  const hidden = new Set(
    listPolicies(db, kind)
      .filter((policy) => !isBound(db, actor, policy, 'viewer', identity.orgId))
      .map(({ resourceId }) => resourceId),
  );
  return hidden.size === 0 ? rows : rows.filter(({ id }) => !hidden.has(`${kind}:${id}`));
}

/** The same route, closed to those whom a policy keeps out. */
export function withPolicies(services: OrgServices, route: Route): Route {
  const about = KINDS.find(({ path }) => route.path.startsWith(`${path}/:`));
  if (about === undefined) return route;
  const parameter = route.path.slice(`${about.path}/:`.length).split('/')[0] ?? '';
  const relation = relationOf(route);
  return {
    ...route,
    handle: (request) => {
      const resourceId = `${about.kind}:${request.params[parameter] ?? ''}`;
      if (isAllowedBy(services, request.actor, resourceId, relation)) return route.handle(request);
      return json(403, plainErrors(`Forbidden: a restriction policy keeps you from being ${relation}.`));
    },
  };
}

function relationOf({ method, path }: Route): Relation {
  if (method === 'GET') return 'viewer';
  return path.includes('/instances') ? 'runner' : 'editor';
}
