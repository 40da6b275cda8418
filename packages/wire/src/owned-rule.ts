/**
 * Rules that Datadog or a partner owns: they are there from the start, and change in a few places. Their normal form
 * holds those places alone, so that nothing else of them is ever compared, and an update names nothing else.
 * Source: facts of the API on default rules; recorded updates of one (`customName`, `customStatus`,
 * `customQueryExtension`).
 */

import type { Payload } from '@signalwright/model';
import { isJsonObject, type JsonObject } from './payload-reader.ts';

export function isOwnedRule(rule: JsonObject): boolean {
  return rule['isDefault'] === true || rule['isPartner'] === true;
}

/** Whether Datadog takes changes of it no more. */
export function isDeprecatedRule(rule: JsonObject): boolean {
  return rule['isDeprecated'] === true;
}

/** How content may name this rule: by its id here, and one of Datadog by the id that all organisations share. */
export function ruleNamesOf(rule: JsonObject): readonly unknown[] {
  const { id, defaultRuleId } = rule;
  return isOwnedRule(rule) && defaultRuleId !== undefined ? [id, defaultRuleId] : [id];
}

/** Whether `ruleId`, as content names it, is this rule. */
export function isRuleOf(rule: JsonObject, ruleId: string): boolean {
  return ruleNamesOf(rule).includes(ruleId);
}

/** What may be changed, with everything that is not changed in its one form. */
export function normaliseOwned(rule: JsonObject): Payload {
  const defaultTags = listOf(rule['defaultTags']);
  const tags = listOf(rule['tags']).filter((tag) => !defaultTags.includes(tag));
  const options = isJsonObject(rule['options']) ? rule['options'] : {};
  return {
    isDefault: true,
    isEnabled: rule['isEnabled'] ?? false,
    tags: [...new Set(tags)].toSorted(),
    queries: objects(rule['queries']).map((query) => ({
      customQueryExtension: query['customQueryExtension'] ?? '',
    })),
    cases: objects(rule['cases']).map((each) => ({
      customStatus: each['customStatus'] === each['status'] ? '' : (each['customStatus'] ?? ''),
      notifications: [...new Set(listOf(each['notifications']))].toSorted(),
    })),
    filters: listOf(rule['filters']),
    customName: rule['customName'] ?? '',
    customMessage: rule['customMessage'] ?? '',
    options: { decreaseCriticalityBasedOnEnv: options['decreaseCriticalityBasedOnEnv'] ?? false },
  };
}

/**
 * The fields of an update that differ. Lists are sent whole, as they are there with the changes laid over; an empty
 * text takes back what was laid over before.
 *
 * @param desired payload of the tuned rule
 * @param remote as answered
 */
export function ownedUpdate(desired: JsonObject, remote: JsonObject): Payload {
  const wanted = normaliseOwned(desired);
  const present = normaliseOwned(remote);
  const fields: Payload = {
    ...wanted,
    tags: [...new Set([...listOf(remote['defaultTags']), ...listOf(wanted['tags'])])],
    queries: laidOver(remote['queries'], wanted['queries']),
    cases: laidOver(remote['cases'], wanted['cases']).map(({ customStatus, ...each }) => ({
      ...each,
      ...(customStatus !== '' && { customStatus }),
    })),
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([key]) => JSON.stringify(wanted[key]) !== JSON.stringify(present[key])),
  );
}

function laidOver(remote: unknown, wanted: unknown): readonly JsonObject[] {
  const changes = objects(wanted);
  return objects(remote).map((part, index) => ({ ...part, ...changes[index] }));
}

function objects(value: unknown): readonly JsonObject[] {
  return listOf(value).filter(isJsonObject);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
