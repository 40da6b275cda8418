/**
 * What may be changed of a rule that Datadog or a partner owns. What a client sends back as it was given is no change.
 * Source: notes on the API, default rules. Chosen: a default tag that is left out is refused, not put back.
 */

import { isDeepStrictEqual } from 'node:util';

import type { ContentFields } from '@signalwright/signals';
import { fillRule, isDeprecatedRule, isOwnedRule, type ApiErrorDetail } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';

/** Anything may stand in these. */
const FREE: ReadonlySet<string> = new Set(['isEnabled', 'customName', 'customMessage', 'filters', 'version']);

/** And in these a part of each item, or of the object. */
const FREE_PARTS: Readonly<Record<string, ReadonlySet<string>>> = {
  cases: new Set(['notifications', 'customStatus']),
  queries: new Set(['customQueryExtension']),
  options: new Set(['decreaseCriticalityBasedOnEnv']),
};

export const DEFAULT_RULES_STAY = 'Default rules cannot be deleted';

/** @returns what is wrong; nothing for a rule that the org's own people made */
export function checkOwnedUpdate(before: ContentFields, changes: ContentFields): readonly ApiErrorDetail[] {
  if (!isOwnedRule(before)) return [];
  if (isDeprecatedRule(before)) return [{ message: 'A deprecated rule cannot be updated', target: 'id' }];
  const [present, wanted] = [fillRule(before), fillRule({ ...before, ...changes })];
  const touched = Object.keys(changes).filter((key) => !FREE.has(key) && key !== 'tags');
  const fixed = touched.filter((key) => !isSame(present[key], wanted[key], FREE_PARTS[key]));
  return [
    ...fixed.map((target) => ({ message: `${target} of a default rule cannot be changed`, target })),
    ...missingTags(before, changes),
  ];
}

function missingTags({ defaultTags }: ContentFields, { tags }: ContentFields): readonly ApiErrorDetail[] {
  if (tags === undefined || !Array.isArray(defaultTags)) return [];
  const sent: readonly unknown[] = Array.isArray(tags) ? tags : [];
  const missing = defaultTags.filter((tag: unknown) => !sent.includes(tag));
  if (missing.length === 0) return [];
  return [{ message: `Default tags cannot be removed: ${missing.join(', ')}`, target: 'tags' }];
}

/** @param free keys that do not count, of each item of a list or of an object */
function isSame(before: unknown, after: unknown, free: ReadonlySet<string> = new Set()): boolean {
  return isDeepStrictEqual(without(before, free), without(after, free));
}

function without(value: unknown, free: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => without(item, free));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !free.has(key)));
}
