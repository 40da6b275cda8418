/**
 * Suppressions on the wire. Source: `POST /api/v2/security_monitoring/configuration/suppressions`.
 * A list of our rules becomes a query on their ownership tag, so no remote id is needed before apply.
 */

import type { Payload, RuleSelection, Suppression } from '@signalwright/model';
import { decodeId, ownTags, type DecodeContext, type EncodeContext } from './decode-context.ts';
import {
  OWNERSHIP_TAG_KEY,
  attributesOf,
  ownershipValue,
  parseOwnershipValue,
  readOwnership,
  withOwnershipTag,
} from './ownership.ts';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { layOver } from './unknown-fields.ts';

/** Fields that hold Unix times in milliseconds: texts for people show dates. */
export const TIMESTAMP_FIELDS: readonly string[] = ['start_date', 'expiration_date'];

/** A suppression as the service answers it, `{ data: { type, attributes } }`: with both queries, one of them empty. */
export function encodeSuppression(suppression: Suppression, ctx: EncodeContext): Payload {
  const fields = {
    name: suppression.name,
    enabled: suppression.enabled,
    description: suppression.reason,
    tags: [...suppression.tags],
    rule_query: encodeRuleSelection(suppression.rules, ctx.stack),
    suppression_query: suppression.suppressSignals,
    data_exclusion_query: suppression.excludeEvents,
    ...(suppression.startsAtMs !== undefined && { start_date: suppression.startsAtMs }),
    ...(suppression.expiresAtMs !== undefined && { expiration_date: suppression.expiresAtMs }),
  };
  const attributes = withOwnershipTag(layOver(fields, suppression.unknownFields), ctx.stack, suppression.id);
  return { data: { type: 'suppressions', attributes } };
}

/** Reads a suppression as the API answers it (with or without `data` around), or a create body. */
export function decodeSuppression(payload: unknown, ctx: DecodeContext = {}): Decoded<Suppression> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(payload), '', problems);
  const startsAtMs = reader.optionalCount('start_date');
  const expiresAtMs = reader.optionalCount('expiration_date');
  const suppression: Suppression = {
    kind: 'suppression',
    id: decodeId(payload, ctx, reader),
    name: reader.text('name'),
    enabled: reader.flag('enabled'),
    reason: reader.text('description', ''),
    tags: ownTags(reader.texts('tags')),
    rules: decodeRuleSelection(reader.text('rule_query'), stackOf(payload)),
    ...(startsAtMs !== undefined && { startsAtMs }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    suppressSignals: reader.text('suppression_query', ''),
    excludeEvents: reader.text('data_exclusion_query', ''),
  };
  reader.ignore(fieldNames(SERVER_FILLED.suppression)).close();
  return decoded(problems, suppression);
}

function stackOf(payload: unknown): string | undefined {
  const ownership = readOwnership(payload);
  return ownership.kind === 'tag' ? ownership.stack : undefined;
}

/**
 * `signalwright:"acme/sqli-probe"`, or `signalwright:("acme/a" OR "acme/b")`.
 * Quoted, because the slash is an operator character in one of the two dialects of the search language.
 */
export function encodeRuleSelection(rules: RuleSelection, stack: string): string {
  if (rules.kind === 'query') return rules.query;
  const values = rules.ids.map((id) => quote(ownershipValue(stack, id)));
  return values.length === 1
    ? `${OWNERSHIP_TAG_KEY}:${values[0]}`
    : `${OWNERSHIP_TAG_KEY}:(${values.join(' OR ')})`;
}

/** Reads back exactly what `encodeRuleSelection` writes for ids of this stack; anything else is a query. */
export function decodeRuleSelection(query: string, stack: string | undefined): RuleSelection {
  const asQuery: RuleSelection = { kind: 'query', query };
  const prefix = `${OWNERSHIP_TAG_KEY}:`;
  if (stack === undefined || !query.startsWith(prefix)) return asQuery;
  const values = query.slice(prefix.length).replace(/^\((.*)\)$/s, '$1');
  const ids = values.split(' OR ').flatMap((value) => {
    const owner = parseOwnershipValue(unquote(value) ?? '');
    return owner?.stack === stack ? [owner.id] : [];
  });
  const selection: RuleSelection = { kind: 'ids', ids };
  return ids.length > 0 && encodeRuleSelection(selection, stack) === query ? selection : asQuery;
}

function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function unquote(text: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)?.[1];
  return inner?.replaceAll(/\\(.)/gs, '$1');
}
