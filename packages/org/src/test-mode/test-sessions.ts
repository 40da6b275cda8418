/**
 * Orgs that live as long as one test: each with a folder of its own, which ends with it, and a clock that was set to
 * the time of the test's recording and runs on from there.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { openEgress } from '@signalwright/outbound';

import { createOrg } from '../create-org.ts';
import type { Org } from '../org.ts';
import { openEmbeddedWorkflows } from '../embedded-workflows.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Log } from '../log.ts';
import { RecordedScenarios, type RecordedStart, type ScenarioName } from './recorded-scenarios.ts';

export interface TestSessionsOptions {
  /** Emptied at the start and removed at the end: whatever stands in it belongs to sessions. */
  readonly folder: string;
  /** A folder of recorded conversations; without it every session starts empty, now. */
  readonly recordings?: string;
  /** Unix time in milliseconds. */
  readonly nowMs: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  /** Of each session alone. @default what no client on this machine meets */
  readonly rateLimits?: RateLimits;
  readonly log: Log;
}

export interface TestSession {
  readonly id: string;
  /** ISO 8601: where its clock began. */
  readonly frozenAt: string;
  readonly org: Org;
}

/** Chosen: a suite plays its scenarios one after the other, or a handful at once; each is an open database. */
export const MAX_TEST_SESSIONS = 64;
/** Chosen: no request of a test waits as long for the next one. */
export const TEST_SESSION_IDLE_MS = 10 * 60_000;

/** Chosen: how often that is looked at. */
const IDLE_CHECK_MS = 60_000;

interface Held extends TestSession {
  readonly folder: string;
  usedAtMs: number;
}

export class TestSessions {
  readonly #options: TestSessionsOptions;
  readonly #scenarios: RecordedScenarios | undefined;
  readonly #held = new Map<string, Held>();
  readonly #ticker: NodeJS.Timeout;
  #opening = 0;

  constructor(options: TestSessionsOptions) {
    this.#options = options;
    const { folder, recordings } = options;
    this.#scenarios = recordings === undefined ? undefined : new RecordedScenarios(recordings);
    // A process that was killed leaves its sessions behind.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#ticker = setInterval(() => this.#tick(), IDLE_CHECK_MS);
    this.#ticker.unref();
  }

  /** @returns undefined when there are as many as there may be, and none of them has been idle for long */
  async start(name: ScenarioName): Promise<TestSession | undefined> {
    await this.#endIdle();
    if (this.#held.size + this.#opening >= MAX_TEST_SESSIONS) return undefined;
    this.#opening += 1;
    try {
      const session = await this.#open(this.#scenarios?.find(name));
      this.#held.set(session.id, session);
      return session;
    } finally {
      this.#opening -= 1;
    }
  }

  /** Counts as use. */
  find(id: string): TestSession | undefined {
    const held = this.#held.get(id);
    if (held !== undefined) held.usedAtMs = this.#options.nowMs();
    return held;
  }

  /** Closes the org and removes its folder. @returns whether there was such a session */
  async stop(id: string): Promise<boolean> {
    const held = this.#held.get(id);
    if (held === undefined) return false;
    this.#held.delete(id);
    try {
      await held.org.close();
    } finally {
      rmSync(held.folder, { recursive: true, force: true });
    }
    return true;
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    for (const id of this.#held.keys()) await this.stop(id);
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  #tick(): void {
    this.#endIdle().catch((error: unknown) => {
      this.#options.log({ level: 'error', message: 'A session could not end.', reason: String(error) });
    });
  }

  async #endIdle(): Promise<void> {
    const deadlineMs = this.#options.nowMs() - TEST_SESSION_IDLE_MS;
    const idle = [...this.#held.values()].filter(({ usedAtMs }) => usedAtMs < deadlineMs);
    for (const { id } of idle) await this.stop(id);
  }

  async #open(recorded: RecordedStart | undefined): Promise<Held> {
    const { nowMs, sleep, random, rateLimits, log } = this.#options;
    const id = Buffer.from(random(16)).toString('hex');
    const folder = join(this.#options.folder, id);
    mkdirSync(folder, { mode: 0o700 });
    const startedAtMs = nowMs();
    const frozenAtMs = recorded?.frozenAtMs ?? startedAtMs;
    const clock = { nowMs: () => frozenAtMs + nowMs() - startedAtMs, sleep };
    // Tests name receivers that do not exist, and nothing of a test may reach anybody.
    const egress = openEgress({ allow: [] });
    const org = await createOrg({
      dataDir: folder,
      nowMs: clock.nowMs,
      random,
      connectors: new Map(),
      egress,
      neverBlock: [],
      ...(rateLimits !== undefined && { rateLimits }),
      log,
      beganBefore: true,
      seeds: recorded?.seeds ?? [],
      openWorkflows: (access) =>
        openEmbeddedWorkflows({ dataDir: folder, clock, random, egress, log, secret: noSecret }, access),
    });
    const frozenAt = recorded?.frozenAt ?? new Date(startedAtMs).toISOString();
    return { id, frozenAt, org, folder, usedAtMs: startedAtMs };
  }
}

function noSecret(name: string): never {
  throw new Error(`There is no secret "${name}" in a session of tests.`);
}
