/**
 * A plan that another job left as an artefact. That job ran on the pull request itself, so its artefact is
 * data of a stranger: what is printed of it is checked piece by piece.
 * Source: reliability T01.
 */

import { parseAddress } from '@signalwright/model';
import { parsePlan, type Plan } from '@signalwright/sync';
import { say } from './phrase.ts';
import type { ReviewPlan } from './review.ts';

/** Chosen: the plan of a thousand new rules. */
const MAX_PLAN_BYTES = 8 * 1024 * 1024;

/** Never throws: a plan that cannot be read is said to be none. */
export function readReviewPlan(text: string): ReviewPlan {
  if (text.length > MAX_PLAN_BYTES) return none('it is too large');
  const parsed = parsePlan(text);
  if (!parsed.ok)
    return { kind: 'none', why: say`The plan that was handed in cannot be read: ${parsed.reason}` };
  return isPrintable(parsed.plan)
    ? { kind: 'plan', plan: parsed.plan }
    : none('it has not the shape of a plan');
}

function none(why: string): ReviewPlan {
  return { kind: 'none', why: say`The plan that was handed in cannot be read: ${[why]}` };
}

/** Everything that the comment reads of a plan has its type. The digest only shows that nobody altered it since. */
function isPrintable(plan: Plan): boolean {
  const { target, items, blocked, orphans, digest } = plan as unknown as Record<string, unknown>;
  return (
    isText(digest) &&
    isRecord(target) &&
    isText(target['name']) &&
    isText(target['stack']) &&
    isList(items, isItem) &&
    isList(blocked, (each) => isAddress(each['address']) && isText(each['reason'])) &&
    isList(orphans, () => true)
  );
}

const CAUSES = ['none', 'content', 'drift', 'content-and-drift', 'unrecorded'];

function isItem(item: Record<string, unknown>): boolean {
  const change = item['change'];
  if (!isAddress(item['address']) || !CAUSES.includes(String(item['cause'])) || !isRecord(change))
    return false;
  if (change['kind'] === 'update') return isList(change['fields'], (field) => isText(field['path']));
  return ['create', 'disable', 'delete', 'link', 'noop'].includes(String(change['kind']));
}

function isAddress(value: unknown): boolean {
  return isText(value) && parseAddress(value) !== undefined;
}

function isList(value: unknown, fits: (each: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((each) => isRecord(each) && fits(each));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
