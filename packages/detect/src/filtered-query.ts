/** The filters of a rule come before all of its queries. Source: rules API, `filters`. */

import type { DetectionRule } from '@signalwright/model';
import { compileQueryText, type ContentProblem } from './content-problem.ts';

/** What each query must match besides its own text; filters that cannot be read are problems. */
export function compileFilters({ filters }: DetectionRule, problems: ContentProblem[]): readonly string[] {
  return filters.flatMap(({ action, query }, index) => {
    if (compileQueryText(query, ['filters', index, action], problems) === undefined) return [];
    if (query.trim() === '') return action === 'require' ? [] : ['-*:*'];
    return [action === 'require' ? query : `-(${query})`];
  });
}
