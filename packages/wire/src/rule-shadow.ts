/**
 * A rule that is tried in silence: it detects as the rule itself does, and whatever would reach a person or change the
 * world is gone from its payload. What is sent is made from the whole payload, so that nothing gets past it, not even
 * the fields that an import kept.
 */

import type { Payload } from '@signalwright/model';
import { isJsonObject } from './payload-reader.ts';

/** Of its signals, so that views and notification rules can ask for them or leave them out. */
export const SHADOW_TAG = 'stage:shadow';
const SHADOW_STATUS = 'info';

/** Lists of cases: of a third party rule they stand beside those of other rules. */
const CASE_LISTS = ['cases', 'thirdPartyCases'] as const;
/** What a case has that its shadow has not. */
const EFFECTS: readonly string[] = ['customStatus', 'actions'];

/** @param payload fields of a rule of our own */
export function shadowOf(payload: Payload): Payload {
  return {
    ...mapCases(payload, shadowCase),
    ...(isJsonObject(payload['options']) && { options: shadowOptions(payload['options']) }),
    tags: [...textsOf(payload['tags']).filter((tag) => tag !== SHADOW_TAG), SHADOW_TAG],
  };
}

function shadowCase(each: Payload): Payload {
  const kept = Object.fromEntries(Object.entries(each).filter(([key]) => !EFFECTS.includes(key)));
  return { ...kept, status: SHADOW_STATUS, notifications: [] };
}

/** What a third party rule says where no case of it does. */
function shadowOptions(options: Payload): Payload {
  const thirdParty = thirdPartyOf(options);
  if (thirdParty === undefined) return options;
  const silent = {
    ...thirdParty,
    ...(Object.hasOwn(thirdParty, 'defaultStatus') && { defaultStatus: SHADOW_STATUS }),
    ...(Object.hasOwn(thirdParty, 'defaultNotifications') && { defaultNotifications: [] }),
  };
  return { ...options, thirdPartyRuleOptions: silent };
}

/**
 * The rule that `payload` is a shadow of, where it is still one of `live`: what a shadow lacks comes from there, all
 * else from `payload`.
 *
 * @param live payload of the rule as it is written
 * @returns undefined when somebody gave it a severity, a handle or an action: it is no shadow any more
 */
export function liveAgain(payload: Payload, live: Payload): Payload | undefined {
  if (!textsOf(payload['tags']).includes(SHADOW_TAG) || !isSilent(payload)) return undefined;
  const { options } = payload;
  return {
    ...mapCases(payload, (each, at, list) => withEffects(each, caseOf(live, list, at))),
    ...(isJsonObject(options) && { options: optionsAgain(options, live['options']) }),
    tags: textsOf(payload['tags']).filter((tag) => tag !== SHADOW_TAG || isOwn(tag, live)),
  };
}

function isOwn(tag: string, live: Payload): boolean {
  return textsOf(live['tags']).includes(tag);
}

function isSilent(payload: Payload): boolean {
  const cases = CASE_LISTS.flatMap((list) => objectsOf(payload[list]));
  const { defaultStatus = SHADOW_STATUS, defaultNotifications } = thirdPartyOf(payload['options']) ?? {};
  return (
    defaultStatus === SHADOW_STATUS &&
    isEmpty(defaultNotifications) &&
    cases.every(
      (each) =>
        each['status'] === SHADOW_STATUS &&
        isEmpty(each['notifications']) &&
        EFFECTS.every((key) => isEmpty(each[key])),
    )
  );
}

function thirdPartyOf(options: unknown): Payload | undefined {
  const found = isJsonObject(options) ? options['thirdPartyRuleOptions'] : undefined;
  return isJsonObject(found) ? found : undefined;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** A case that only the target has stays what it is there. */
function withEffects(each: Payload, live: Payload | undefined): Payload {
  if (live === undefined) return each;
  const effects = ['status', 'notifications', ...EFFECTS].filter((key) => Object.hasOwn(live, key));
  return { ...each, ...Object.fromEntries(effects.map((key) => [key, live[key]])) };
}

function optionsAgain(options: Payload, live: unknown): Payload {
  const [silent, loud] = [thirdPartyOf(options), thirdPartyOf(live)];
  if (silent === undefined || loud === undefined) return options;
  const { defaultStatus, defaultNotifications } = loud;
  const effects = {
    ...(defaultStatus !== undefined && { defaultStatus }),
    ...(defaultNotifications !== undefined && { defaultNotifications }),
  };
  return { ...options, thirdPartyRuleOptions: { ...silent, ...effects } };
}

function mapCases(
  payload: Payload,
  change: (each: Payload, at: number, list: (typeof CASE_LISTS)[number]) => Payload,
): Payload {
  const changed = CASE_LISTS.flatMap((list) => {
    const cases = payload[list];
    if (!Array.isArray(cases)) return [];
    return [
      [list, cases.map((each: unknown, at) => (isJsonObject(each) ? change(each, at, list) : each))] as const,
    ];
  });
  return { ...payload, ...Object.fromEntries(changed) };
}

function caseOf(payload: Payload, list: string, at: number): Payload | undefined {
  const cases = payload[list];
  const found: unknown = Array.isArray(cases) ? cases[at] : undefined;
  return isJsonObject(found) ? found : undefined;
}

function objectsOf(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
