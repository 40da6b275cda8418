/**
 * A case whose condition implies that of an earlier one: the earlier one is always true first.
 * Sound and not complete: what is reported can never decide, what is not reported may still never do.
 */

import { parseCondition, printCondition, type Condition, type ConditionCompare } from '@signalwright/query';
import { quoted } from '../../diagnostic.ts';
import type { Lint } from '../lint-contract.ts';

/** Conditions with more alternatives than this are left alone. */
const MAX_ALTERNATIVES = 64;

export const shadowedCase: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  const conditions = object.object.cases.map((each) => {
    const parsed = parseCondition(each.condition ?? '');
    return parsed.ok ? parsed.condition : undefined;
  });
  conditions.forEach((condition, index) => {
    if (condition === undefined) return;
    const first = conditions.findIndex(
      (earlier, position) =>
        position < index &&
        earlier !== undefined &&
        printCondition(earlier) !== printCondition(condition) &&
        implies(condition, earlier),
    );
    if (first === -1) return;
    const earlier = object.object.cases[first];
    const message = `Whenever ${quoted(object.object.cases[index]?.condition)} is true, ${quoted(earlier?.condition)} is true before it.`;
    report.at(['cases', index, 'condition'], 'lint/shadowed-case', message, {
      hint: 'The first true case decides: put the stricter case first.',
      related: [
        { message: 'The earlier case.', range: report.origin.rangeOf(['cases', first, 'condition']) },
      ],
    });
  });
};

/** True when `a` cannot hold without `b`; false also means "not known". */
export function implies(a: Condition, b: Condition): boolean {
  const alternatives = alternativesOf(a);
  return alternatives?.every((comparisons) => entails(comparisons, b)) === true;
}

function entails(comparisons: readonly ConditionCompare[], condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.children.every((child) => entails(comparisons, child));
    case 'or':
      return condition.children.some((child) => entails(comparisons, child));
    case 'compare':
      return comparisons.some((each) => each.label === condition.label && isStricter(each, condition));
  }
}

/** `x > 5` is stricter than `x > 3`, `x >= 5` and `x > 5` itself. */
function isStricter(a: ConditionCompare, b: ConditionCompare): boolean {
  if (a.threshold !== b.threshold) return a.threshold > b.threshold;
  return a.operator === '>' || b.operator === '>=';
}

/** The condition as alternatives of comparisons that hold together. */
function alternativesOf(condition: Condition): readonly (readonly ConditionCompare[])[] | undefined {
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
