/** The plan in a comment: which objects and fields, never values, since a payload may hold what is secret. */

import type { Plan, PlanItem } from '@signalwright/sync';
import { countChanges } from '@signalwright/sync';
import { unreachable } from '@signalwright/model';
import { countOf } from '../phrase.ts';
import type { ReviewPlan } from '../review.ts';
import { code, fence, markdown, prose } from './markdown.ts';

const MAX_FIELDS = 12;
/** Lines in one fence; a fence is an item that is cut as a whole. */
const LINES_PER_FENCE = 40;

export function planSummary(plan: ReviewPlan): string {
  return `Plan: ${plan.kind === 'none' ? 'not available' : countPlan(plan.plan)}`;
}

/** `4 to create, 1 blocked`, or `no changes`. */
export function countPlan(plan: Plan): string {
  const { create, update, disable, delete: gone } = countChanges(plan);
  const { blocked } = plan;
  const parts = [
    ...(create > 0 ? [`${create} to create`] : []),
    ...(update > 0 ? [`${update} to update`] : []),
    ...(disable > 0 ? [`${disable} to switch off`] : []),
    ...(gone > 0 ? [`${gone} to delete`] : []),
    ...(blocked.length > 0 ? [`${blocked.length} blocked`] : []),
  ];
  return parts.length === 0 ? 'no changes' : parts.join(', ');
}

export function planItems(plan: ReviewPlan): readonly string[] {
  if (plan.kind === 'none') return [`${markdown(plan.why)}.`];
  const { target, items, blocked, orphans, digest } = plan.plan;
  const lines = items.flatMap(planLines);
  return [
    `For ${code(target.name)}, stack ${code(target.stack)}, plan ${code(digest.slice(0, 12))}.`,
    ...fences(lines),
    ...blocked.map(({ address, reason }) => `- ${code(address)} is blocked: ${prose(reason)}`),
    ...(orphans.length === 0
      ? []
      : [`${countOf(orphans.length, 'object')} of ours at the target and not in content: left alone.`]),
  ];
}

function fences(lines: readonly string[]): readonly string[] {
  const count = Math.ceil(lines.length / LINES_PER_FENCE);
  return Array.from({ length: count }, (_, at) =>
    fence('diff', lines.slice(at * LINES_PER_FENCE, (at + 1) * LINES_PER_FENCE)),
  );
}

const CAUSES: Readonly<Record<Plan['items'][number]['cause'], string>> = {
  none: '',
  content: '',
  drift: '  drift: changed at the target',
  'content-and-drift': '  drift too: changed at the target as well',
  unrecorded: '',
};

function planLines({ address, change, cause, isShadow }: PlanItem): readonly string[] {
  const shadow = isShadow === true ? '  shadow' : '';
  switch (change.kind) {
    case 'noop':
    case 'link':
      return [];
    case 'create':
      return [`+ ${address}${shadow}`];
    case 'disable':
      return [`- ${address}  switched off`];
    case 'delete':
      return [`- ${address}  deleted`];
    case 'update': {
      const paths = change.fields.map(({ path }) => path);
      const shown = paths.slice(0, MAX_FIELDS).join(', ');
      const more = paths.length > MAX_FIELDS ? `, ${paths.length - MAX_FIELDS} more` : '';
      return [`~ ${address}  ${shown}${more}${shadow}${CAUSES[cause]}`];
    }
    default:
      return unreachable(change);
  }
}
