/** Opens the embedded org in a folder: its stores, its people, its pipeline, and the application in front of them. */

import { join } from 'node:path';

import {
  type DenylistEntry,
  type RoleName,
  type Signal,
  DEFAULT_RETENTION,
  type Retention,
} from '@signalwright/model';
import {
  Commands,
  OutboxPump,
  People,
  SIGNALS_MIGRATIONS,
  SignalIndex,
  countDelivered,
  countSuppressed,
  countUsers,
  lastStartedRun,
  parseNeverBlock,
  readAudit,
  declareRetention,
  readContent,
  readDenylist,
  readSignal,
  type CommandContext,
} from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';
import { encodeDenylist, type AsmData } from '@signalwright/wire';

import { deliverNotice } from './deliver-notice.ts';
import { Authenticator } from './http/authenticator.ts';
import { buildApp } from './http/build-app.ts';
import { RateLimiter } from './http/rate-limits.ts';
import { RequestMetrics } from './http/request-metrics.ts';
import { IDENTITY_FILE, firstPresent, type Credentials } from './identity/identity-file.ts';
import { Identity } from './identity/identity.ts';
import { Sessions } from './identity/sessions.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { readyWorkflow } from './live-content.ts';
import type { Log } from './log.ts';
import type { Org, OrgOptions } from './org.ts';
import type { OrgServices } from './org-services.ts';
import { Pipeline } from './pipeline.ts';
import { routeTable } from './routes/route-table.ts';
import { readThreatIntel } from './read-threat-intel.ts';
import { ThreatIntelBook } from './threat-intel-book.ts';
import { Sweeper } from './upkeep/sweeper.ts';
import { plantBuiltIns, plantSeeds } from './seeds/plant-seeds.ts';
import type { Seed } from './seeds/seed.ts';
import type { OrgAccess, WorkflowPort } from './workflow-port.ts';

/** How often signals end and held-back growth is told. */
const TICK_MS = 1_000;

/** Stands in URLs of calls in process, which have no socket and so no host. */
const IN_PROCESS = 'http://org.in-process';

/** @throws StoreError when the folder cannot be used: kind `environment`, `busy`, `damaged` or `version` */
export async function createOrg(options: OrgOptions): Promise<Org> {
  const trace = firstPresent(options.dataDir, [...OWN_TRACES, ...(options.traces ?? [])]);
  // Two orgs on one folder would each detect, tell and block; the second is refused as busy.
  const db = openDatabase(join(options.dataDir, 'org.db'), {
    migrations: SIGNALS_MIGRATIONS,
    exclusive: { clock: options.nowMs },
    // An org without its rules and blocks would look healthy and see nothing.
    ...(trace !== undefined && { expected: lostDatabase(trace) }),
  });
  try {
    const { retention = DEFAULT_RETENTION, nowMs } = options;
    db.transaction(() => declareRetention(db, retention, nowMs()));
    await plantSeeds(db, options.seeds ?? []);
    await plantBuiltIns(db, options);
    const org = new EmbeddedOrg(db, options);
    await org.plantRuns(options.seeds ?? []);
    return org;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Files that an org makes after its database, at its first start. */
const OWN_TRACES = [IDENTITY_FILE, 'credentials.json', 'runs.db'];

function lostDatabase(trace: string): string {
  return (
    `${trace} beside it shows that an org kept its signals, rules and blocks there. ` +
    'Restore it from a copy; to start over, `signalwright up --reset` removes what is left.'
  );
}

class EmbeddedOrg implements Org {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly routes: Org['routes'];
  readonly pipeline: Pipeline;
  readonly commands: Commands;
  readonly ownerCredentials: Credentials;
  readonly #context: CommandContext;
  readonly #signals: SignalIndex;
  readonly #identity: Identity;
  readonly #people: People;
  readonly #sessions: Sessions;
  readonly #pump: OutboxPump;
  readonly #denylistListeners = new Set<(data: AsmData) => void>();
  readonly #workflows: WorkflowPort | undefined;
  readonly #jobs: JobRunner;
  readonly #sweeper: Sweeper;
  readonly #ticker: NodeJS.Timeout;
  readonly #log: Log;
  readonly #metrics = new RequestMetrics();
  #isReady = false;
  #closing: Promise<void> | undefined;

  constructor(db: Database, options: OrgOptions) {
    const { nowMs, random, log, dataDir } = options;
    this.#log = log;
    this.#context = {
      db,
      nowMs,
      random,
      neverBlock: parseNeverBlock(options.neverBlock),
      onDenylistChanged: () => this.#tellDenylist(),
    };
    this.#signals = new SignalIndex(db);
    if (firstPresent(dataDir, [IDENTITY_FILE]) === undefined) this.#tellLostIdentity();
    this.#identity = new Identity({
      db,
      dataDir,
      nowMs,
      random,
      tellsFirstKey: options.beganBefore !== true,
    });
    this.#people = new People(this.#context, this.#identity.orgId, () => this.#identity.forget());
    this.ownerCredentials = this.#identity.ownerCredentials();
    this.#sessions = new Sessions({ nowMs, random, identity: this.#identity });
    this.commands = new Commands(this.#context);
    this.pipeline = new Pipeline({
      context: this.#context,
      log,
      onRecorded: (recorded) => {
        if (recorded.blocked.length > 0) this.#tellDenylist();
        if (recorded.notices > 0) this.#pump.wake();
      },
    });
    this.#pump = new OutboxPump({
      db: this.#context.db,
      nowMs,
      deliver: (item) => deliverNotice(delivery, item),
      onError: (error) =>
        log({ level: 'error', message: 'The outbox cannot be used.', reason: String(error) }),
    });
    const delivery = {
      db: this.#context.db,
      nowMs,
      connectors: options.connectors,
      mail: options.mail,
      teller: options.teller ?? { name: 'signalwright' },
      egress: options.egress,
      content: () => this.pipeline.content,
      workflows: () => this.#workflows,
    };
    this.#jobs = new JobRunner({
      context: this.#context,
      log,
      openSignals: (found) => this.pipeline.open(found),
    });
    const routes = routeTable(this.#services(new ThreatIntelBook(db, readThreatIntel(options, log))));
    this.routes = routes.map(({ method, path, access }) => ({ method, path, access }));
    const app = buildApp(routes, {
      authenticator: new Authenticator(this.#identity, this.#sessions),
      log,
      metrics: this.#metrics,
      limiter: new RateLimiter(nowMs, options.rateLimits),
    });
    this.fetch = async (request) => app.fetch(request);
    this.#workflows = options.openWorkflows?.(this.access(this.#identity.issueForWorkflows()));
    const { retention = DEFAULT_RETENTION } = options;
    if (this.#workflows !== undefined) this.#tellLostRuns(this.#workflows, retention);
    this.#sweeper = new Sweeper({
      context: this.#context,
      retention,
      removeRuns: async (beforeMs, limit) => (await this.#workflows?.removeEnded(beforeMs, limit)) ?? 0,
      log,
    });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#ticker.unref();
    this.#isReady = true;
    this.#pump.wake();
    this.#readSignals();
  }

  /** After the workflows that they are runs of. */
  async plantRuns(seeds: readonly Seed[]): Promise<void> {
    for (const seed of seeds) {
      if (seed.kind !== 'run' || this.#workflows?.find(seed.id) !== undefined) continue;
      const stored = readContent(this.#context.db, 'workflow', seed.workflowId);
      const ready = stored && readyWorkflow(stored);
      if (ready?.ok !== true) continue;
      const { workflow } = ready.value;
      await this.#workflows?.plant({ id: seed.id, workflow, startedAtMs: seed.createdAtMs });
    }
  }

  newLaunchPath(): string {
    return this.#sessions.newLaunchPath();
  }

  issueKeys(role: RoleName, expiresAtMs?: number): Credentials {
    return this.#identity.issueForRole(role, expiresAtMs);
  }

  findSignal(id: string): Signal | undefined {
    return readSignal(this.#context.db, id);
  }

  denylist(): readonly DenylistEntry[] {
    return readDenylist(this.#context.db, this.#context.nowMs());
  }

  countSuppressed(): number {
    return countSuppressed(this.#context.db);
  }

  countDelivered(): Readonly<Record<string, number>> {
    return countDelivered(this.#context.db);
  }

  onDenylistChanged(listener: (data: AsmData) => void): () => void {
    this.#denylistListeners.add(listener);
    listener(this.#asmData());
    return () => this.#denylistListeners.delete(listener);
  }

  access(credentials: Credentials = this.ownerCredentials): OrgAccess {
    return {
      baseUrl: IN_PROCESS,
      fetch: (url, init) => this.fetch(new Request(url, init)),
      ...credentials,
    };
  }

  /** A run may raise a signal that is told, which may start a run: both are asked until both are quiet. */
  async settle(): Promise<void> {
    for (let round = 0; round < MAX_SETTLE_ROUNDS; round += 1) {
      await this.#pump.drain();
      await this.#workflows?.idle();
      await this.#jobs.idle();
      if (!this.#pump.isDue()) return;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isReady = false;
    clearInterval(this.#ticker);
    this.#signals.stop();
    this.#metrics.close();
    try {
      await this.#jobs.stop();
      await this.#pump.stop();
      await this.#workflows?.close();
    } finally {
      this.#context.db.close();
    }
  }

  #services(threatIntel: OrgServices['threatIntel']): OrgServices {
    return {
      context: this.#context,
      commands: this.commands,
      signals: this.#signals,
      pipeline: this.pipeline,
      jobs: this.#jobs,
      identity: this.#identity,
      people: this.#people,
      sessions: this.#sessions,
      threatIntel,
      log: this.#log,
      metrics: this.#metrics,
      workflows: () => this.#workflows,
      isReady: () => this.#isReady,
    };
  }

  #tellLostIdentity(): void {
    const { db } = this.#context;
    if (countUsers(db) > 0 || readAudit(db, undefined, 1).length === 0) return;
    const message = 'identity.json is missing: users and keys are made anew, and keys of before are refused.';
    this.#log({ level: 'error', message });
  }

  /** The outbox knows of each run that a signal started; those that the journal of runs has removed are too old here. */
  #tellLostRuns(workflows: WorkflowPort, { runsMs }: Retention): void {
    const sinceMs = runsMs === undefined ? 0 : this.#context.nowMs() - runsMs;
    const runId = lastStartedRun(this.#context.db, sinceMs);
    if (runId === undefined || workflows.find(runId)) return;
    const message = 'runs.db does not hold the run that was started last: runs that were under way are lost.';
    this.#log({ level: 'error', message, runId });
  }

  #tick(): void {
    this.#jobs.wake();
    this.pass().catch((error: unknown) => {
      this.#log({ level: 'error', message: 'Time could not pass.', reason: String(error) });
    });
  }

  async pass(): Promise<void> {
    await this.pipeline.tick();
    await this.#sweeper.turn();
    if (this.#isReady) this.#readSignals();
  }

  /** Little by little, before anybody asks: a search should find little to do, and nobody waits for it meanwhile. */
  #readSignals(): void {
    this.#signals.reached().catch((error: unknown) => {
      this.#log({ level: 'error', message: 'The signals cannot be read.', reason: String(error) });
    });
  }

  #asmData(): AsmData {
    return encodeDenylist(this.denylist(), this.#context.nowMs());
  }

  #tellDenylist(): void {
    if (this.#denylistListeners.size === 0) return;
    const data = this.#asmData();
    for (const listener of this.#denylistListeners) {
      try {
        listener(data);
      } catch (error) {
        // The block is committed and others are to hear of it: whoever asked for it must not be told that it failed.
        this.#log({ level: 'error', message: 'A listener of the denylist failed.', reason: String(error) });
      }
    }
  }
}

const MAX_SETTLE_ROUNDS = 100;
