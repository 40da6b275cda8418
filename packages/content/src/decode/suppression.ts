/** Suppression: written form to normal form. */

import { addressOf, type AuthoredSuppression, type Origin } from '@signalwright/model';
import type { WrittenSuppression } from '../schema/written.ts';
import { tagsWithOwner, timestampMs, importedParts } from './scalar.ts';
import { decodeTestSignal } from './test-fields.ts';

export function decodeSuppression(written: WrittenSuppression, origin: Origin): AuthoredSuppression {
  const { owner, starts, expires } = written;
  return {
    kind: 'suppression',
    address: addressOf('suppression', written.id),
    object: {
      kind: 'suppression',
      id: written.id,
      name: written.name,
      enabled: written.enabled ?? true,
      reason: written.reason,
      tags: tagsWithOwner(written.tags, owner),
      rules:
        written.rules === undefined
          ? { kind: 'query', query: written.ruleQuery ?? '' }
          : { kind: 'ids', ids: written.rules },
      ...(starts !== undefined && { startsAtMs: timestampMs(starts) }),
      ...(expires !== 'never' && { expiresAtMs: timestampMs(expires) }),
      suppressSignals: written.suppressSignals ?? '',
      excludeEvents: written.excludeEvents ?? '',
      ...importedParts(written),
    },
    ...(owner !== undefined && { owner }),
    tests: (written.tests ?? []).map((test) => ({
      name: test.name,
      atMs: timestampMs(test.at),
      signal: decodeTestSignal(test.signal),
      hidden: test.hidden,
    })),
    origin,
  };
}
