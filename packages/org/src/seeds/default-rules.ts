/**
 * Rules that Datadog or a partner owns, as seeds: an org has them before anybody makes a rule, and they can be tuned
 * and not deleted. None is shipped; they come from content that pins them and from answers of the API.
 */

import { isOwnedRule } from '@signalwright/wire';

import { ruleSeedOf } from './seeds-of.ts';
import type { ContentSeed } from './seed.ts';

/** As ids of rules are; an id stands in paths. */
const RULE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

export interface DefaultRules {
  readonly seeds: readonly ContentSeed[];
  /** Payloads that are no rule which Datadog or a partner owns. */
  readonly others: number;
}

/** @param payloads as `GET /api/v2/security_monitoring/rules` answers them; of one id the first counts */
export function defaultRulesOf(payloads: readonly Readonly<Record<string, unknown>>[]): DefaultRules {
  const seeds = new Map<string, ContentSeed>();
  let others = 0;
  for (const payload of payloads) {
    const seed = isOwnedRule(payload) ? ruleSeedOf(payload) : undefined;
    if (seed === undefined || !RULE_ID.test(seed.id)) others += 1;
    else if (!seeds.has(seed.id)) seeds.set(seed.id, seed);
  }
  return { seeds: [...seeds.values()], others };
}
