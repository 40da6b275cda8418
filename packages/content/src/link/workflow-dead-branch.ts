/** Conditions that are always true or never: one of the two branches is then dead. */

import type { ContentPath, StepBody, StepCondition } from '@signalwright/model';
import { parseExpression } from '@signalwright/template';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { Report } from './link-context.ts';
import type { ExpressionScope } from './expression-scope.ts';

type If = Extract<StepBody, { readonly kind: 'if' }>;

/** @param places of the conditions below `path` */
export function checkDeadBranch(
  report: Report,
  path: ContentPath,
  { conditions }: If,
  places: readonly { readonly path: ContentPath }[],
  scope: ExpressionScope,
): void {
  conditions.forEach((condition, index) => {
    const at = [...path, ...(places[index]?.path ?? [])];
    if (!hasExpression(condition.left) && !hasExpression(condition.right)) {
      return report.at(at, 'workflow/dead-branch', 'This is the same in every run.', {
        hint: 'Compare something of the run: {{ Steps.… }}, {{ Trigger.… }} or {{ Source.… }}.',
      });
    }
    checkEnum(report, [...at, 2], condition, scope);
  });
}

function hasExpression(value: unknown): boolean {
  return value !== undefined && JSON.stringify(value).includes('{{');
}

/** A step's output that is one of a few words, held against another one. */
function checkEnum(report: Report, at: ContentPath, condition: StepCondition, scope: ExpressionScope): void {
  const { left, operator, right } = condition;
  if ((operator !== 'eq' && operator !== 'ne') || typeof right !== 'string' || hasExpression(right)) return;
  const words = wordsOf(left, scope);
  if (words === undefined || words.includes(right)) return;
  const message = `It is never ${quoted(right)}: it is one of ${words.join(', ')}.`;
  report.at(at, 'workflow/dead-branch', message, { hint: didYouMean(right, words) });
}

/** The words that an expression can become, when the manifest lists them. */
function wordsOf(left: unknown, { workflow, manifest }: ExpressionScope): readonly string[] | undefined {
  const parsed = typeof left === 'string' ? parseExpression(left) : undefined;
  const segment =
    parsed?.ok === true && parsed.expression.segments.length === 1
      ? parsed.expression.segments[0]
      : undefined;
  if (segment?.kind !== 'path' || segment.path[0] !== 'Steps') return undefined;
  const [, id, ...rest] = segment.path;
  const does = workflow.steps.find((step) => step.id === id)?.does;
  const action =
    does?.kind === 'action' ? manifest?.actions.find((each) => each.id === does.action) : undefined;
  let schema: Readonly<Record<string, unknown>> | undefined = action?.output;
  for (const name of rest) {
    const properties = schema?.['properties'] as
      | Record<string, Readonly<Record<string, unknown>>>
      | undefined;
    schema = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  }
  const words = schema?.['enum'];
  return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
}
