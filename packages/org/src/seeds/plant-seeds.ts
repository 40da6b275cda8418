/** Puts seeds into the store of an org that is not open yet. */

import type { DetectedSignal } from '@signalwright/model';
import {
  findRole,
  findRoleByName,
  findUser,
  findUserByHandle,
  listContent,
  putRole,
  putUser,
  readContent,
  readSignal,
  seedContent,
  seedEarlierAudit,
  seedSignal,
  type EarlierAuditEvent,
} from '@signalwright/signals';
import type { Database } from '@signalwright/store';

import { BUILT_IN_FILTER } from '../content/security-filter-payload.ts';
import { newShortId } from '../content/remote-id.ts';
import type { AuditSeed, Seed, SignalSeed } from './seed.ts';

export async function plantSeeds(db: Database, seeds: readonly Seed[]): Promise<void> {
  await db.write(() => {
    for (const seed of seeds) plantSeed(db, seed);
    seedEarlierAudit(db, oldestFirst(seeds.filter((seed) => seed.kind === 'audit-event')));
  });
}

/** A list shows them the one way or the other; of those of one moment, that is all that tells the order. */
function oldestFirst(seeds: readonly AuditSeed[]): readonly EarlierAuditEvent[] {
  const shown = seeds.map(({ id, createdAtMs, attributes }) => ({ id, atMs: createdAtMs, attributes }));
  return (shown.at(-1)?.atMs ?? 0) > (shown[0]?.atMs ?? 0) ? shown : shown.toReversed();
}

function plantSeed(db: Database, seed: Seed): void {
  switch (seed.kind) {
    case 'signal':
      if (readSignal(db, seed.id) === undefined) {
        seedSignal(db, detectionOf(seed), seed.triage, seed.createdAtMs);
      }
      return;
    case 'role':
      if (findRole(db, seed.id) === undefined && findRoleByName(db, seed.role.name) === undefined) {
        putRole(db, seed.role);
      }
      return;
    case 'user': {
      const { user } = seed;
      if (findUser(db, seed.id) !== undefined || findUserByHandle(db, user.handle) !== undefined) return;
      putUser(db, { ...user, roleIds: user.roleIds.filter((id) => findRole(db, id) !== undefined) });
      return;
    }
    // The one stands before the trail, the other with whoever runs workflows.
    case 'audit-event':
    case 'run':
      return;
    default:
      if (readContent(db, seed.kind, seed.id) === undefined) seedContent(db, seed);
  }
}

export interface SeedContext {
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** What every org has from the start, and gets again when an older version made it without. */
export async function plantBuiltIns(db: Database, { nowMs, random }: SeedContext): Promise<void> {
  await db.write(() => {
    const kind = 'security-filter';
    if (listContent(db, kind).some(({ fields }) => fields['is_builtin'] === true)) return;
    const atMs = nowMs();
    const by = { createdBy: 'system', updatedBy: 'system' };
    const filter = { kind, id: newShortId(random), version: 1, fields: BUILT_IN_FILTER } as const;
    seedContent(db, { ...filter, createdAtMs: atMs, updatedAtMs: atMs, ...by });
  });
}

/** Stands for a detection that nobody recorded. */
function detectionOf({ id, createdAtMs }: SignalSeed): DetectedSignal {
  return {
    id,
    rule: {
      id: 'seed',
      name: 'Seed',
      type: 'log_detection',
      version: 1,
      detectionMethod: 'threshold',
      tags: [],
    },
    caseName: '',
    severity: 'info',
    title: 'Seed',
    message: '',
    services: [],
    tags: [],
    group: {},
    attributes: {},
    entities: [],
    firstSeenMs: createdAtMs,
    lastSeenMs: createdAtMs,
    eventsMatched: 1,
    eventsMatchedPerQuery: {},
    sampleEventIds: [],
    notifications: [],
    actions: [],
  };
}
