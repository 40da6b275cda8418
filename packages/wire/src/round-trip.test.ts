/** The law of this room: decode(encode(m)) = m, and what was encoded and answered back diffs as nothing. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeNotificationRule,
  decodeRule,
  decodeSpans,
  decodeSuppression,
  decodeWorkflow,
  encodeNotificationRule,
  encodeRule,
  encodeSpan,
  encodeSuppression,
  encodeWorkflow,
  normalisePayload,
} from './index.ts';
import { notificationRule, spanEvent, suppression } from './testing/content-arbitraries.ts';
import { detectionRule } from './testing/rule-arbitraries.ts';
import { workflow } from './testing/workflow-arbitraries.ts';

const CTX = { stack: 'acme-appsec' };

/** What a server does with a body: through JSON and back. */
function answered(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body));
}

describe('decode(encode(m)) = m', () => {
  test('for detection rules', () => {
    fc.assert(
      fc.property(detectionRule, (rule) => {
        expect(decodeRule(answered(encodeRule(rule, CTX)))).toStrictEqual({ ok: true, value: rule });
      }),
    );
  });

  test('for suppressions', () => {
    fc.assert(
      fc.property(suppression, (value) => {
        expect(decodeSuppression(answered(encodeSuppression(value, CTX)))).toStrictEqual({ ok: true, value });
      }),
    );
  });

  test('for notification rules, given the id that their mark only digests', () => {
    fc.assert(
      fc.property(notificationRule, (value) => {
        const body = answered(encodeNotificationRule(value, CTX));
        expect(decodeNotificationRule(body, { id: value.id })).toStrictEqual({ ok: true, value });
      }),
    );
  });

  test('for workflows', () => {
    fc.assert(
      fc.property(workflow, (value) => {
        expect(decodeWorkflow(answered(encodeWorkflow(value, CTX)))).toStrictEqual({ ok: true, value });
      }),
    );
  });

  test('for spans', () => {
    fc.assert(
      fc.property(fc.array(spanEvent, { minLength: 1, maxLength: 3 }), (events) => {
        const intake = { nowMs: 1.8e12, newId: () => 'unused' };
        const read = decodeSpans(answered(events.map(encodeSpan)), intake);
        expect(read).toEqual({
          ok: true,
          value: { events: events.map((event) => JSON.parse(JSON.stringify(event))), refused: [], cut: [] },
        });
      }),
    );
  });
});

describe('normalisePayload', () => {
  test('is idempotent on each kind', () => {
    fc.assert(
      fc.property(detectionRule, suppression, notificationRule, workflow, (rule, hidden, told, flow) => {
        const bodies = [
          ['detection-rule', encodeRule(rule, CTX)],
          ['suppression', encodeSuppression(hidden, CTX)],
          ['notification-rule', encodeNotificationRule(told, CTX)],
          ['workflow', encodeWorkflow(flow, CTX)],
        ] as const;
        for (const [kind, body] of bodies) {
          const once = normalisePayload(kind, answered(body));
          expect(normalisePayload(kind, answered(once))).toEqual(once);
        }
      }),
    );
  });

  test('does not see what a server does to a rule: order of tags, defaults, fields of its own', () => {
    fc.assert(
      fc.property(detectionRule, (rule) => {
        const body = encodeRule(rule, CTX);
        const answer = {
          ...body,
          tags: [...(body['tags'] as string[])].toReversed(),
          ...(rule.groupSignalsBy.length === 0 && { groupSignalsBy: null }),
          id: 'abc-def-ghi',
          version: 7,
          createdAt: 1_700_000_000_000,
          updatedAt: 1_700_000_000_001,
          isDefault: rule.tunes !== undefined,
          blocking: true,
          metadata: { entities: null, sources: null },
          creator: { name: 'CI Account', handle: 'ci' },
          aFieldOfTomorrow: { enabled: true },
          queries: (body['queries'] as object[]).map((query) => ({
            ...query,
            ...('metrics' in query && { metric: (query.metrics as string[])[0] }),
          })),
        };
        expect(normalisePayload('detection-rule', answer)).toEqual(normalisePayload('detection-rule', body));
      }),
    );
  });
});
