/**
 * Notification rules and suppressions that the real service took and answered: encode(decode(p)) = p, but for what
 * the server fills and the owner's mark.
 */

import { describe, expect, test } from 'vitest';
import {
  attributesOf,
  decodeNotificationRule,
  decodeSuppression,
  encodeNotificationRule,
  encodeSuppression,
  type RemoteKind,
} from './index.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { collectRecorded, hasRecordings } from './testing/recorded-objects.ts';
import { isEmptyValue, isJsonObject, type JsonObject } from './payload-reader.ts';

const CTX = { stack: 'acme' };

/** A request that the service refused on purpose, with a query that is none. */
const REFUSED = new Set(['not enough attributes']);

describe.skipIf(!hasRecordings())('recorded objects', () => {
  const notificationRules = collectRecorded('notification_rules');
  const suppressions = collectRecorded('suppressions').filter(
    (found) => !REFUSED.has(String(attributesOf(found.payload)['data_exclusion_query'])),
  );

  test.each(notificationRules)('$where: a notification rule comes back as it was', ({ payload }) => {
    const result = decodeNotificationRule(payload, { id: 'a' });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(meaning('notification-rule', encodeNotificationRule(result.value, CTX))).toEqual(
      meaning('notification-rule', payload),
    );
  });

  test.each(suppressions)('$where: a suppression comes back as it was', ({ payload }) => {
    const result = decodeSuppression(payload, { id: 'a' });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(meaning('suppression', encodeSuppression(result.value, CTX))).toEqual(
      meaning('suppression', payload),
    );
  });

  test(`there are ${notificationRules.length} notification rules and ${suppressions.length} suppressions`, () => {
    expect(notificationRules.length).toBeGreaterThan(10);
    expect(suppressions.length).toBeGreaterThan(5);
  });
});

/** Without the server's own fields, the mark, and what says nothing; tags are a set. */
function meaning(kind: RemoteKind, payload: unknown): JsonObject {
  const ignored = fieldNames(SERVER_FILLED[kind]);
  const kept = Object.entries(attributesOf(payload)).filter(
    ([key, value]) => !ignored.includes(key) && !isEmptyValue(value) && value !== 0,
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, withoutMark(key, value)]).filter(([, value]) => !isEmptyValue(value)),
  );
}

function withoutMark(key: string, value: unknown): unknown {
  if (key === 'name' && typeof value === 'string') return value.replace(/ \[sw:[0-9a-f]{8}\]$/, '');
  if (key === 'tags' && Array.isArray(value)) {
    return value.filter((tag) => !String(tag).startsWith('signalwright:')).toSorted();
  }
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value)) : value;
}
