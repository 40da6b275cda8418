/** What the public API has no endpoint for: everything here stands under `/api/signalwright/`. */

import type { Actor } from '@signalwright/model';
import {
  countNotices,
  listRoles,
  noticesOf,
  readAudit,
  readComments,
  readDenylist,
  readSignal,
} from '@signalwright/signals';
import {
  PATHS,
  decodeBlockRequest,
  decodeCommentRequest,
  encodeDenylist,
  encodeDenylistEntry,
  encodeThreatIntel,
  plainErrors,
} from '@signalwright/wire';

import { NO_CONTENT, json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerRefusal } from './command-answer.ts';

const READ_SIGNALS = { kind: 'permission', permission: 'security_monitoring_signals_read' } as const;
const WRITE_SIGNALS = { kind: 'permission', permission: 'security_monitoring_signals_write' } as const;
const READ_BLOCKS = { kind: 'permission', permission: 'appsec_protect_read' } as const;
const WRITE_BLOCKS = { kind: 'permission', permission: 'appsec_protect_write' } as const;
const READ_AUDIT = { kind: 'permission', permission: 'audit_logs_read' } as const;
const MANAGE_USERS = { kind: 'permission', permission: 'user_access_manage' } as const;

const OWN = '/api/signalwright';

export function ownRoutes(services: OrgServices): readonly Route[] {
  const signal = `${PATHS.ownSignals}/:signalId`;
  return [
    { method: 'GET', path: PATHS.denylist, access: READ_BLOCKS, handle: () => listDenylist(services) },
    {
      method: 'POST',
      path: PATHS.denylist,
      access: WRITE_BLOCKS,
      handle: (request) => block(services, request),
    },
    {
      method: 'DELETE',
      path: PATHS.denylist,
      access: WRITE_BLOCKS,
      handle: (request) => unblock(services, request),
    },
    { method: 'GET', path: PATHS.asmData, access: READ_BLOCKS, handle: () => getAsmData(services) },
    {
      method: 'GET',
      path: PATHS.threatIntel,
      access: READ_SIGNALS,
      handle: (request) => lookUp(services, request),
    },
    {
      method: 'GET',
      path: `${signal}/comments`,
      access: READ_SIGNALS,
      handle: (request) => listComments(services, request),
    },
    {
      method: 'POST',
      path: `${signal}/comments`,
      access: WRITE_SIGNALS,
      handle: (request) => comment(services, request),
    },
    {
      method: 'GET',
      path: `${signal}/notices`,
      access: READ_SIGNALS,
      handle: (request) => listNotices(services, request),
    },
    {
      method: 'GET',
      path: `${OWN}/audit`,
      access: READ_AUDIT,
      handle: (request) => listAudit(services, request),
    },
    { method: 'GET', path: `${OWN}/users`, access: READ_SIGNALS, handle: () => listUsers(services) },
    { method: 'GET', path: `${OWN}/status`, access: READ_SIGNALS, handle: () => getStatus(services) },
    {
      method: 'POST',
      path: `${OWN}/launch_links`,
      access: MANAGE_USERS,
      handle: ({ actor }) => makeLaunchLink(services, actor),
    },
  ];
}

function listDenylist(services: OrgServices): Answer {
  const { db, nowMs } = services.context;
  return json(200, { data: readDenylist(db, nowMs()).map(encodeDenylistEntry) });
}

async function block(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const decoded = decodeBlockRequest(body.value);
  if (!decoded.ok) return json(400, plainErrors(...decoded.problems.map(describe)));
  const { kind, ...change } = decoded.value;
  const { commands } = services;
  const result = await (kind === 'ip'
    ? commands.blockIp(request.actor, change)
    : commands.blockUser(request.actor, change));
  return result.ok ? json(200, { data: encodeDenylistEntry(result.value) }) : answerRefusal(result.refusal);
}

async function unblock(services: OrgServices, { actor, query }: RouteRequest): Promise<Answer> {
  const kind = query.get('kind');
  const value = query.get('value');
  if ((kind !== 'ip' && kind !== 'user') || value === null) {
    return json(400, plainErrors('The parameters kind (ip or user) and value are needed.'));
  }
  const result = await services.commands.unblock(actor, kind, value);
  return result.ok ? NO_CONTENT : answerRefusal(result.refusal);
}

function getAsmData(services: OrgServices): Answer {
  const { db, nowMs } = services.context;
  return json(200, encodeDenylist(readDenylist(db, nowMs()), nowMs()));
}

function lookUp(services: OrgServices, { query }: RouteRequest): Answer {
  const ip = query.get('ip') ?? '';
  const answer = services.threatIntel.lookUp(ip);
  return answer === undefined
    ? json(400, plainErrors('The parameter ip is needed: a single IP address.'))
    : json(200, encodeThreatIntel(ip, answer));
}

function listComments(services: OrgServices, { params }: RouteRequest): Answer {
  const signalId = params['signalId'] ?? '';
  if (readSignal(services.context.db, signalId) === undefined)
    return json(404, plainErrors('Signal not found'));
  return json(200, { data: readComments(services.context.db, signalId).map(answerComment) });
}

async function comment(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const decoded = decodeCommentRequest(body.value);
  if (!decoded.ok) return json(400, plainErrors(...decoded.problems.map(describe)));
  const signalId = request.params['signalId'] ?? '';
  const result = await services.commands.comment(request.actor, { signalId, ...decoded.value });
  return result.ok ? json(201, { data: answerComment(result.value) }) : answerRefusal(result.refusal);
}

function answerComment(added: ReturnType<typeof readComments>[number]): Readonly<Record<string, unknown>> {
  const { id, atMs, authorId, authorName, text } = added;
  return {
    id,
    type: 'comments',
    attributes: { text, created_at: atMs, author: { uuid: authorId, name: authorName } },
  };
}

/** Whom a signal told, and what came of it. */
function listNotices(services: OrgServices, { params }: RouteRequest): Answer {
  const items = noticesOf(services.context.db, params['signalId'] ?? '');
  return json(200, {
    data: items.map(({ id, notice, status, attempts, lastReason }) => ({
      id: String(id),
      type: 'notices',
      attributes: {
        target: notice.target,
        source: notice.source,
        event: notice.reason,
        severity: notice.severity,
        status,
        attempts,
        ...(lastReason !== undefined && { reason: lastReason }),
      },
    })),
  });
}

function listAudit(services: OrgServices, { query }: RouteRequest): Answer {
  const entries = readAudit(services.context.db, query.get('subject') ?? undefined);
  return json(200, {
    data: entries.map(({ seq, ...attributes }) => ({ id: String(seq), type: 'audit', attributes })),
  });
}

/** Whom a signal can be given to: who is there, and under which role. */
function listUsers({ identity, context }: OrgServices): Answer {
  const roles = new Map(listRoles(context.db).map((role) => [role.id, role.name]));
  const users = identity.users.filter(({ isDisabled }) => !isDisabled);
  return json(200, {
    data: users.map(({ uuid, id, name, handle, roleIds }) => ({
      id: uuid,
      type: 'users',
      attributes: { id, name, handle, role: roleIds.map((roleId) => roles.get(roleId) ?? '').join(', ') },
    })),
  });
}

function getStatus(services: OrgServices): Answer {
  const { pipeline, context } = services;
  const { rules, ...counts } = pipeline.stats();
  return json(200, {
    data: {
      detection: { ...counts, rules: rules.length },
      notices: countNotices(context.db),
      notRun: pipeline.content.notRun,
    },
  });
}

function makeLaunchLink(services: OrgServices, actor: Actor): Answer {
  return json(201, {
    data: { type: 'launch_links', attributes: { path: services.sessions.newLaunchPath(actor) } },
  });
}

function describe(problem: { readonly path: string; readonly message: string }): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
}
