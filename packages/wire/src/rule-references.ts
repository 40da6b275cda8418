/**
 * Correlation rules name the rules whose signals they count by remote id. A rule of ours has none before it is
 * applied: until then its ownership tag stands in `ruleId`.
 */

import type { Payload } from '@signalwright/model';
import { parseOwnershipTag } from './ownership.ts';
import { isJsonObject } from './payload-reader.ts';

/** The payload with the remote ids that are known; references to others stay. */
export function resolveReferences(payload: Payload, remoteIdOf: (id: string) => string | undefined): Payload {
  const { queries } = payload;
  if (!Array.isArray(queries) || unresolvedReferences(payload).length === 0) return payload;
  return {
    ...payload,
    queries: queries.map((query: unknown) => {
      const id = referenceOf(query);
      const ruleId = id === undefined ? undefined : remoteIdOf(id);
      return ruleId === undefined || !isJsonObject(query) ? query : { ...query, ruleId };
    }),
  };
}

/** Ids of our rules that the payload still names by their tag. */
export function unresolvedReferences(payload: Payload): readonly string[] {
  const { queries } = payload;
  return Array.isArray(queries) ? queries.flatMap((query: unknown) => referenceOf(query) ?? []) : [];
}

function referenceOf(query: unknown): string | undefined {
  if (!isJsonObject(query) || typeof query['ruleId'] !== 'string') return undefined;
  return parseOwnershipTag(query['ruleId'])?.id;
}
