/** An approved plan whose apply was cut off: the same file finishes it, also where objects name what it has made. */

import { expect, test } from 'vitest';
import type { DetectionRule } from '@signalwright/model';
import { bindPlan } from './bind-plan.ts';
import type { Plan } from './plan.ts';
import { createWorld, type World } from './rehearsal/faulty-world.ts';
import { applyNow, planNow } from './rehearsal/gitops-run.ts';
import { rule, sampleSource } from './rehearsal/sample-source.ts';

const FIRST = rule('failures');

/** Counts the signals of another rule. */
const SECOND = rule('siege', {
  type: 'signal_correlation',
  queries: [
    {
      name: 'first',
      query: '',
      aggregation: { kind: 'event_count' },
      groupBy: [],
      optionalGroupBy: false,
      correlation: { rule: { kind: 'content', id: FIRST.id }, correlatedByFields: ['host'] },
    },
  ],
});

async function plan(world: World, ...rules: readonly DetectionRule[]): Promise<Plan> {
  const made = await planNow(sampleSource(...rules), world.start());
  if (made === undefined) throw new Error('the service could not be read');
  return made;
}

test('a correlation rule is still what was approved once the rule that it names has come to be', async () => {
  const world = createWorld();
  const approved = await plan(world, FIRST, SECOND);
  await applyNow(await plan(world, FIRST), world.start());
  const fresh = await plan(world, FIRST, SECOND);
  const binding = bindPlan(approved, fresh);
  expect(binding).toEqual({ ok: true, held: new Map() });
});

test('a file that asks for another body is refused whole', async () => {
  const world = createWorld();
  const approved = await plan(world, FIRST, SECOND);
  await applyNow(await plan(world, FIRST), world.start());
  const items = approved.items.map((item) =>
    item.address === 'detection-rule/siege' ? { ...item, body: { ...item.body, isEnabled: false } } : item,
  );
  expect(bindPlan({ ...approved, items }, await plan(world, FIRST, SECOND))).toMatchObject({
    ok: false,
  });
});
