/**
 * A service, a network that fails on schedule, a journal on a disk that can be cut off or full, and a clock that only
 * sleeps. A kill stops a process where it stands: what was durable before stays, everything else is gone.
 */

import { createApiClient, type ApiClient, type ApiClock } from '@signalwright/wire';
import type { StoredEntry } from '../journal-entry.ts';
import { openSyncJournal, type SyncJournal } from '../sync-journal.ts';
import { FakeService } from './fake-service.ts';
import { meetFault, type Fault } from './faults.ts';
import { MemoryDisk, type DiskRefusal } from './memory-disk.ts';

export const MOMENTS = ['before-call', 'after-call', 'before-write', 'before-sync', 'after-sync'] as const;

export type Moment = (typeof MOMENTS)[number];

export interface Kill {
  readonly when: Moment;
  /** Which call or sync of the journal, from 0, counted over the life of the world. */
  readonly at: number;
  /** Share of what was written and not synced that is found afterwards: 0 none, 1 all, between them it is torn. */
  readonly survives?: number;
}

/** Calls and syncs count from 0 over the life of the world. */
export interface Schedule {
  readonly faults?: ReadonlyMap<number, Fault>;
  /** What creates meet, counted by themselves. */
  readonly creates?: ReadonlyMap<number, Fault>;
  readonly kills?: readonly Kill[];
  readonly disk?: DiskSchedule;
}

/** The disk refuses from this sync on. */
export interface DiskSchedule extends DiskRefusal {
  readonly from: number;
  readonly verb: 'write' | 'sync';
}

/** One run of the program. After a kill nothing that it does has any effect, and nothing answers it. */
export interface Process {
  readonly client: ApiClient;
  readonly clock: ApiClock;
  readonly journal: SyncJournal;
  /** Resolves when it is killed. */
  readonly killed: Promise<'killed'>;
}

/** What answers the calls: a service in memory, or the embedded org called in process. */
export interface Service {
  /** After how many real milliseconds a call counts as unanswered. @default 5, for a service in memory */
  readonly timeoutMs?: number;
  handle(url: string, init: RequestInit): Response | Promise<Response>;
}

export interface World<S extends Service = FakeService> {
  readonly service: S;
  /** Journal of the processes that `start` gives. */
  readonly durable: StoredEntry[];
  /** Calls that may write, in order: `POST /api/…`. */
  readonly writes: readonly string[];
  readonly calls: () => number;
  readonly disk: MemoryDisk;
  readonly clock: ApiClock;
  schedule: Schedule;
  /** A new process with a journal that is an array, for tests of everything else. */
  start(): Process;
  /** A new process that opens its journal on the disk; it may be killed while it does. */
  startOnDisk(): {
    readonly opened: Promise<Process>;
    readonly killed: Promise<'killed'>;
  };
}

/** What a world begins with. */
export interface WorldStart {
  readonly schedule?: Schedule;
  readonly nowMs?: number;
  /** The journal on its disk. */
  readonly journal?: Buffer | undefined;
}

export const TARGET_URL = 'https://api.example.test';
const JOURNAL_PATH = 'rehearsal.journal';

const MEMORY_TIMEOUT_MS = 5;
const CALL_MS = 20;

export function createWorld(schedule: Schedule = {}): World {
  return createWorldAround((nowMs) => new FakeService(nowMs), { schedule });
}

export function createWorldAround<S extends Service>(
  makeService: (nowMs: () => number) => S,
  start: WorldStart = {},
): World<S> {
  let nowMs = start.nowMs ?? Date.UTC(2026, 10, 2, 12);
  let calls = 0;
  let creates = 0;
  const clock: ApiClock = {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      // A call that was under way when its process was killed is carried out in the meantime.
      await Promise.all(underWay);
    },
  };
  const underWay = new Set<Promise<unknown>>();
  const service = makeService(clock.nowMs);
  const disk = new MemoryDisk(start.journal);
  const durable: StoredEntry[] = [];
  const writes: string[] = [];
  const struck = new Set<Kill>();
  const world: World<S> = {
    service,
    durable,
    writes,
    disk,
    clock,
    calls: () => calls,
    schedule: start.schedule ?? {},
    start: () => ({ ...bear(), journal: journalInMemory(durable, clock) }),
    startOnDisk: () => {
      const { survive, ...born } = bear();
      const opened = openSyncJournal(JOURNAL_PATH, {
        clock: clock.nowMs,
        disk: disk.attach({
          beforeWrite: (sync) => survive('before-write', sync),
          beforeSync: (sync) => survive('before-sync', sync),
          afterSync: (sync) => survive('after-sync', sync),
          refuse: (sync, verb) => refusalOf(world.schedule, sync, verb),
        }),
      });
      return {
        killed: born.killed,
        opened: opened.then((journal) => ({ ...born, journal })),
      };
    },
  };

  function deliver(url: string, init: RequestInit): Response | Promise<Response> {
    const answer = service.handle(url, init);
    if (answer instanceof Response) return answer;
    const call = answer.finally(() => underWay.delete(call)).catch(() => undefined);
    underWay.add(call);
    return answer;
  }

  /** A process without a journal. */
  function bear(): Omit<Process, 'journal'> & {
    survive(when: Moment, count: number): Promise<void>;
  } {
    let die: (value: 'killed') => void = () => undefined;
    let dead = false;
    const killed = new Promise<'killed'>((resolve) => {
      die = resolve;
    });
    /** Stops here for ever when the schedule says so. */
    const survive = (when: Moment, count: number): Promise<void> => {
      if (dead) return new Promise(() => undefined);
      const kill = world.schedule.kills?.find(
        (each) => each.when === when && each.at === count && !struck.has(each),
      );
      if (kill === undefined) return Promise.resolve();
      // A write that was not made is counted again: it is killed once.
      struck.add(kill);
      dead = true;
      disk.crash(kill.survives ?? 0);
      die('killed');
      return new Promise(() => undefined);
    };

    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      if (dead) return new Promise(() => undefined);
      const index = calls;
      calls += 1;
      // A call takes time, so that no two things happen at once.
      nowMs += CALL_MS;
      await survive('before-call', index);
      if (init.method !== 'GET') writes.push(`${init.method} ${new URL(url).pathname}`);
      const { faults, creates: faultsOfCreates } = world.schedule;
      const ofCreate = init.method === 'POST' ? faultsOfCreates?.get(creates++) : undefined;
      const response = await meetFault(faults?.get(index) ?? ofCreate, () => deliver(url, init));
      await survive('after-call', index);
      return response;
    };

    const ownClock: ApiClock = {
      nowMs: clock.nowMs,
      sleep: (ms) => (dead ? new Promise(() => undefined) : clock.sleep(ms)),
    };
    const client = createApiClient({
      baseUrl: TARGET_URL,
      auth: { token: 'test' },
      fetch,
      clock: ownClock,
      random: () => 0.5,
      timeoutMs: service.timeoutMs ?? MEMORY_TIMEOUT_MS,
    });
    return { client, clock: ownClock, killed, survive };
  }
  return world;
}

function journalInMemory(durable: StoredEntry[], clock: ApiClock): SyncJournal {
  const entries = [...durable];
  return {
    entries: () => entries,
    append: (entry) => {
      const stored = { atMs: clock.nowMs(), body: structuredClone(entry) };
      durable.push(stored);
      entries.push(stored);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

function refusalOf({ disk }: Schedule, sync: number, verb: 'write' | 'sync'): DiskRefusal | undefined {
  return disk?.verb === verb && sync >= disk.from ? disk : undefined;
}
