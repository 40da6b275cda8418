/** Lints: what is valid and probably not meant. One folder a lint, each with good.yaml and bad.yaml. */

import type { Diagnostic } from '@signalwright/model';
import { Report, type LinkContext } from '../link/link-context.ts';
import type { LoadedObject } from '../link/link.ts';
import { LINTS } from './registry.ts';

export function lint(loaded: readonly LoadedObject[], context: LinkContext): readonly Diagnostic[] {
  return loaded.flatMap(({ object, written }) => {
    const report = new Report(object.origin);
    for (const check of LINTS) check(object, report, context, written);
    return report.diagnostics;
  });
}
