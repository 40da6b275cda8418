import { type DenylistEntry } from '@signalwright/model';
import { expect, test } from 'vitest';
import { encodeDenylist } from './denylist.ts';

const block = (value: string, expiresAtMs?: number, kind: 'ip' | 'user' = 'ip'): DenylistEntry => ({
  kind,
  value,
  ...(expiresAtMs !== undefined && { expiresAtMs }),
  createdAtMs: 0,
  createdBy: 'dana',
  reason: 'test',
});

test('the denylist for the WAF engine: seconds, the longest block of a value, nothing that has ended', () => {
  const entries = [
    block('203.0.113.1', 10_001),
    block('203.0.113.1', 5_000),
    block('203.0.113.2', 9_000),
    block('203.0.113.2'),
    block('203.0.113.3', 1_000),
    block('user-9', 20_000, 'user'),
  ];
  expect(encodeDenylist(entries, 1_000)).toEqual({
    rules_data: [
      {
        id: 'blocked_ips',
        type: 'ip_with_expiration',
        data: [{ value: '203.0.113.1', expiration: 11 }, { value: '203.0.113.2' }],
      },
      { id: 'blocked_users', type: 'data_with_expiration', data: [{ value: 'user-9', expiration: 20 }] },
    ],
  });
});
