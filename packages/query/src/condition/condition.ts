/**
 * The condition of a rule's case, as data: when the counts of the rule's queries make the case true.
 * Source: Datadog "Set conditions": `>`, `>=`, `&&`, `||`, the label on the left. Parentheses are accepted
 * beyond that, since published rules use them.
 */

import type { Span } from '../ast.ts';
import { unreachable } from '../unreachable.ts';

export type Condition = ConditionCompare | ConditionJoin;

/** `failures > 10`. */
export interface ConditionCompare extends Span {
  readonly kind: 'compare';
  /** The name of a query, else its letter: `a` for the first. */
  readonly label: string;
  /** The place of the label alone. */
  readonly labelSpan: Span;
  readonly operator: '>' | '>=';
  readonly threshold: number;
}

/** At least two children, none of the same kind. */
export interface ConditionJoin extends Span {
  readonly kind: 'and' | 'or';
  readonly children: readonly Condition[];
}

/** Whether the condition holds. `valueOf` gives the count, cardinality, sum or maximum of a label. */
export function evaluateCondition(condition: Condition, valueOf: (label: string) => number): boolean {
  switch (condition.kind) {
    case 'compare': {
      const value = valueOf(condition.label);
      return condition.operator === '>' ? value > condition.threshold : value >= condition.threshold;
    }
    case 'and':
      return condition.children.every((child) => evaluateCondition(child, valueOf));
    case 'or':
      return condition.children.some((child) => evaluateCondition(child, valueOf));
    default:
      return unreachable(condition);
  }
}

export interface ConditionLabel extends Span {
  readonly label: string;
}

/** Each mention of a label, in order of place. */
export function conditionLabels(condition: Condition): readonly ConditionLabel[] {
  if (condition.kind !== 'compare') return condition.children.flatMap(conditionLabels);
  const { label, labelSpan } = condition;
  return [{ label, start: labelSpan.start, end: labelSpan.end }];
}

/** In the usual spacing. `parseCondition` of it gives the same condition. `&&` inside `||` gets parentheses. */
export function printCondition(condition: Condition): string {
  if (condition.kind === 'compare') {
    return `${condition.label} ${condition.operator} ${String(condition.threshold)}`;
  }
  return condition.children
    .map((child) => (child.kind === 'compare' ? printCondition(child) : `(${printCondition(child)})`))
    .join(condition.kind === 'and' ? ' && ' : ' || ');
}
