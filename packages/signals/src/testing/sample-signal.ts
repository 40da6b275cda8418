/** Signals and people for the tests of this room. */

import { ROLES, type Actor, type DetectedSignal, type RoleName } from '@signalwright/model';
import { openDatabase, type Database } from '@signalwright/store';

import { parseNeverBlock } from '../block-target.ts';
import type { CommandContext } from '../command.ts';
import { Commands } from '../commands.ts';
import { SIGNALS_MIGRATIONS } from '../schema.ts';
import { SignalIndex } from '../signal-index.ts';

/** 2026-11-22T10:00:00Z. */
export const START_MS = 1_795_341_600_000;

export function sampleSignal(change: Partial<DetectedSignal> = {}): DetectedSignal {
  return {
    id: 'c2lnbmFsLTE',
    rule: {
      id: 'abc-def-ghi',
      name: 'Credential stuffing from one address',
      type: 'application_security',
      version: 1,
      detectionMethod: 'threshold',
      tags: ['security:attack'],
    },
    caseName: 'stuffing',
    severity: 'high',
    title: 'Credential stuffing from one address - stuffing',
    message: '203.0.113.7 failed 30 logins on shop.',
    services: ['shop'],
    env: 'prod',
    tags: ['security:attack', 'service:shop', 'env:prod'],
    group: { service: 'shop', '@http.client_ip': '203.0.113.7' },
    attributes: { http: { client_ip: '203.0.113.7' } },
    entities: [{ role: 'attacker', path: '@http.client_ip', value: '203.0.113.7' }],
    firstSeenMs: START_MS - 60_000,
    lastSeenMs: START_MS,
    eventsMatched: 30,
    eventsMatchedPerQuery: { failures: 30 },
    sampleEventIds: ['e1'],
    notifications: [],
    actions: [],
    ...change,
  };
}

export function sampleActor(role: RoleName = 'admin', change: Partial<Actor> = {}): Actor {
  return {
    kind: 'user',
    id: `uuid-of-${role}`,
    name: role,
    permissions: new Set(ROLES[role]),
    cause: [],
    ...change,
  };
}

/** A clock that stands still until it is moved. */
export interface TestClock {
  nowMs: number;
}

export interface TestStore {
  readonly db: Database;
  readonly index: SignalIndex;
  readonly clock: TestClock;
  readonly context: CommandContext;
  readonly commands: Commands;
  /** How often the denylist was said to have changed. */
  readonly denylistChanges: () => number;
}

/** An empty store; in memory unless a path is given. */
export function openTestStore(path = ':memory:', neverBlock: readonly string[] = []): TestStore {
  const db = openDatabase(path, { migrations: SIGNALS_MIGRATIONS });
  const clock: TestClock = { nowMs: START_MS };
  let counter = 0;
  let changes = 0;
  const context: CommandContext = {
    db,
    nowMs: () => clock.nowMs,
    random: (bytes) => {
      counter += 1;
      return Buffer.alloc(bytes, counter.toString(16).padStart(8, '0'));
    },
    neverBlock: parseNeverBlock(neverBlock),
    onDenylistChanged: () => {
      changes += 1;
    },
  };
  return {
    db,
    index: new SignalIndex(db),
    clock,
    context,
    commands: new Commands(context),
    denylistChanges: () => changes,
  };
}
