import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineAction, type AnyAction, type SecurityOrg } from '@signalwright/action';
import { BARE_WORKFLOW, type Workflow, type WorkflowStep } from '@signalwright/model';
import { openDatabase, type Database } from '@signalwright/store';
import { MAX_INTERRUPTIONS, type Clock } from './journal/durable-context.ts';
import { RUN_MIGRATIONS } from './journal/migrations.ts';
import { RunJournal } from './journal/run-journal.ts';
import { MAX_ACTIVE_RUNS, Runner, type StartRequest } from './runner.ts';

let folder: string;
const databases: Database[] = [];
const runners: Runner[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
  for (const database of databases.splice(0)) database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sleeping moves the clock; nothing waits. */
class VirtualClock implements Clock {
  now = Date.UTC(2026, 0, 1);
  readonly slept: number[] = [];
  /** Resolves never while true, as if the process stood still. */
  isFrozen = false;

  nowMs(): number {
    return this.now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.slept.push(ms);
    if (this.isFrozen) {
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    }
    this.now += ms;
    return Promise.resolve();
  }
}

const NO_ORG = {} as SecurityOrg;

interface Harness {
  readonly runner: Runner;
  readonly journal: RunJournal;
  readonly clock: VirtualClock;
  readonly errors: unknown[];
}

function start(actions: readonly AnyAction[], clock = new VirtualClock()): Harness {
  const database = openDatabase(join(folder, 'runs.db'), { migrations: RUN_MIGRATIONS });
  databases.push(database);
  const journal = new RunJournal(database);
  let id = journal.countUnfinished() + journal.runs().length;
  const errors: unknown[] = [];
  const runner = new Runner({
    journal,
    onError: (error) => errors.push(error),
    newId: () => `run-${(id += 1)}`,
    world: {
      actions: new Map(actions.map((action) => [action.id, action])),
      checkInput: () => ({ ok: true }),
      org: () => NO_ORG,
      http: () => Promise.reject(new Error('no network in this test')),
      secret: () => '',
      clock,
    },
  });
  runners.push(runner);
  return { runner, journal, clock, errors };
}

function stop(): void {
  for (const database of databases.splice(0)) database.close();
}

function step(
  id: string,
  action: string,
  after: readonly string[] = [],
  retry?: WorkflowStep['retry'],
): WorkflowStep {
  return {
    id,
    does: { kind: 'action', action, inputs: { n: '{{ Trigger.n }}' } },
    join: 'any',
    after: after.map((edge) => {
      const [from = '', branch = 'main'] = edge.split('.');
      return { step: from, branch };
    }),
    ...(retry !== undefined && { retry }),
  };
}

type More = Partial<Omit<StartRequest, 'workflow'>> &
  Partial<Pick<Workflow, 'published' | 'triggers' | 'runAs'>>;

function request(steps: readonly WorkflowStep[], more: More = {}): StartRequest {
  return {
    workflow: {
      kind: 'workflow',
      ...BARE_WORKFLOW,
      id: 'w',
      name: 'W',
      published: more.published ?? true,
      ...(more.runAs !== undefined && { runAs: more.runAs }),
      triggers: more.triggers ?? [{ kind: 'security' }],
      inputs: [{ name: 'n', type: 'number', label: '', description: '', default: 1 }],
      steps,
    },
    trigger: more.trigger ?? { kind: 'security', signalId: 's1' },
    securitySignal: { id: 's1' },
    inputs: more.inputs ?? {},
    cause: more.cause ?? ['signal:s1'],
    dedupeKey: more.dedupeKey ?? `key-${Math.random()}`,
  };
}

type Reply = 'done' | 'retry' | 'unclear' | 'failed' | 'throw' | 'hang';

/** Answers in order, then stays at the last; keeps what it was called with. */
function scripted(id: string, replay: 'safe' | 'keyed' | 'never', ...replies: readonly Reply[]) {
  const calls: { readonly key: string; readonly input: unknown; readonly nowMs: number }[] = [];
  const action = defineAction<unknown, unknown>({
    id,
    replay,
    async run(input, ctx) {
      const reply = replies[Math.min(calls.length, replies.length - 1)] ?? 'done';
      calls.push({ key: ctx.stepKey, input, nowMs: ctx.nowMs });
      switch (reply) {
        case 'done':
          return { kind: 'done', output: { call: calls.length } };
        case 'retry':
          return { kind: 'retry', reason: 'busy', afterMs: 5_000 };
        case 'unclear':
          return { kind: 'unclear', reason: 'no answer', afterMs: 1_000 };
        case 'failed':
          return { kind: 'failed', reason: 'refused' };
        case 'throw':
          throw new Error('broke');
        case 'hang':
          return new Promise(() => undefined);
      }
    },
  });
  return { action, calls };
}

describe('a step', () => {
  test('that asks for a retry is tried again after the longer of both pauses, and attempts are counted', async () => {
    const a = scripted('a', 'safe', 'retry', 'retry', 'done');
    const { runner, journal, clock } = start([a.action]);
    await runner.start(request([step('one', 'a', [], { times: 3, everyMs: 2_000 })]));
    await runner.idle();
    expect(clock.slept).toEqual([5_000, 5_000]);
    expect(journal.runs()[0]?.status).toBe('succeeded');
    expect(journal.steps('run-1')).toMatchObject([
      { path: 'one', status: 'done', attempts: 3, output: { call: 3 } },
    ]);
    expect(new Set(a.calls.map((call) => call.key))).toEqual(new Set(['run-1/one']));
    expect(new Set(a.calls.map((call) => call.nowMs)).size).toBe(1);
  });

  test('that stays unavailable fails after its last retry and says why', async () => {
    const { runner, journal } = start([scripted('a', 'safe', 'retry').action]);
    await runner.start(request([step('one', 'a', [], { times: 2, everyMs: 1_000 })]));
    await runner.idle();
    expect(journal.runs()[0]).toMatchObject({ status: 'failed', step: 'one', reason: 'busy' });
    expect(journal.steps('run-1')[0]?.attempts).toBe(3);
  });

  test('waits as long as its workflow says, and no longer than an hour because an action asks for it', async () => {
    const day = 24 * 60 * 60_000;
    const patient = defineAction<unknown, unknown>({
      id: 'b',
      replay: 'safe',
      run: () => Promise.resolve({ kind: 'retry', reason: 'busy', afterMs: 3 * day }),
    });
    const { runner, clock } = start([scripted('a', 'safe', 'retry').action, patient as AnyAction]);
    await runner.start(request([step('one', 'a', [], { times: 1, everyMs: day })]));
    await runner.idle();
    await runner.start(request([step('one', 'b', [], { times: 1, everyMs: 1_000 })]));
    await runner.idle();
    expect(clock.slept).toEqual([day, 60 * 60_000]);
  });

  test('does not wait for an attempt after the seven days of a run', async () => {
    const { runner, journal, clock } = start([scripted('a', 'safe', 'retry').action]);
    await runner.start(request([step('one', 'a', [], { times: 9, everyMs: 3 * 24 * 60 * 60_000 })]));
    await runner.idle();
    expect(clock.slept).toHaveLength(2);
    expect(journal.runs()[0]).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('7 days') as string,
    });
  });

  test('that is refused is not tried again', async () => {
    const a = scripted('a', 'safe', 'failed');
    const { runner } = start([a.action]);
    await runner.start(request([step('one', 'a', [], { times: 5, everyMs: 1_000 })]));
    await runner.idle();
    expect(a.calls).toHaveLength(1);
  });

  test.each([
    ['safe', 'failed', 2],
    ['keyed', 'failed', 2],
    ['never', 'needs_person', 1],
  ] as const)('of replay %s that throws leaves the run %s after %d calls', async (replay, status, calls) => {
    const a = scripted('a', replay, 'throw');
    const { runner, journal } = start([a.action]);
    await runner.start(request([step('one', 'a', [], { times: 1, everyMs: 1 })]));
    await runner.idle();
    expect(journal.runs()[0]).toMatchObject({ status, reason: 'broke' });
    expect(a.calls).toHaveLength(calls);
  });

  test.each([
    ['keyed', 'failed', 2],
    ['never', 'needs_person', 1],
  ] as const)(
    'of replay %s that got no clear answer leaves the run %s after %d calls',
    async (replay, status, calls) => {
      const a = scripted('a', replay, 'unclear');
      const { runner, journal } = start([a.action]);
      await runner.start(request([step('one', 'a', [], { times: 1, everyMs: 1 })]));
      await runner.idle();
      expect(journal.runs()[0]).toMatchObject({ status, reason: 'no answer' });
      expect(a.calls).toHaveLength(calls);
    },
  );

  test('with an output above 64 KiB fails instead of filling the journal', async () => {
    const big = defineAction<unknown, string>({
      id: 'a',
      replay: 'safe',
      run: () => Promise.resolve({ kind: 'done', output: 'x'.repeat(70_000) }),
    });
    const { runner, journal } = start([big as AnyAction]);
    await runner.start(request([step('one', 'a')]));
    await runner.idle();
    expect(journal.runs()[0]?.reason).toContain('at most 65536 are kept');
  });

  test('of an action that a newer runner has no more fails with its name', async () => {
    const hanging = scripted('gone', 'safe', 'hang');
    const first = start([hanging.action]);
    await first.runner.start(request([step('one', 'gone')]));
    await expect.poll(() => hanging.calls.length).toBe(1);
    await first.runner.close();
    stop();

    const { runner, journal } = start([]);
    runner.resume();
    await runner.idle();
    expect(journal.runs()[0]?.reason).toBe('There is no action "gone".');
  });
});

test.each([
  [
    'a loop',
    () => {
      const loop: Record<string, unknown> = {};
      loop['self'] = loop;
      return loop;
    },
  ],
  ['a bigint', () => ({ n: 1n })],
])('an output with %s, which JSON cannot hold, fails its step', async (_title, output) => {
  const odd = defineAction<unknown, unknown>({
    id: 'a',
    replay: 'safe',
    run: () => Promise.resolve({ kind: 'done', output: output() }),
  });
  const { runner, journal } = start([odd as AnyAction]);
  await runner.start(request([step('one', 'a'), step('two', 'a', ['one.error'])]));
  await runner.idle();
  expect(journal.steps('run-1')).toMatchObject([
    { path: 'one', status: 'failed', reason: 'The output cannot be written as JSON.' },
    { path: 'two', status: 'failed' },
  ]);
});

test('the next step reads an output as it was recorded, so that a replay reads the same', async () => {
  const dated = defineAction<unknown, unknown>({
    id: 'dated',
    replay: 'safe',
    run: () => Promise.resolve({ kind: 'done', output: { at: new Date(0), none: undefined } }),
  });
  const reader = scripted('a', 'safe', 'done');
  const { runner } = start([dated as AnyAction, reader.action]);
  const reads = { kind: 'action', action: 'a', inputs: { of: '{{ Steps.one }}' } } as const;
  await runner.start(request([step('one', 'dated'), { ...step('two', 'a', ['one']), does: reads }]));
  await runner.idle();
  expect(reader.calls[0]?.input).toEqual({ of: { at: '1970-01-01T00:00:00.000Z' } });
});

test('what an action throws is cut before it is kept', async () => {
  const loud = defineAction<unknown, unknown>({
    id: 'a',
    replay: 'safe',
    run: () => Promise.reject(new Error('x'.repeat(100_000))),
  });
  const { runner, journal } = start([loud as AnyAction]);
  await runner.start(request([step('one', 'a')]));
  await runner.idle();
  expect(journal.runs()[0]?.reason).toHaveLength(2_000);
  expect(journal.steps('run-1')[0]?.reason).toHaveLength(2_000);
});

describe('after the process ended', () => {
  test('a recorded step is not run again, and the step in flight runs with the input it started with', async () => {
    const a = scripted('a', 'safe', 'done');
    const hanging = scripted('b', 'keyed', 'hang');
    const first = start([a.action, hanging.action]);
    await first.runner.start(request([step('one', 'a'), step('two', 'b', ['one'])], { inputs: { n: 7 } }));
    await expect.poll(() => hanging.calls.length).toBe(1);
    await first.runner.close();
    stop();

    const again = scripted('b', 'keyed', 'done');
    const second = start([a.action, again.action]);
    expect(second.runner.resume()).toBe(1);
    await second.runner.idle();
    expect(second.journal.runs()[0]?.status).toBe('succeeded');
    expect(a.calls).toHaveLength(1);
    expect(again.calls).toEqual([{ ...hanging.calls[0], input: { n: 7 } }]);
  });

  test('a step in flight that must not be repeated waits for a person', async () => {
    const hanging = scripted('b', 'never', 'hang');
    const first = start([hanging.action]);
    await first.runner.start(request([step('one', 'b')]));
    await expect.poll(() => hanging.calls.length).toBe(1);
    await first.runner.close();
    stop();

    const again = scripted('b', 'never', 'done');
    const second = start([again.action]);
    second.runner.resume();
    await second.runner.idle();
    expect(second.journal.runs()[0]).toMatchObject({ status: 'needs_person', step: 'one' });
    expect(again.calls).toHaveLength(0);
  });

  test('a second attempt in flight that must not be repeated waits for a person too', async () => {
    const hanging = scripted('b', 'never', 'retry', 'hang');
    const first = start([hanging.action]);
    await first.runner.start(request([step('one', 'b', [], { times: 1, everyMs: 1_000 })]));
    await expect.poll(() => hanging.calls.length).toBe(2);
    await first.runner.close();
    stop();

    const again = scripted('b', 'never', 'done');
    const second = start([again.action]);
    second.runner.resume();
    await second.runner.idle();
    expect(second.journal.runs()[0]).toMatchObject({ status: 'needs_person', step: 'one' });
    expect(again.calls).toHaveLength(0);
  });

  test('a step that ends the process each time is handed to a person after the twentieth', async () => {
    let calls = 0;
    for (let round = 0; round <= MAX_INTERRUPTIONS + 1; round += 1) {
      const hanging = scripted('a', 'keyed', 'hang');
      const { runner, journal } = start([hanging.action]);
      if (round === 0) await runner.start(request([step('one', 'a')]));
      else runner.resume();
      await expect.poll(() => hanging.calls.length === 1 || journal.countUnfinished() === 0).toBe(true);
      calls += hanging.calls.length;
      if (journal.countUnfinished() === 0) {
        expect(journal.runs()[0]).toMatchObject({ status: 'needs_person', step: 'one' });
        expect(journal.runs()[0]?.reason).toContain('21 times');
      }
      await runner.close();
      stop();
    }
    expect(calls).toBe(MAX_INTERRUPTIONS + 1);
  });

  test('a retry that was waiting keeps its count and its time', async () => {
    const a = scripted('a', 'never', 'retry');
    const clock = new VirtualClock();
    clock.isFrozen = true;
    const first = start([a.action], clock);
    await first.runner.start(request([step('one', 'a', [], { times: 1, everyMs: 60_000 })]));
    await expect.poll(() => clock.slept).toEqual([60_000]);
    await first.runner.close();
    stop();

    const later = new VirtualClock();
    later.now = clock.now + 20_000;
    const again = scripted('a', 'never', 'done');
    const second = start([again.action], later);
    second.runner.resume();
    await second.runner.idle();
    expect(later.slept).toEqual([40_000]);
    expect(second.journal.steps('run-1')).toMatchObject([{ status: 'done', attempts: 2 }]);
  });
});

describe('while the runner closes', () => {
  test('no further attempt begins, and close does not wait for one', async () => {
    const a = scripted('a', 'safe', 'hang');
    const { runner } = start([a.action]);
    await runner.start(request([step('one', 'a')]));
    // The start of the step is being written; its action has not been called.
    await runner.close();
    expect(a.calls).toHaveLength(0);
  });

  test('a step that has its result still records it', async () => {
    let finish: () => void = () => undefined;
    const quick = defineAction<unknown, unknown>({
      id: 'quick',
      replay: 'never',
      run: () => new Promise((resolve) => (finish = () => resolve({ kind: 'done', output: {} }))),
    });
    const hanging = scripted('slow', 'safe', 'hang');
    const { runner, journal } = start([quick as AnyAction, hanging.action]);
    await runner.start(request([step('one', 'quick'), step('two', 'slow')]));
    await expect.poll(() => hanging.calls.length).toBe(1);
    finish();
    // The result is on its way to the journal when the runner is told to close.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await runner.close();
    expect(journal.steps('run-1')).toMatchObject([
      { path: 'one', status: 'done' },
      { path: 'two', status: 'started' },
    ]);
  });
});

describe('a start', () => {
  test('asked for twice with one key is one run', async () => {
    const a = scripted('a', 'safe', 'done');
    const { runner, journal } = start([a.action]);
    const one = request([step('one', 'a')], { dedupeKey: 'k' });
    const results = await Promise.all([runner.start(one), runner.start(one)]);
    await runner.idle();
    expect(results.map((result) => (result.ok ? [result.runId, result.isNew] : result))).toEqual([
      ['run-1', true],
      ['run-1', false],
    ]);
    expect(journal.runs()).toHaveLength(1);
    expect(a.calls).toHaveLength(1);
  });

  test.each<[string, More, string]>([
    ['an unknown input', { inputs: { x: 1 } }, 'bad_input'],
    ['an input of the wrong type', { inputs: { n: '1' } }, 'bad_input'],
    ['a workflow that is not published', { published: false }, 'unpublished'],
    ['a workflow without a security trigger', { triggers: [] }, 'no_security_trigger'],
    ['a service account to run as', { runAs: { kind: 'service_account', id: 'x' } }, 'cannot_run'],
    ['a chain of three runs', { cause: ['signal:s', 'run:1', 'signal:t', 'run:2', 'run:3'] }, 'loop'],
  ])('with %s is refused and leaves nothing behind', async (_title, more, kind) => {
    const { runner, journal } = start([]);
    const result = await runner.start(request([], more));
    expect(result.ok ? result : result.refusal.kind).toBe(kind);
    expect(journal.runs()).toEqual([]);
  });

  test('by hand runs a workflow that is not published', async () => {
    const { runner } = start([]);
    const result = await runner.start(
      request([], { published: false, trigger: { kind: 'manual', signalId: 's1', actorId: 'u1' } }),
    );
    expect(result.ok).toBe(true);
  });

  test('at the same time as others keeps to the rate limit', async () => {
    const { runner } = start([]);
    const limited: More = { triggers: [{ kind: 'security', rateLimit: { count: 2, perMs: 60_000 } }] };
    const results = await Promise.all(
      ['a', 'b', 'b', 'c'].map((dedupeKey) => runner.start(request([], { ...limited, dedupeKey }))),
    );
    expect(results.map((result) => (result.ok ? result.isNew : result.refusal.kind))).toEqual([
      true,
      true,
      false,
      'rate_limited',
    ]);
  });

  test('beyond the rate limit is refused until the time is over', async () => {
    const { runner, clock } = start([]);
    const limited: More = { triggers: [{ kind: 'security', rateLimit: { count: 2, perMs: 60_000 } }] };
    const kinds: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const result = await runner.start(request([], limited));
      kinds.push(result.ok ? 'ok' : result.refusal.kind);
    }
    clock.now += 60_001;
    const after = await runner.start(request([], limited));
    expect([...kinds, after.ok]).toEqual(['ok', 'ok', 'rate_limited', true]);
  });
});

test('a cancelled run finishes its step and starts no further one', async () => {
  let release: () => void = () => undefined;
  const slow = defineAction<unknown, unknown>({
    id: 'slow',
    replay: 'safe',
    run: () => new Promise((resolve) => (release = () => resolve({ kind: 'done', output: {} }))),
  });
  const next = scripted('next', 'safe', 'done');
  const { runner, journal } = start([slow as AnyAction, next.action]);
  await runner.start(request([step('one', 'slow'), step('two', 'next', ['one'])]));
  await expect.poll(() => journal.steps('run-1').length).toBe(1);
  expect(await runner.cancel('run-1')).toBe(true);
  release();
  await runner.idle();
  expect(journal.runs()[0]).toMatchObject({ status: 'cancelled' });
  expect(journal.steps('run-1')).toMatchObject([{ path: 'one', status: 'done' }]);
  expect(next.calls).toHaveLength(0);
  expect(await runner.cancel('run-1')).toBe(false);
});

test('a cancelled run does not sit out the pause before a retry', async () => {
  const a = scripted('a', 'safe', 'retry');
  const clock = new VirtualClock();
  clock.isFrozen = true;
  const { runner, journal } = start([a.action], clock);
  await runner.start(request([step('one', 'a', [], { times: 9, everyMs: 60_000 })]));
  await expect.poll(() => clock.slept).toEqual([60_000]);
  expect(await runner.cancel('run-1')).toBe(true);
  await runner.idle();
  expect(journal.runs()[0]).toMatchObject({ status: 'cancelled' });
  expect(journal.steps('run-1')).toMatchObject([{ status: 'failed', attempts: 1 }]);
  expect(a.calls).toHaveLength(1);
});

test('a journal that cannot be written for a while delays a run and loses nothing', async () => {
  const a = scripted('a', 'safe', 'done');
  const { runner, journal, errors } = start([a.action]);
  const other = openDatabase(join(folder, 'runs.db'), { migrations: RUN_MIGRATIONS });
  databases.push(other);
  other.run(`CREATE TRIGGER full BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'no room'); END`);
  await runner.start(request([step('one', 'a')]));
  await expect.poll(() => errors.length).toBeGreaterThan(2);
  other.run('DROP TRIGGER full');
  await runner.idle();
  expect(String(errors[0])).toContain('no room');
  expect(journal.runs()[0]?.status).toBe('succeeded');
  expect(a.calls).toHaveLength(1);
});

test('runs that ended before a time are removed a few at once, and none that is under way', async () => {
  const asks = scripted('a', 'safe', 'retry', 'done');
  const clock = new VirtualClock();
  const { runner, journal } = start([asks.action], clock);
  for (let index = 0; index < 3; index += 1) await runner.start(request([]));
  await runner.idle();
  clock.isFrozen = true;
  const oldest = clock.now;
  await runner.start(request([step('one', 'a', [], { times: 9, everyMs: 60_000 })]));
  await expect.poll(() => clock.slept).toEqual([60_000]);
  expect(await journal.removeEnded(oldest, 10)).toBe(0);
  expect(await journal.removeEnded(oldest + 1, 2)).toBe(2);
  expect(await journal.removeEnded(oldest + 365 * 24 * 60 * 60_000, 10)).toBe(1);
  expect(journal.runs().map((run) => run.id)).toEqual(['run-4']);
});

test('two hundred runs at once all end, never more than fifty at a time', async () => {
  let active = 0;
  let most = 0;
  const counted = defineAction<unknown, unknown>({
    id: 'a',
    replay: 'safe',
    async run() {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      return { kind: 'done', output: {} };
    },
  });
  const { runner, journal } = start([counted as AnyAction]);
  await Promise.all(
    Array.from({ length: 200 }, () => runner.start(request([step('one', 'a'), step('two', 'a', ['one'])]))),
  );
  await runner.idle();
  expect(journal.runs().filter((run) => run.status === 'succeeded')).toHaveLength(200);
  expect(most).toBeLessThanOrEqual(50);
  expect(most).toBeGreaterThan(10);
});

describe('runs that sleep until their next attempt', () => {
  /** Sleeps until the test wakes it. */
  class BellClock extends VirtualClock {
    readonly #sleepers: (() => void)[] = [];

    override sleep(ms: number, signal: AbortSignal): Promise<void> {
      this.slept.push(ms);
      return new Promise((resolve, reject) => {
        this.#sleepers.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    }

    ring(): void {
      this.now += 60_000;
      for (const wake of this.#sleepers.splice(0)) wake();
    }
  }

  /** Busy at the first attempt of each run; counts how many attempts are under way at once. */
  function counted() {
    const seen = new Set<string>();
    const counts = { active: 0, most: 0 };
    const action = defineAction<unknown, unknown>({
      id: 'a',
      replay: 'safe',
      async run(_input, ctx) {
        counts.active += 1;
        counts.most = Math.max(counts.most, counts.active);
        await new Promise((resolve) => setImmediate(resolve));
        counts.active -= 1;
        const isFirst = !seen.has(ctx.stepKey);
        seen.add(ctx.stepKey);
        return isFirst ? { kind: 'retry', reason: 'busy', afterMs: 0 } : { kind: 'done', output: {} };
      },
    });
    return { action: action as AnyAction, counts };
  }

  const retry = { times: 1, everyMs: 60_000 };

  test('hold no slot: others work meanwhile, and never more than fifty at once', async () => {
    const { action, counts } = counted();
    const clock = new BellClock();
    const { runner, journal } = start([action, scripted('quick', 'safe', 'done').action], clock);
    const starts = Array.from({ length: 120 }, () => runner.start(request([step('one', 'a', [], retry)])));
    await Promise.all(starts);
    await expect.poll(() => clock.slept.length).toBe(120);
    await runner.start(request([step('one', 'quick')], { dedupeKey: 'quick' }));
    await expect.poll(() => journal.runs().filter(({ status }) => status === 'succeeded').length).toBe(1);
    clock.ring();
    await runner.idle();
    expect(journal.runs().filter(({ status }) => status === 'succeeded')).toHaveLength(121);
    expect(counts.most).toBeLessThanOrEqual(MAX_ACTIVE_RUNS);
    expect(counts.most).toBeGreaterThan(10);
  });

  test('keep their slot while another of their steps works', async () => {
    const { action } = counted();
    const clock = new BellClock();
    const hanging = scripted('hang', 'safe', 'hang');
    const { runner, journal } = start([action, hanging.action], clock);
    const both = [step('one', 'a', [], retry), step('two', 'hang')];
    for (let run = 0; run < MAX_ACTIVE_RUNS + 1; run += 1) await runner.start(request(both));
    await expect.poll(() => clock.slept.length).toBe(MAX_ACTIVE_RUNS);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(journal.runs().filter(({ status }) => status === 'queued')).toHaveLength(1);
  });

  test('are carried on after a restart', async () => {
    const { action } = counted();
    const first = start([action], new BellClock());
    for (let run = 0; run < 60; run += 1) await first.runner.start(request([step('one', 'a', [], retry)]));
    await expect.poll(() => first.clock.slept.length).toBe(60);
    await first.runner.close();
    stop();
    const { runner, journal } = start([action]);
    expect(runner.resume()).toBe(60);
    await runner.idle();
    expect(journal.runs().filter(({ status }) => status === 'succeeded')).toHaveLength(60);
  });
});
