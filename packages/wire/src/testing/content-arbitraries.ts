/** Random content in normal form, for the laws of this room. Rules have a file of their own. */

import {
  NOTIFICATION_RULE_TYPES,
  NOTIFICATION_SEVERITIES,
  NOTIFICATION_SOURCES,
  ROUTING_MODES,
  type Event,
  type NotificationRule,
  type NotificationTarget,
  type Suppression,
} from '@signalwright/model';
import fc from 'fast-check';
import { anyText, handle, id, name, plain, tags } from './scalar-arbitraries.ts';

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
  .record(
    {
      kind: fc.constant('notification-rule' as const),
      id,
      name: anyText,
      enabled: fc.boolean(),
      selectors: fc.record({
        source: fc.constantFrom(...NOTIFICATION_SOURCES),
        ruleTypes: fc.uniqueArray(fc.constantFrom(...NOTIFICATION_RULE_TYPES), { maxLength: 3 }),
        severities: fc.uniqueArray(fc.constantFrom(...NOTIFICATION_SEVERITIES), { maxLength: 3 }),
        query: anyText,
      }),
      targets: fc.array(target, { minLength: 1, maxLength: 4 }),
      timeAggregationMs: fc.integer({ min: 1, max: 10_000_000 }).map((seconds) => seconds * 1_000),
      routing: fc.constantFrom(...ROUTING_MODES).map((mode) => ({ mode })),
    },
    { requiredKeys: ['kind', 'id', 'name', 'enabled', 'selectors', 'targets'] },
  )
  .map((value): NotificationRule => plain(value));

export const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !Object.is(value, -0));

/** Without the keys that the intake leaves out, wherever they stand; see `intake-batch.ts`. */
const attributes = fc
  .dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 4 })
  .filter((value) => !/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(value)));

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
