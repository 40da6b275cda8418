/**
 * A service, a network that fails on schedule, a journal that can be cut off, and a clock that only sleeps.
 * A kill stops a process where it stands: what was durable before stays, everything else is gone.
 */

import { createApiClient, type ApiClient, type ApiClock } from '@signalwright/wire';
import type { StoredEntry } from '../journal-entry.ts';
import type { SyncJournal } from '../sync-journal.ts';
import { FakeService } from './fake-service.ts';

/** What happens to one call. `before`: the service never saw it; `after`: it carried it out. */
export const FAULTS = [
  'drop-before',
  'drop-after',
  '429-before',
  '500-before',
  '502-after',
  '503-before',
  '504-after',
  'truncated-after',
  'html-after',
  'empty-after',
  'headers-only-after',
  'other-object-after',
  'silence-after',
  'redirect-before',
] as const;

export type Fault = (typeof FAULTS)[number];

export const KILLS = ['before-call', 'after-call', 'before-append', 'after-append'] as const;

export type Kill = (typeof KILLS)[number];

/** Which call or append (from 0, counted over the life of the world) meets what. */
export interface Schedule {
  readonly faults?: ReadonlyMap<number, Fault>;
  readonly kill?: { readonly at: number; readonly when: Kill };
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
  readonly durable: StoredEntry[];
  /** Calls that may write, in order: `POST /api/…`. */
  readonly writes: readonly string[];
  readonly calls: () => number;
  readonly appends: () => number;
  readonly clock: ApiClock;
  schedule: Schedule;
  /** A new process on what is durable. */
  start(): Process;
}

const MEMORY_TIMEOUT_MS = 5;

export function createWorld(schedule: Schedule = {}): World {
  return createWorldAround((nowMs) => new FakeService(nowMs), schedule);
}

export function createWorldAround<S extends Service>(
  makeService: (nowMs: () => number) => S,
  schedule: Schedule = {},
): World<S> {
  let nowMs = Date.UTC(2026, 10, 2, 12);
  let calls = 0;
  let appends = 0;
  const clock: ApiClock = {
    nowMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const service = makeService(clock.nowMs);
  const durable: StoredEntry[] = [];
  const writes: string[] = [];
  const world: World<S> = {
    service,
    durable,
    writes,
    clock,
    calls: () => calls,
    appends: () => appends,
    schedule,
    start: () => startProcess(),
  };

  function startProcess(): Process {
    let die: (value: 'killed') => void = () => undefined;
    let dead = false;
    const killed = new Promise<'killed'>((resolve) => {
      die = resolve;
    });
    /** Stops here for ever when the schedule says so. */
    const survive = (when: Kill, count: number): Promise<void> => {
      const kill = world.schedule.kill;
      if (kill?.when === when && kill.at === count) {
        dead = true;
        die('killed');
      }
      return dead ? new Promise(() => undefined) : Promise.resolve();
    };

    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      if (dead) return new Promise(() => undefined);
      const index = calls;
      calls += 1;
      // A call takes time, so that no two things happen at once.
      nowMs += 20;
      await survive('before-call', index);
      if (init.method !== 'GET') writes.push(`${init.method} ${new URL(url).pathname}`);
      const response = await meet(world.schedule.faults?.get(index), () => service.handle(url, init));
      await survive('after-call', index);
      return response;
    };

    const entries = [...durable];
    const journal: SyncJournal = {
      entries: () => entries,
      append: async (entry) => {
        if (dead) return new Promise(() => undefined);
        const index = appends;
        appends += 1;
        await survive('before-append', index);
        const stored = { atMs: nowMs, body: structuredClone(entry) };
        durable.push(stored);
        entries.push(stored);
        await survive('after-append', index);
      },
      close: () => Promise.resolve(),
    };
    const ownClock: ApiClock = {
      nowMs: clock.nowMs,
      sleep: (ms) => (dead ? new Promise(() => undefined) : clock.sleep(ms)),
    };
    const client = createApiClient({
      baseUrl: 'https://api.example.test',
      auth: { token: 'test' },
      fetch,
      clock: ownClock,
      random: () => 0.5,
      timeoutMs: service.timeoutMs ?? MEMORY_TIMEOUT_MS,
    });
    return { client, clock: ownClock, journal, killed };
  }
  return world;
}

async function meet(
  fault: Fault | undefined,
  deliver: () => Response | Promise<Response>,
): Promise<Response> {
  if (fault === undefined) return deliver();
  const carriedOut = fault.endsWith('-after') ? await deliver() : undefined;
  switch (fault) {
    case 'drop-before':
    case 'drop-after':
      throw new TypeError('fetch failed');
    case '429-before':
      return new Response('{}', { status: 429, headers: { 'x-ratelimit-reset': '3' } });
    case '500-before':
      return new Response('{"errors":["Internal error"]}', { status: 500 });
    case '502-after':
      return new Response('<html>Bad gateway</html>', { status: 502 });
    case '503-before':
      return new Response('', { status: 503 });
    case '504-after':
      return new Response('', { status: 504 });
    case 'truncated-after': {
      const text = (await carriedOut?.text()) ?? '';
      return new Response(text.slice(0, Math.max(1, Math.floor(text.length / 2))), { status: 200 });
    }
    case 'html-after':
      return new Response('<html>Welcome</html>', { status: 200 });
    case 'empty-after':
      return new Response('', { status: 200 });
    case 'headers-only-after':
      return new Response(
        new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) }),
        { status: 200 },
      );
    case 'other-object-after':
      return new Response('{"data":{"id":"zzz-zzz-zzz","attributes":{"name":"another"}},"id":"zzz-zzz-zzz"}');
    case 'silence-after':
      return new Promise(() => undefined);
    case 'redirect-before':
      return new Response('', { status: 307, headers: { location: 'https://192.0.2.1/' } });
  }
}
