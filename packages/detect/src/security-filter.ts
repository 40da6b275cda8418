/**
 * Security filters: which logs detection looks at. A log is looked at when an enabled filter finds it and none of that
 * filter's exclusions does. Source: SecurityFilterAttributes; they say nothing of spans, which all are looked at.
 */

import type { SearchDocument, SecurityFilter } from '@signalwright/model';
import { compileQueryText, type ContentProblem } from './content-problem.ts';

/** Whether detection looks at a log. */
export type CompiledSecurityFilter = (document: SearchDocument) => boolean;

export type CompileSecurityFilterResult =
  | { readonly ok: true; readonly filter: CompiledSecurityFilter }
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

/** Never throws. */
export function compileSecurityFilter(filter: SecurityFilter): CompileSecurityFilterResult {
  const problems: ContentProblem[] = [];
  const finds = compileQueryText(filter.query, ['query'], problems)?.matches;
  const excludes = filter.exclusions.map(
    ({ query }, index) => compileQueryText(query, ['exclusion_filters', index, 'query'], problems)?.matches,
  );
  if (finds === undefined || problems.length > 0) return { ok: false, problems };
  if (!filter.isEnabled) return { ok: true, filter: () => false };
  return {
    ok: true,
    filter: (document) => finds(document) && !excludes.some((matches) => matches?.(document) === true),
  };
}
