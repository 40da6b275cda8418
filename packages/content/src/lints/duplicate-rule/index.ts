/** Two rules that count the same events and decide the same way: every attack raises two signals. */

import { claimedTwice, sayOfBoth } from '../../link/shared-claims.ts';
import type { ContentLint } from '../lint-contract.ts';

export const duplicateRule: ContentLint = (entries) => {
  const once = new Set<number>();
  const again = new Set<number>();
  for (const { gist } of entries.map(({ outline }) => outline))
    if (gist !== undefined) (once.has(gist) ? again : once).add(gist);
  return (
    claimedTwice(entries, ({ gist }, entry) =>
      gist !== undefined && again.has(gist) ? entry.shape() : undefined,
    )
      // What Datadog wrote in a rule that is tuned here is not for us to mend.
      .filter(({ entry }) => entry.outline.tunes === undefined)
      .map((both) =>
        sayOfBoth('lint/duplicate-rule', both, (rule, twin) => ({
          range: rule.origin.rangeOf(['id']),
          message: `This rule does what ${twin.address} does.`,
          hint: 'Keep one of them, or say in queries and cases what tells them apart.',
          related: [{ message: 'The other rule.', range: twin.origin.rangeOf(['id']) }],
        })),
      )
  );
};
