/** What content is in each chapter of a life: created and taken over, changed, switched off, deleted. */

import type { DesiredSource } from '../desired.ts';
import { GRACE_MS } from '../removals.ts';
import { rule, sampleSource, suppression, withoutAddress, workflow } from './sample-source.ts';

export interface Chapter {
  readonly name: string;
  readonly source: DesiredSource;
  /** What passes before it. */
  readonly waitMs: number;
  /** Ours that are there in the end, those switched off included. */
  readonly objects: number;
  /** Of them, switched off and not deleted. */
  readonly waiting: number;
}

/** @param adoptedId remote id of an object without a mark, from which a rule was imported */
export function chaptersOf(adoptedId: string): readonly Chapter[] {
  const adopted = rule('adopted', { remoteId: adoptedId });
  const before = sampleSource(adopted);
  const after = sampleSource(
    adopted,
    rule('sqli', { keepAliveMs: 7_200_000 }),
    { ...suppression, reason: 'Extended.' },
    { ...workflow, name: 'Block the attacker at once' },
  );
  // Two objects have gone: few enough to need no word of consent.
  const last = withoutAddress(withoutAddress(after, 'notification-rule/urgent'), 'suppression/pentest');
  return [
    { name: 'create', source: before, waitMs: 0, objects: 7, waiting: 0 },
    { name: 'update', source: after, waitMs: 0, objects: 7, waiting: 0 },
    { name: 'switch off', source: last, waitMs: 0, objects: 7, waiting: 2 },
    { name: 'delete', source: last, waitMs: GRACE_MS, objects: 5, waiting: 0 },
  ];
}
