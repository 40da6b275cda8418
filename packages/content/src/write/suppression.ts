/** Suppression: normal form to written form. */

import type { Suppression } from '@signalwright/model';
import type { WrittenSuppression } from '../schema/written.ts';
import { ownerAndTags, timestampText, importedParts } from './scalar.ts';

export function writeSuppression(suppression: Suppression): WrittenSuppression {
  const { rules, startsAtMs, expiresAtMs, suppressSignals, excludeEvents } = suppression;
  return {
    kind: 'suppression',
    id: suppression.id,
    name: suppression.name,
    ...(!suppression.enabled && { enabled: false }),
    ...ownerAndTags(suppression.tags),
    reason: suppression.reason,
    ...(rules.kind === 'ids' ? { rules: rules.ids } : { ruleQuery: rules.query }),
    ...(startsAtMs !== undefined && { starts: timestampText(startsAtMs) }),
    expires: expiresAtMs === undefined ? 'never' : timestampText(expiresAtMs),
    // One of them must stand there; that it is empty is for `check` to say.
    ...((suppressSignals !== '' || excludeEvents === '') && { suppressSignals }),
    ...(excludeEvents !== '' && { excludeEvents }),
    ...importedParts(suppression),
  };
}
