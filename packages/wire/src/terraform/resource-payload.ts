/**
 * A resource of Terraform, from a state or a configuration, as the payload that the API has for it. What a state holds for
 * "not set" (null, empty texts and lists) is left out. Names that nothing here knows go along: import keeps and tells them.
 */

import type { Kind, Payload } from '@signalwright/model';
import { MAX_JSON_DEPTH, isJsonDeeperThan } from '../json-depth.ts';
import { isJsonObject } from '../payload-reader.ts';
import { TERRAFORM_BLOCKS, TERRAFORM_KINDS, apiName } from './names.ts';

export type ResourcePayload =
  | { readonly ok: true; readonly kind: Kind; readonly payload: Payload }
  | { readonly ok: false; readonly reason: string };

/**
 * @param attributes without expressions
 * @param id of the remote object, where a state knows it
 */
export function payloadOfResource(
  type: string,
  attributes: Payload,
  id: string | undefined,
): ResourcePayload {
  const kind = Object.hasOwn(TERRAFORM_KINDS, type) ? TERRAFORM_KINDS[type] : undefined;
  switch (kind) {
    case 'detection-rule':
      return rulePayload(attributes, id);
    case 'suppression':
      return suppressionPayload(attributes, id);
    case 'notification-rule':
      return resource(kind, 'notification_rules', notificationFields(attributes), id);
    case 'workflow':
      return workflowPayload(attributes, id);
    default:
      return { ok: false, reason: `Resources of type ${type} are not imported.` };
  }
}

/** What only Terraform has. */
const META: ReadonlySet<string> = new Set(['id', 'validate', 'timeouts']);

function resource(kind: Kind, type: string, fields: Payload, id: string | undefined): ResourcePayload {
  return { ok: true, kind, payload: { ...(id !== undefined && { id }), type, attributes: fields } };
}

function withoutMeta(attributes: Payload): Payload {
  return Object.fromEntries(
    Object.entries(attributes).filter(([key, value]) => !META.has(key) && value !== null),
  );
}

/** Blocks that may stand several times; of all others there is one. */
const REPEATED: ReadonlySet<string> = new Set([
  ...Object.values(TERRAFORM_BLOCKS).filter((name) => name !== 'enabled'),
  'signal_query',
  'reference_tables',
  'step',
  'steps',
  'step_transition',
  'step_transitions',
  'agent_rule',
]);

/** Blocks by their names, fields of the API by theirs. */
const API_FIELDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(TERRAFORM_BLOCKS).map(([field, block]) => [block, field])),
  signal_query: 'queries',
  step: 'steps',
  step_transition: 'stepTransitions',
};

/** Terraform takes a number in quotes for one; a position of a query is a text there. */
const NUMBERS: ReadonlySet<string> = new Set([
  'evaluationWindow',
  'keepAlive',
  'maxSignalDuration',
  'duration',
  'forgetAfter',
  'learningDuration',
  'learningThreshold',
  'correlatedQueryIndex',
  'bucketDuration',
  'detectionTolerance',
  'learningPeriodBaseline',
]);

/** An empty text says something here: a query of everything. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['query', 'message', 'name']);

class TooMany extends Error {}

function rulePayload(attributes: Payload, id: string | undefined): ResourcePayload {
  try {
    const { isEnabled = true, queries = [], cases = [], ...others } = ruleFields(attributes);
    const { type = 'log_detection', options = {}, tags = [], ...rest } = others;
    const fields = { ...rest, type, isEnabled, queries, cases, options, tags };
    return {
      ok: true,
      kind: 'detection-rule',
      payload: id === undefined ? fields : { ...fields, id },
    };
  } catch (error) {
    if (error instanceof TooMany) return { ok: false, reason: error.message };
    throw error;
  }
}

function ruleFields(attributes: Payload): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(attributes)) {
    if (META.has(name) || isUnset(name, value)) continue;
    const isBlock = isJsonObject(value) || (Array.isArray(value) && value.every(isJsonObject));
    const isNamed = Object.hasOwn(API_FIELDS, name) && (isBlock || name === 'enabled');
    const field = isNamed ? (API_FIELDS[name] ?? name) : apiName(name);
    const before = fields[field];
    const read = isBlock ? blockValue(name, Array.isArray(value) ? value : [value]) : scalar(field, value);
    // Queries over events and over signals are two blocks there and one list here.
    fields[field] = Array.isArray(before) && Array.isArray(read) ? [...before, ...(read as unknown[])] : read;
  }
  return { ...fields };
}

function isUnset(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (value === '') return !MAY_BE_EMPTY.has(name);
  return Array.isArray(value) && value.length === 0;
}

function blockValue(name: string, blocks: readonly unknown[]): unknown {
  const read = blocks.filter(isJsonObject).map(ruleFields);
  if (REPEATED.has(name)) return read;
  if (read.length > 1) throw new TooMany(`It has ${read.length} blocks "${name}" where one may be.`);
  return read[0];
}

function scalar(field: string, value: unknown): unknown {
  return NUMBERS.has(field) && typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

const DATES = ['start_date', 'expiration_date'] as const;

function suppressionPayload(attributes: Payload, id: string | undefined): ResourcePayload {
  const fields: Record<string, unknown> = withoutMeta(attributes) as Record<string, unknown>;
  for (const key of DATES) {
    const value = fields[key];
    if (value === undefined) continue;
    if (value === '') {
      delete fields[key];
      continue;
    }
    const ms = typeof value === 'string' ? Date.parse(value) : value;
    if (typeof ms !== 'number' || Number.isNaN(ms)) return { ok: false, reason: `Its ${key} is no date.` };
    fields[key] = ms;
  }
  return resource('suppression', 'suppressions', { description: '', ...fields }, id);
}

/** What the service fills in, which the provider shows beside what was written. */
const NOTIFICATION_FIELDS = ['name', 'enabled', 'targets', 'time_aggregation'];

function notificationFields(attributes: Payload): Payload {
  const { selectors, ...others } = withoutMeta(attributes);
  const kept = Object.fromEntries(
    Object.entries(others).filter(([key]) => NOTIFICATION_FIELDS.includes(key) || !isServerFilled(key)),
  );
  const [block] = Array.isArray(selectors) ? (selectors as readonly unknown[]) : [selectors];
  return {
    enabled: true,
    ...kept,
    selectors: isJsonObject(block) ? withoutBlankQuery(withoutMeta(block)) : {},
  };
}

/** Answers have none where nothing is asked for. */
function withoutBlankQuery({ query, ...others }: Payload): Payload {
  return query === '' ? others : { ...others, ...(query !== undefined && { query }) };
}

function isServerFilled(key: string): boolean {
  return key === 'version' || /^(?:created|modified)_/.test(key);
}

function workflowPayload(attributes: Payload, id: string | undefined): ResourcePayload {
  const { spec_json: text, webhook_secret: _secret, ...fields } = withoutMeta(attributes);
  if (typeof text !== 'string') return { ok: false, reason: 'Its spec_json is no text.' };
  if (isJsonDeeperThan(text, MAX_JSON_DEPTH))
    return { ok: false, reason: `Its spec_json nests deeper than ${MAX_JSON_DEPTH} levels.` };
  try {
    const spec = JSON.parse(text) as unknown;
    return resource('workflow', 'workflows', { ...fields, spec }, id);
  } catch {
    return { ok: false, reason: 'Its spec_json is not JSON.' };
  }
}
