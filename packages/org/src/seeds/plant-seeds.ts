/** Puts seeds into the store of an org that is not open yet. What they are is in the audit trail, like any other write. */

import type { Actor, DetectedSignal } from '@signalwright/model';
import { readContent, readSignal, seedContent, seedSignal } from '@signalwright/signals';
import type { Database } from '@signalwright/store';

import type { Seed, SignalSeed } from './seeds-of.ts';

const SEEDER: Actor = { kind: 'system', id: 'seed', name: 'Seed', permissions: new Set(), cause: [] };

export async function plantSeeds(db: Database, seeds: readonly Seed[]): Promise<void> {
  await db.write(() => {
    for (const seed of seeds) {
      if (seed.kind !== 'signal') {
        if (readContent(db, seed.kind, seed.id) === undefined) seedContent(db, SEEDER, seed);
      } else if (readSignal(db, seed.id) === undefined) {
        seedSignal(db, detectionOf(seed), seed.triage, seed.createdAtMs);
      }
    }
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
