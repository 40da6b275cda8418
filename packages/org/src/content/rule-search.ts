/** Whether a query over rules finds one: selections of suppressions and of critical assets. */

import { ruleDocument } from '@signalwright/detect';
import { compileMatcher, parseQuery } from '@signalwright/query';
import type { StoredContent } from '@signalwright/signals';
import { decodeRule } from '@signalwright/wire';

/** Also of rules that this org does not run. What cannot be read finds nothing, and is not found. */
export function isRuleFound(query: unknown, rule: StoredContent): boolean {
  const parsed = typeof query === 'string' ? parseQuery(query) : undefined;
  const decoded = decodeRule(rule.fields, { id: rule.id });
  if (parsed?.ok !== true || !decoded.ok) return false;
  // With the owner's mark, by which suppressions name the rules of files.
  const { tags } = rule.fields;
  const marked = Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
  return compileMatcher(parsed.query)(ruleDocument({ ...decoded.value, tags: marked }, rule.id));
}
