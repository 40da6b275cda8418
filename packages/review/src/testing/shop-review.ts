/** Reviews of changes of the shop's content, as the command makes them. */

import { loadFromFiles } from '@signalwright/content';
import { runContentTests } from '@signalwright/detect';
import { compareWorkspaces } from '../meaning/compare-workspaces.ts';
import { say } from '../phrase.ts';
import type { Review } from '../review.ts';
import { shop, shopFiles, type Edits } from './shop-content.ts';

export function shopReview(edits: Edits, base: Edits = {}): Review {
  const { workspace, diagnostics } = loadFromFiles(shopFiles(edits));
  const objects = workspace?.objects ?? [];
  return {
    compared: { base: '1a2b3c4', head: '5d6e7f8' },
    meaning:
      workspace === undefined
        ? { kind: 'not-compared', why: say`the new side has errors` }
        : { kind: 'compared', report: compareWorkspaces(shop(base), workspace), remarks: [] },
    diagnostics,
    tests: runContentTests(objects),
    plan: { kind: 'none', why: say`There are no credentials here` },
    places: new Map(objects.map(({ address, origin }) => [address, origin.rangeOf(['id'])])),
  };
}
