import { describe, expect, test } from 'vitest';
import { payloadOfResource } from './resource-payload.ts';

const RULE = 'datadog_security_monitoring_rule';

function payloadOf(type: string, attributes: object, id?: string): unknown {
  const made = payloadOfResource(type, attributes as Record<string, unknown>, id);
  return made.ok ? made.payload : made.reason;
}

describe('rules', () => {
  test('what a state has for "not set" is left out; single blocks are objects', () => {
    expect(
      payloadOf(
        RULE,
        {
          id: 'abc',
          name: 'A',
          message: 'm',
          enabled: false,
          validate: true,
          group_signals_by: [],
          has_extended_title: true,
          options: [
            {
              keep_alive: '3600',
              new_value_options: [{ forget_after: 7, learning_method: 'duration' }],
              impossible_travel_options: [],
              hardcoded_evaluator_type: '',
            },
          ],
          case: [{ status: 'high', action: [{ type: 'block_ip', options: [{ duration: 900 }] }], name: '' }],
          query: [{ query: '', metric: '', group_by_fields: ['a'], data_source: null }],
          filter: [{ action: 'require', query: 'b' }],
        },
        'abc',
      ),
    ).toEqual({
      id: 'abc',
      name: 'A',
      message: 'm',
      type: 'log_detection',
      isEnabled: false,
      hasExtendedTitle: true,
      tags: [],
      options: { keepAlive: 3600, newValueOptions: { forgetAfter: 7, learningMethod: 'duration' } },
      cases: [{ status: 'high', actions: [{ type: 'block_ip', options: { duration: 900 } }], name: '' }],
      queries: [{ query: '', groupByFields: ['a'] }],
      filters: [{ action: 'require', query: 'b' }],
    });
  });

  test('queries over signals stand among the others', () => {
    const signal = {
      rule_id: 'x',
      correlated_query_index: '1',
      correlated_by_fields: ['a'],
      default_rule_id: '',
    };
    expect(payloadOf(RULE, { query: [], signal_query: [signal, { rule_id: 'y' }] })).toMatchObject({
      queries: [{ ruleId: 'x', correlatedQueryIndex: 1, correlatedByFields: ['a'] }, { ruleId: 'y' }],
    });
  });

  test('a block that stands twice where one may is refused', () => {
    expect(payloadOf(RULE, { options: [{ keep_alive: 0 }, { keep_alive: 60 }] })).toBe(
      'It has 2 blocks "options" where one may be.',
    );
  });

  test('a name that nothing here knows goes along', () => {
    expect(payloadOf(RULE, { brand_new: { a_b: 1 } })).toMatchObject({ brandNew: { aB: 1 } });
  });

  test('names of JavaScript are names', () => {
    const attributes = JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}') as object;
    expect(payloadOf(RULE, attributes)).toMatchObject({ isEnabled: true });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('dates of suppressions are times', () => {
  const type = 'datadog_security_monitoring_suppression';
  expect(
    payloadOf(
      type,
      { name: 'S', start_date: '2026-12-01T16:00:00Z', expiration_date: '', validate: true },
      'i',
    ),
  ).toEqual({
    id: 'i',
    type: 'suppressions',
    attributes: { name: 'S', description: '', start_date: Date.UTC(2026, 11, 1, 16) },
  });
  expect(payloadOf(type, { start_date: 'soon' })).toBe('Its start_date is no date.');
  expect(payloadOf(type, { start_date: true })).toBe('Its start_date is no date.');
});

test('a notification rule without what the service fills in', () => {
  expect(
    payloadOf('datadog_security_notification_rule', {
      name: 'N',
      targets: ['@a'],
      version: 3,
      created_by_name: 'ada',
      modified_at: 5,
      selectors: [
        { trigger_source: 'security_signals', rule_types: ['log_detection'], query: '', severities: null },
      ],
    }),
  ).toEqual({
    type: 'notification_rules',
    attributes: {
      name: 'N',
      enabled: true,
      targets: ['@a'],
      selectors: { trigger_source: 'security_signals', rule_types: ['log_detection'] },
    },
  });
});

test.each([
  [
    { spec_json: '{"handle":"a"}', webhook_secret: 's' },
    { type: 'workflows', attributes: { spec: { handle: 'a' } } },
  ],
  [{ spec_json: '{' }, 'Its spec_json is not JSON.'],
  [{ spec_json: 7 }, 'Its spec_json is no text.'],
  [{ spec_json: '['.repeat(1_000) }, 'Its spec_json nests deeper than 64 levels.'],
])('a workflow %#', (attributes, expected) => {
  expect(payloadOf('datadog_workflow_automation', attributes)).toEqual(expected);
});

test('any other type is refused', () => {
  expect(payloadOf('toString', {})).toBe('Resources of type toString are not imported.');
});
