/** Random content in normal form, for the laws of this room. Rules have a file of their own. */

import {
  CONDITION_OPERATORS,
  RULE_TYPE_NAMES,
  SEVERITIES,
  type Event,
  type NotificationRule,
  type NotificationTarget,
  type RuleType,
  type Suppression,
  type Workflow,
  type WorkflowStep,
} from '@signalwright/model';
import fc from 'fast-check';
import { anyText, handle, id, name, plain, tags, text } from './scalar-arbitraries.ts';

export const suppression: fc.Arbitrary<Suppression> = fc
  .record(
    {
      kind: fc.constant('suppression' as const),
      id,
      name: anyText,
      enabled: fc.boolean(),
      reason: anyText,
      tags,
      rules: fc.oneof(
        fc.record({ kind: fc.constant('ids' as const), ids: fc.array(id, { minLength: 1, maxLength: 4 }) }),
        fc.record({
          kind: fc.constant('query' as const),
          query: anyText.filter((query) => !query.startsWith('signalwright:')),
        }),
      ),
      startsAtMs: fc.nat(),
      expiresAtMs: fc.nat(),
      suppressSignals: anyText,
      excludeEvents: anyText,
    },
    {
      requiredKeys: [
        'kind',
        'id',
        'name',
        'enabled',
        'reason',
        'tags',
        'rules',
        'suppressSignals',
        'excludeEvents',
      ],
    },
  )
  .map((value): Suppression => plain(value));

const inputValue = fc.oneof(
  anyText,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.boolean(),
);

const target: fc.Arbitrary<NotificationTarget> = fc.oneof(
  fc.record({ kind: fc.constant('handle' as const), handle }),
  fc.record({
    kind: fc.constant('workflow' as const),
    workflowId: id,
    inputs: fc.dictionary(name, inputValue, { maxKeys: 4 }),
  }),
);

export const notificationRule: fc.Arbitrary<NotificationRule> = fc
  .record({
    kind: fc.constant('notification-rule'),
    id,
    name: anyText,
    enabled: fc.boolean(),
    selectors: fc.record({
      source: fc.constant('security_signals' as const),
      ruleTypes: fc.uniqueArray(fc.constantFrom(...(Object.keys(RULE_TYPE_NAMES) as RuleType[])), {
        maxLength: 3,
      }),
      severities: fc.uniqueArray(fc.constantFrom(...SEVERITIES), { maxLength: 3 }),
      query: anyText,
    }),
    targets: fc.array(target, { minLength: 1, maxLength: 4 }),
  })
  .map(plain);

const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !Object.is(value, -0));

const stepBody: fc.Arbitrary<WorkflowStep['does']> = fc.oneof(
  fc.record({
    kind: fc.constant('action' as const),
    action: fc.stringMatching(/^signalwright\.[a-z_]{1,12}$/),
    inputs: fc.dictionary(name, json, { maxKeys: 4 }),
  }),
  fc.record({
    kind: fc.constant('if' as const),
    conditions: fc.array(
      fc.record(
        {
          left: text,
          operator: fc.constantFrom(...CONDITION_OPERATORS),
          right: fc.oneof(text, fc.integer(), fc.boolean()),
        },
        { requiredKeys: ['left', 'operator'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

interface LooseStep {
  readonly id: string;
  readonly does: WorkflowStep['does'];
  readonly from: readonly number[];
  readonly joinAll: boolean;
  readonly retry: { readonly times: number; readonly everyMs: number } | undefined;
}

/** Edges come from earlier steps only, in their order, as the normal form has them. */
function linkSteps(loose: readonly LooseStep[]): readonly WorkflowStep[] {
  return loose.map((step, index) => {
    const after = [...new Set(step.from.map((pick) => pick % (index + 1)))]
      .filter((from) => from < index)
      .toSorted((a, b) => a - b)
      .map((from) => {
        const source = loose[from];
        const branch = step.joinAll ? 'error' : source?.does.kind === 'if' ? 'true' : 'main';
        return { step: source?.id ?? '', branch } as const;
      });
    return {
      id: step.id,
      does: step.does,
      after,
      join: step.joinAll && after.length > 0 ? 'all' : 'any',
      ...(step.retry !== undefined && { retry: step.retry }),
    };
  });
}

const steps = fc
  .uniqueArray(
    fc.record({
      id: name,
      does: stepBody,
      from: fc.array(fc.nat(20), { maxLength: 3 }),
      joinAll: fc.boolean(),
      retry: fc.option(
        fc.record({ times: fc.integer({ min: 1, max: 20 }), everyMs: fc.integer({ min: 0, max: 600_000 }) }),
        { nil: undefined },
      ),
    }),
    { minLength: 1, maxLength: 6, selector: (step) => step.id },
  )
  .map(linkSteps);

export const workflow: fc.Arbitrary<Workflow> = fc
  .record({
    kind: fc.constant('workflow'),
    id,
    name: anyText,
    description: anyText,
    tags,
    published: fc.boolean(),
    triggers: fc.oneof(
      fc.constant({}),
      fc.constant({ security: {} }),
      fc.record({
        security: fc.record({
          rateLimit: fc.record({ count: fc.nat(1_000), perMs: fc.integer({ min: 1, max: 100_000_000 }) }),
        }),
      }),
    ),
    inputs: fc.array(
      fc.oneof(
        fc.record(
          { name, type: fc.constant('string' as const), description: text, default: text },
          { requiredKeys: ['name', 'type', 'description'] },
        ),
        fc.record(
          { name, type: fc.constant('number' as const), description: text, default: fc.integer() },
          { requiredKeys: ['name', 'type', 'description'] },
        ),
        fc.record(
          { name, type: fc.constant('boolean' as const), description: text, default: fc.boolean() },
          { requiredKeys: ['name', 'type', 'description'] },
        ),
      ),
      { maxLength: 3 },
    ),
    steps,
  })
  .map(plain);

const attributes = fc.dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 4 });

export const spanEvent: fc.Arbitrary<Event> = fc
  .record(
    {
      id: fc.stringMatching(/^[a-z0-9]{1,16}$/),
      tsMs: fc.integer({ min: 1e11, max: 1.8e12 }),
      dataSource: fc.constant('spans' as const),
      source: name,
      service: name,
      env: name,
      host: name,
      tags: fc.array(fc.stringMatching(/^[a-df-z]{1,6}:[a-z]{1,6}$/), { maxLength: 3 }),
      attributes,
      message: anyText,
    },
    { requiredKeys: ['id', 'tsMs', 'dataSource', 'tags', 'attributes', 'message'] },
  )
  .map((event): Event => plain(event));
