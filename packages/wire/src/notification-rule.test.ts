import { describe, expect, test } from 'vitest';
import { encodeCreate } from './create-body.ts';
import { decodeNotificationRule, encodeNotificationRule } from './notification-rule.ts';
import { normalisePayload } from './normalise-payload.ts';

const ATTRIBUTES = {
  name: 'N',
  enabled: true,
  selectors: { trigger_source: 'security_findings' },
  targets: ['@x'],
};

function decode(change: object): ReturnType<typeof decodeNotificationRule> {
  return decodeNotificationRule({ id: 'abc-def-ghi', attributes: { ...ATTRIBUTES, ...change } });
}

describe('what cannot be held is refused by the name of its field, not bent', () => {
  test.each([
    ['an unknown source', { selectors: { trigger_source: 'security_dreams' } }, 'selectors.trigger_source'],
    ['no source', { selectors: {} }, 'selectors.trigger_source'],
    [
      'an unknown type',
      { selectors: { trigger_source: 'security_findings', rule_types: ['x'] } },
      'selectors.rule_types[0]',
    ],
    [
      'an unknown severity',
      { selectors: { trigger_source: 'security_signals', severities: ['high', 5] } },
      'selectors.severities[1]',
    ],
    [
      'an unknown selector',
      { selectors: { trigger_source: 'security_signals', teams: ['a'] } },
      'selectors.teams',
    ],
    ['another routing', { routing: { mode: 'by_team' } }, 'routing.mode'],
    ['more routing', { routing: { mode: 'manual', teams: ['a'] } }, 'routing.teams'],
    ['half a second', { time_aggregation: 0.5 }, 'time_aggregation'],
    ['a target without @', { targets: ['x'] }, 'targets[0]'],
  ])('%s', (_what, change, path) => {
    const result = decode(change);
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([path]);
  });
});

test('no time aggregation and one of 0 are the same', () => {
  const [none, zero] = [decode({}), decode({ time_aggregation: 0 })];
  expect(zero).toEqual(none);
  if (!none.ok) throw new Error('it was refused');
  expect(none.value.timeAggregationMs).toBeUndefined();
  // As the service answers it; requests leave it out.
  const payload = encodeNotificationRule(none.value, { stack: 's' });
  expect(payload).toMatchObject({ data: { attributes: { time_aggregation: 0 } } });
  expect(JSON.stringify(encodeCreate('notification-rule', payload))).not.toContain('time_aggregation');
});

test('a workflow with its inputs is a typed target, and blanks between them are no change', () => {
  const [wide, tight] = ['@workflow-block(p="v", n=1)', '@workflow-block(p="v",n=1)'];
  const result = decode({ targets: [tight] });
  expect(result.ok && result.value.targets).toEqual([
    { kind: 'workflow', workflowId: 'block', inputs: { p: 'v', n: 1 } },
  ]);
  expect(normalisePayload('notification-rule', { ...ATTRIBUTES, targets: [tight] })).toEqual(
    normalisePayload('notification-rule', { ...ATTRIBUTES, targets: [wide] }),
  );
});

test('a handle that only looks like a workflow stays as it is written', () => {
  const targets = ['@workflow-My_Flow', '@workflow-x(n=12345678901234567890)', '@dana@example.com'];
  const result = decode({ targets });
  if (!result.ok) throw new Error('it was refused');
  const body = encodeNotificationRule(result.value, { stack: 's' }) as {
    data: { attributes: { targets: string[] } };
  };
  expect(body.data.attributes.targets).toEqual(targets);
});
