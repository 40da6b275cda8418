/** Two objects of a kind with one name: people pick the wrong one from a list. Notification rules must differ. */

import { quoted } from '../../diagnostic.ts';
import { claimedTwice, sayOfBoth } from '../../link/shared-claims.ts';
import type { ContentLint } from '../lint-contract.ts';

export const sameName: ContentLint = (entries) =>
  claimedTwice(entries, ({ kind, name }) => `${kind} ${name}`)
    // The name of a rule that is tuned here is Datadog's.
    .filter(({ entry }) => entry.outline.tunes === undefined)
    .map((both) =>
      sayOfBoth('lint/same-name', both, (object, other) => ({
        range: object.origin.rangeOf(['name']),
        message: `${other.address} has the name ${quoted(object.object.name)} too.`,
        hint: 'Give them names that tell them apart.',
        related: [{ message: 'The other one.', range: other.origin.rangeOf(['name']) }],
      })),
    );
