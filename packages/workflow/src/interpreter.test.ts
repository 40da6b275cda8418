import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BARE_WORKFLOW, type Workflow, type WorkflowStep } from '@signalwright/model';
import type { ExecutionContext, StepResult, StepWork } from './execution-context.ts';
import { interpret, type RunResult } from './interpreter.ts';

type Answer = StepResult | ((work: StepWork) => StepResult);

/** Answers by step; what has no answer is done with an empty output. Yields `delay` turns before it answers. */
class Answers implements ExecutionContext {
  readonly started: string[] = [];
  readonly inputs = new Map<string, unknown>();
  readonly #answers: Readonly<Record<string, Answer>>;
  readonly #delays: Readonly<Record<string, number>>;
  cancelAfter = Number.POSITIVE_INFINITY;

  constructor(answers: Readonly<Record<string, Answer>> = {}, delays: Readonly<Record<string, number>> = {}) {
    this.#answers = answers;
    this.#delays = delays;
  }

  async step(path: string, work: StepWork): Promise<StepResult> {
    this.started.push(path);
    const input = work.input();
    this.inputs.set(path, input.ok ? input.input : input.reason);
    for (let turn = 0; turn < (this.#delays[path] ?? 0); turn += 1) await Promise.resolve();
    const answer = this.#answers[path] ?? { kind: 'done', output: {} };
    return typeof answer === 'function' ? answer(work) : answer;
  }

  async decide(_path: string, decide: () => boolean): Promise<boolean> {
    return decide();
  }

  isCancelled(): boolean {
    return this.started.length >= this.cancelAfter;
  }
}

const FAILED: StepResult = { kind: 'failed', reason: 'no' };

function workflow(...steps: readonly WorkflowStep[]): Workflow {
  return {
    kind: 'workflow',
    ...BARE_WORKFLOW,
    id: 'w',
    name: 'W',
    triggers: [],
    steps,
  };
}

function action(id: string, after: readonly string[] = [], join: 'any' | 'all' = 'any'): WorkflowStep {
  return { id, does: { kind: 'action', action: 'x', inputs: {} }, after: edges(after), join };
}

function edges(after: readonly string[]): WorkflowStep['after'] {
  return after.map((edge) => {
    const [step = '', branch = 'main'] = edge.split('.');
    return { step, branch };
  });
}

async function run(subject: Workflow, ctx: Answers): Promise<{ result: RunResult; ends: string[] }> {
  const ends: string[] = [];
  const facts = { runId: 'r', workflow: subject, securitySignal: { id: 's1' }, inputs: { duration: '1h' } };
  const result = await interpret(facts, ctx, (step, end) => ends.push(`${step}.${end}`));
  return { result, ends };
}

describe('a run', () => {
  test('walks straight steps in order', async () => {
    const { result, ends } = await run(workflow(action('a'), action('b', ['a'])), new Answers());
    expect(result).toEqual({ kind: 'succeeded' });
    expect(ends).toEqual(['a.main', 'b.main']);
  });

  test('ends as failed when a step fails and nobody waits for the error', async () => {
    const ctx = new Answers({ a: FAILED });
    const { result } = await run(workflow(action('a'), action('b', ['a'])), ctx);
    expect(result).toEqual({ kind: 'failed', step: 'a', reason: 'no' });
    expect(ctx.started).toEqual(['a']);
  });

  test('takes the error branch when there is one', async () => {
    const { result, ends } = await run(
      workflow(action('a'), action('b', ['a']), action('c', ['a.error'])),
      new Answers({ a: FAILED }),
    );
    expect(result).toEqual({ kind: 'succeeded' });
    expect(ends).toEqual(['a.error', 'c.main']);
  });

  test('stops for a person when an outcome is unclear, even with an error branch', async () => {
    const ctx = new Answers({ a: { kind: 'unclear', reason: 'timed out' } });
    const { result } = await run(workflow(action('a'), action('b', ['a.error'])), ctx);
    expect(result).toEqual({ kind: 'needs_person', step: 'a', reason: 'timed out' });
    expect(ctx.started).toEqual(['a']);
  });

  test('lets a step in flight finish when another fails', async () => {
    const { result, ends } = await run(
      workflow(action('slow'), action('bad'), action('next', ['slow'])),
      new Answers({ bad: FAILED }, { slow: 20 }),
    );
    expect(result.kind).toBe('failed');
    expect(ends).toEqual(['bad.error', 'slow.main']);
  });

  test('starts nothing more once it is cancelled', async () => {
    const ctx = new Answers();
    ctx.cancelAfter = 1;
    const { result } = await run(workflow(action('a'), action('b', ['a'])), ctx);
    expect(result).toEqual({ kind: 'cancelled' });
    expect(ctx.started).toEqual(['a']);
  });

  test('fans out and joins: all waits for both branches', async () => {
    const ctx = new Answers({}, { b: 10 });
    const { ends } = await run(
      workflow(action('a'), action('b', ['a']), action('c', ['a']), action('d', ['b', 'c'], 'all')),
      ctx,
    );
    expect(ends).toEqual(['a.main', 'c.main', 'b.main', 'd.main']);
  });

  test('gives a step the output of the one before with its type kept', async () => {
    const ctx = new Answers({ a: { kind: 'done', output: { n: 3, who: 'x' } } });
    const use: WorkflowStep = {
      ...action('b', ['a']),
      does: {
        kind: 'action',
        action: 'x',
        inputs: {
          n: '{{ Steps.a.n }}',
          text: 'n={{Steps.a.n}} {{ Trigger.duration }}',
          gone: '{{ Steps.a.nope }}',
        },
      },
    };
    await run(workflow(action('a'), use), ctx);
    expect(ctx.inputs.get('b')).toEqual({ n: 3, text: 'n=3 1h' });
  });

  test('reads no inherited property and evaluates nothing that came from data', async () => {
    const ctx = new Answers({
      a: { kind: 'done', output: { evil: '{{ Trigger.duration }} ${process.exit(1)}' } },
    });
    const use: WorkflowStep = {
      ...action('b', ['a']),
      does: {
        kind: 'action',
        action: 'x',
        inputs: {
          evil: '{{ Steps.a.evil }}',
          ctor: '{{ Steps.constructor.name }}',
          proto: '{{ Steps.a.__proto__ }}',
        },
      },
    };
    await run(workflow(action('a'), use), ctx);
    expect(ctx.inputs.get('b')).toEqual({ evil: '{{ Trigger.duration }} ${process.exit(1)}' });
  });

  test('decides an if that any of its conditions holds', async () => {
    const decide: WorkflowStep = {
      id: 'known',
      does: {
        kind: 'if',
        needs: 'any',
        conditions: [
          { left: '{{ Trigger.duration }}', operator: 'eq', right: '2h' },
          { left: '{{ Trigger.duration }}', operator: 'eq', right: '1h' },
        ],
      },
      after: [],
    };
    const { ends } = await run(workflow(decide, action('yes', ['known.true'])), new Answers());
    expect(ends).toEqual(['known.true', 'yes.main']);
  });

  test('starts where the trigger says, and nothing else', async () => {
    const subject = {
      ...workflow(action('a'), action('b'), action('c', ['b'])),
      triggers: [{ kind: 'security', start: ['c'] }] as const,
    };
    expect((await run(subject, new Answers())).ends).toEqual(['c.main']);
  });

  test('goes on at the branch that a step ends on', async () => {
    const ctx = new Answers({ ask: { kind: 'done', output: {}, branch: 'leave' } });
    const subject = workflow(action('ask'), action('block', ['ask.block']), action('note', ['ask.leave']));
    expect((await run(subject, ctx)).ends).toEqual(['ask.leave', 'note.main']);
  });

  test('decides an if on both branches', async () => {
    const decide: WorkflowStep = {
      id: 'known',
      does: {
        kind: 'if',
        needs: 'all',
        conditions: [{ left: '{{ Steps.a.verdict }}', operator: 'eq', right: 'bad' }],
      },
      after: edges(['a']),
      join: 'any',
    };
    const subject = workflow(
      action('a'),
      decide,
      action('yes', ['known.true']),
      action('no', ['known.false']),
    );
    const bad = await run(subject, new Answers({ a: { kind: 'done', output: { verdict: 'bad' } } }));
    expect(bad.ends).toEqual(['a.main', 'known.true', 'yes.main']);
    const good = await run(subject, new Answers({ a: { kind: 'done', output: {} } }));
    expect(good.ends).toEqual(['a.main', 'known.false', 'no.main']);
  });
});

const graphs = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc
    .tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc.record({
          after:
            index === 0
              ? fc.constant([] as string[])
              : fc.uniqueArray(
                  fc
                    .tuple(fc.nat(index - 1), fc.constantFrom('main', 'error'))
                    .map(([from, b]) => `s${from}.${b}`),
                  { maxLength: 3 },
                ),
          join: fc.constantFrom('any' as const, 'all' as const),
          fails: fc.boolean(),
          delay: fc.nat(6),
        }),
      ),
    )
    .map((steps) => steps.map((step, index) => ({ ...step, id: `s${index}` }))),
);

test('whatever the graph, a run ends, no step starts twice, and speed changes nothing but the order', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (steps) => {
      const subject = workflow(...steps.map((step) => action(step.id, step.after, step.join)));
      const answers = Object.fromEntries(steps.filter((step) => step.fails).map((step) => [step.id, FAILED]));
      const slow = new Answers(answers, Object.fromEntries(steps.map((step) => [step.id, step.delay])));
      const fast = new Answers(answers);
      const one = await run(subject, slow);
      const two = await run(subject, fast);
      expect(new Set(slow.started).size).toBe(slow.started.length);
      expect(['succeeded', 'failed']).toContain(one.result.kind);
      if (one.result.kind === 'succeeded') {
        expect(two.result.kind).toBe('succeeded');
        expect(slow.started.toSorted()).toEqual(fast.started.toSorted());
      }
    }),
    { numRuns: 500 },
  );
});
