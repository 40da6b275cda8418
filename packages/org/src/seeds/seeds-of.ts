/**
 * What an org must hold before a recorded conversation begins: objects that answers show and no request of the
 * conversation made. They come from the bodies of answers that went well; no answer of the recording is ever given
 * again. Source: recorded conversations, of which a part speaks of objects that only the recorded org had.
 */

import {
  ARCHIVE_REASONS,
  TRIAGE_STATES,
  UNASSIGNED,
  type Assignee,
  type GrantablePermission,
} from '@signalwright/model';

import { isObject } from '../http/json-body.ts';
import type { AuditSeed, ContentSeed, RecordedExchange, Seed, SignalSeed } from './seed.ts';
import { impliedSeeds } from './implied-seeds.ts';
import { CREATED, UPDATED, momentOf } from './moment-of.ts';
import { permissionsIn, relatedOf, roleSeedOf, userSeedOf } from './people-seeds.ts';

/** Chosen: far more than any recorded list shows. */
const MAX_SEEDS = 10_000;

/** @param atMs when the conversation began, Unix time in milliseconds */
export function seedsOf(exchanges: readonly RecordedExchange[], atMs: number): readonly Seed[] {
  const known = new Set<string>();
  const seeds: Seed[] = [];
  const permissions = new Map<string, GrantablePermission>();
  for (const { request, response } of exchanges) {
    if (response.status < 200 || response.status > 299) continue;
    const isMade = request.method === 'POST' && !request.path.endsWith('/search');
    const body = bodyOf(response.body.value);
    for (const [id, name] of permissionsIn(body)) permissions.set(id, name);
    for (const shown of objectsOf(body)) {
      const key = `${shown.kind} ${shown.id}`;
      if (known.has(key) || seeds.length >= MAX_SEEDS) continue;
      known.add(key);
      if (!isMade) seeds.push(seedOf(shown, permissions));
    }
  }
  const implied = exchanges
    .filter(({ response }) => response.status >= 200 && response.status <= 299)
    .flatMap((exchange) => impliedSeeds(exchange, atMs));
  for (const seed of implied) {
    const key = `${seed.kind} ${seed.id}`;
    if (known.has(key) || seeds.length >= MAX_SEEDS) continue;
    known.add(key);
    seeds.push(seed);
  }
  return seeds;
}

interface Shown {
  readonly id: string;
  readonly kind: ShownKind;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly owner: string;
  /** Ids of its roles or permissions. */
  readonly related: readonly string[];
}

type ShownKind = Exclude<Seed['kind'], 'run'>;

const KINDS: Readonly<Record<string, ShownKind>> = {
  suppressions: 'suppression',
  notification_rules: 'notification-rule',
  workflows: 'workflow',
  security_filters: 'security-filter',
  critical_assets: 'critical-asset',
  signal_metadata: 'signal',
  users: 'user',
  roles: 'role',
  audit: 'audit-event',
  action_connection: 'action-connection',
};

/** The objects of an answer: `{ data: {…} }`, `{ data: […] }`, or a rule as it is; and what is included. */
function objectsOf(body: unknown): readonly Shown[] {
  if (!isObject(body)) return [];
  const data: readonly unknown[] = Array.isArray(body['data']) ? body['data'] : [body['data'] ?? body];
  const included: readonly unknown[] = Array.isArray(body['included']) ? body['included'] : [];
  // A user is planted after the roles that he holds.
  const shown = [...included, ...data];
  return shown.flatMap((each) => {
    if (!isObject(each)) return [];
    const { id, type, attributes } = each;
    if (typeof id !== 'string') return [];
    const kind = typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    if (kind !== undefined && isObject(attributes)) {
      return [{ id, kind, attributes, owner: ownerOf(each), related: relatedOf(each) }];
    }
    return isRule(each)
      ? [{ id, kind: 'detection-rule' as const, attributes: each, owner: ownerOf(each), related: [] }]
      : [];
  });
}

/** A rule as an answer of the API shows it; undefined for what is none. */
export function ruleSeedOf(answered: Readonly<Record<string, unknown>>): ContentSeed | undefined {
  const { id } = answered;
  if (typeof id !== 'string' || !isRule(answered)) return undefined;
  return contentSeedOf({ id, kind: 'detection-rule', attributes: answered, owner: 'seed', related: [] });
}

function isRule(value: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(value['cases']) && isObject(value['options']) && typeof value['message'] === 'string';
}

function ownerOf(object: Readonly<Record<string, unknown>>): string {
  const { relationships } = object;
  const creator = isObject(relationships) ? relationships['creator'] : undefined;
  const data = isObject(creator) ? creator['data'] : undefined;
  return isObject(data) && typeof data['id'] === 'string' ? data['id'] : 'seed';
}

/** Told from what is stored beside the fields, or by nobody but the server. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  ...CREATED,
  ...UPDATED,
  'id',
  'version',
  'creator',
  'updater',
  'creationAuthorId',
  'updateAuthorId',
  'creation_author_id',
  'update_author_id',
  'created_by',
  'modified_by',
  'editable',
]);

function seedOf({ kind, ...shown }: Shown, permissions: ReadonlyMap<string, GrantablePermission>): Seed {
  if (kind === 'signal') return signalSeedOf(shown.id, shown.attributes);
  if (kind === 'audit-event') return auditSeedOf(shown);
  if (kind === 'user') return userSeedOf(shown);
  return kind === 'role' ? roleSeedOf(shown, permissions) : contentSeedOf({ kind, ...shown });
}

function auditSeedOf({ id, attributes }: Omit<Shown, 'kind'>): AuditSeed {
  return { kind: 'audit-event', id, createdAtMs: momentOf(attributes, ['timestamp']) ?? 0, attributes };
}

function contentSeedOf({
  kind,
  id,
  attributes,
  owner,
}: Shown & { readonly kind: ContentSeed['kind'] }): ContentSeed {
  const createdAtMs = momentOf(attributes, CREATED) ?? 0;
  const { version } = attributes;
  return {
    kind,
    id,
    version: typeof version === 'number' && Number.isSafeInteger(version) && version > 0 ? version : 1,
    createdAtMs,
    updatedAtMs: momentOf(attributes, UPDATED) ?? createdAtMs,
    createdBy: owner,
    updatedBy: owner,
    fields: Object.fromEntries(Object.entries(attributes).filter(([key]) => !NOT_KEPT.has(key))),
  };
}

/** As it stands after the first change that the conversation makes: what was before is told nowhere. */
function signalSeedOf(id: string, attributes: Shown['attributes']): SignalSeed {
  const { state, assignee, incident_ids: incidents, archive_reason: reason } = attributes;
  const stateUpdatedAtMs = momentOf(attributes, ['state_update_timestamp']);
  const stateUpdatedBy = personOf(attributes['state_update_user']);
  const archiveReason = ARCHIVE_REASONS.find((known) => known === reason);
  return {
    kind: 'signal',
    id,
    createdAtMs: stateUpdatedAtMs ?? 0,
    triage: {
      state: TRIAGE_STATES.find((known) => known === state) ?? 'open',
      assignee: personOf(assignee) ?? UNASSIGNED,
      incidentIds: Array.isArray(incidents)
        ? incidents.filter((incident): incident is number => Number.isSafeInteger(incident))
        : [],
      ...(archiveReason !== undefined && { archiveReason }),
      ...(stateUpdatedAtMs !== undefined && { stateUpdatedAtMs }),
      ...(stateUpdatedBy !== undefined && { stateUpdatedBy }),
    },
  };
}

function personOf(value: unknown): Assignee | undefined {
  if (!isObject(value)) return undefined;
  const { id, uuid, name } = value;
  if (typeof id !== 'number' || typeof uuid !== 'string') return undefined;
  return { id, uuid, name: typeof name === 'string' ? name : uuid };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
