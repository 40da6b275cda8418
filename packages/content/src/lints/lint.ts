/** Lints: what is valid and probably not meant. One folder a lint, each with good.yaml and bad.yaml. */

import type { ContentObject, Diagnostic } from '@signalwright/model';
import type { ContentEntry, LoadedObject } from '../link/content-entry.ts';
import { Report, type LinkContext } from '../link/link-context.ts';
import { noNearMiss } from './no-near-miss/index.ts';
import { noTests } from './no-tests/index.ts';
import { CONTENT_LINTS, LINTS } from './registry.ts';

/** What Datadog wrote in a rule that is tuned here is not for us to mend: only its tests are ours. */
const TUNED_LINTS: readonly ((object: ContentObject, report: Report, context: LinkContext) => void)[] = [
  noTests,
  noNearMiss,
];

export function lint({ object, written }: LoadedObject, context: LinkContext): readonly Diagnostic[] {
  const report = new Report(object.origin, context.texts);
  if ('default' in written) for (const check of TUNED_LINTS) check(object, report, context);
  else for (const check of LINTS) check(object, report, context, written);
  return report.diagnostics;
}

export function lintContent(entries: readonly ContentEntry[]): readonly Diagnostic[] {
  return CONTENT_LINTS.flatMap((check) => check(entries));
}
