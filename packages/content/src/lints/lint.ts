/** Lints: what is valid and probably not meant. One folder a lint, each with good.yaml and bad.yaml. */

import type { ContentObject, Diagnostic } from '@signalwright/model';
import { Report, type LinkContext } from '../link/link-context.ts';
import type { LoadedObject } from '../link/link.ts';
import type { Lint } from './lint-contract.ts';
import { noNearMiss } from './no-near-miss/index.ts';
import { noTests } from './no-tests/index.ts';
import { LINTS } from './registry.ts';

/** What Datadog wrote in a rule that is tuned here is not for us to mend. */
function lintsFor(object: ContentObject): readonly Lint[] {
  const isTuned = object.kind === 'detection-rule' && object.object.tunes !== undefined;
  return isTuned ? [noTests, noNearMiss] : LINTS;
}

export function lint(loaded: readonly LoadedObject[], context: LinkContext): readonly Diagnostic[] {
  return loaded.flatMap(({ object }) => {
    const report = new Report(object.origin);
    for (const check of lintsFor(object)) check(object, report, context);
    return report.diagnostics;
  });
}
