import { expect, test } from 'vitest';
import { decodeNotificationRule } from './notification-rule.ts';

test('a notification rule over findings is refused, not bent', () => {
  const attributes = {
    name: 'N',
    enabled: true,
    selectors: { trigger_source: 'security_findings' },
    targets: ['@x'],
  };
  const result = decodeNotificationRule({ id: 'abc-def-ghi', attributes });
  expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([
    'selectors.trigger_source',
  ]);
});
