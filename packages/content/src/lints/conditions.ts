/**
 * What can be said of the conditions of a rule's cases without counting anything. They only know `>` and `>=`, so
 * larger counts never make one false, and any two of them can be true together.
 */

import type { Condition, ConditionCompare } from '@signalwright/query';
import type { DetectionRule } from '@signalwright/model';
import type { ParsedTexts } from '../link/parsed-texts.ts';

/** Conditions with more alternatives than this are left alone. */
const MAX_ALTERNATIVES = 64;

/** One for each case; undefined where the condition cannot be read, which is said where it stands. */
export function conditionsOf(rule: DetectionRule, texts: ParsedTexts): readonly (Condition | undefined)[] {
  return rule.cases.map(({ condition }) => {
    const parsed = texts.condition(condition ?? '');
    return parsed.ok ? parsed.condition : undefined;
  });
}

/** True when `a` cannot hold without `b`; false also means "not known". */
export function impliesCondition(a: Condition, b: Condition): boolean {
  const alternatives = alternativesOf(a);
  return alternatives?.every((comparisons) => entails(comparisons, b)) === true;
}

/** Whether comparisons that hold together make the condition true. */
export function entails(comparisons: readonly ConditionCompare[], condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.children.every((child) => entails(comparisons, child));
    case 'or':
      return condition.children.some((child) => entails(comparisons, child));
    case 'compare':
      return comparisons.some((each) => each.label === condition.label && isAtLeastAsStrict(each, condition));
  }
}

/** `x > 5` is at least as strict as `x > 3`, `x >= 5` and `x > 5` itself. */
export function isAtLeastAsStrict(a: ConditionCompare, b: ConditionCompare): boolean {
  if (a.threshold !== b.threshold) return a.threshold > b.threshold;
  return a.operator === '>' || b.operator === '>=';
}

/** The condition as alternatives of comparisons that hold together; undefined when there are too many. */
export function alternativesOf(condition: Condition): readonly (readonly ConditionCompare[])[] | undefined {
  if (condition.kind === 'compare') return [[condition]];
  const parts = condition.children.map(alternativesOf);
  let result: readonly (readonly ConditionCompare[])[] = condition.kind === 'and' ? [[]] : [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    result =
      condition.kind === 'or'
        ? [...result, ...part]
        : result.flatMap((left) => part.map((right) => [...left, ...right]));
    if (result.length > MAX_ALTERNATIVES) return undefined;
  }
  return result;
}
