/** The 500 real rules of the shared data, as they came from the API. */

import { readFileSync } from 'node:fs';
import { encodeCreate } from '@signalwright/wire';
import { sharedData } from '../../harness/shared-data.ts';

export type RulePayload = Readonly<Record<string, unknown>>;

/** @throws MissingData */
export function readRealRules(): readonly RulePayload[] {
  const path = sharedData('datadog-api/rule-corpus.json');
  const corpus = JSON.parse(readFileSync(path, 'utf8')) as readonly { readonly rule: RulePayload }[];
  return corpus.map(({ rule }) => rule);
}

/** Body of a request that makes the rule as one of the org's own, also of one that Datadog owns. */
export function ownRuleBody(rule: RulePayload): RulePayload {
  return encodeCreate('detection-rule', { ...rule, isDefault: false, isPartner: false });
}
