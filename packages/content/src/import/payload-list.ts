/**
 * What a JSON value holds that can be imported: one object, a list, an answer of the API with `data`, or `{ rule }` as
 * collections of rules have it. What kind an object is of is told from its shape, which the API keeps apart.
 */

import type { Kind } from '@signalwright/model';

export interface FoundPayload {
  /** Undefined when the shape does not tell. */
  readonly kind?: Kind;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Where it stands in the value: `data[3]`; empty for the value itself. */
  readonly path: string;
}

export interface PayloadList {
  /** In their order. */
  readonly found: readonly FoundPayload[];
  /** There are more than MAX_PAYLOADS, which were not looked at. */
  readonly isCut: boolean;
  /** How many there are at the service, where the value is an answer that says so and holds fewer. */
  readonly total?: number;
}

/** More in one file are hardly one team's objects. */
export const MAX_PAYLOADS = 50_000;
/** A list in a list in an answer; nothing real nests deeper. */
const MAX_NESTING = 4;

/** A value that is no object stands for itself, without a kind. */
export function listPayloads(value: unknown): PayloadList {
  const found: FoundPayload[] = [];
  collect(value, '', MAX_NESTING, found);
  const total = totalOf(value);
  return {
    found: found.slice(0, MAX_PAYLOADS),
    isCut: found.length > MAX_PAYLOADS,
    ...(total !== undefined && total > found.length && { total }),
  };
}

/** `meta.page`: rules and the other kinds spell it differently. */
function totalOf(value: unknown): number | undefined {
  if (!isObject(value) || !isObject(value['meta']) || !isObject(value['meta']['page'])) return undefined;
  const { total_count: ofRules, totalCount: ofOthers } = value['meta']['page'];
  const total = ofRules ?? ofOthers;
  return typeof total === 'number' ? total : undefined;
}

function collect(value: unknown, path: string, nesting: number, found: FoundPayload[]): void {
  // One more than is given, which tells that there are more.
  if (found.length > MAX_PAYLOADS) return;
  if (Array.isArray(value) && nesting > 0) {
    value.forEach((item: unknown, index) => collect(item, `${path}[${index}]`, nesting - 1, found));
    return;
  }
  if (!isObject(value)) {
    found.push({ payload: { value }, path });
    return;
  }
  const kind = kindOf(value);
  const inner = kind === undefined ? ['data', 'rule'].find((key) => isHolder(value[key])) : undefined;
  if (inner !== undefined && nesting > 0) {
    collect(value[inner], path === '' ? inner : `${path}.${inner}`, nesting - 1, found);
    return;
  }
  found.push({ payload: value, path, ...(kind !== undefined && { kind }) });
}

function isHolder(value: unknown): boolean {
  return Array.isArray(value) || isObject(value);
}

const TYPES: Readonly<Record<string, Kind>> = {
  suppressions: 'suppression',
  notification_rules: 'notification-rule',
  workflows: 'workflow',
};

function kindOf(value: Readonly<Record<string, unknown>>): Kind | undefined {
  const { type } = value;
  if (isHolder(value['data'])) return undefined;
  if (isObject(value['attributes'])) return typeof type === 'string' ? TYPES[type] : undefined;
  const has = (...keys: readonly string[]): boolean => keys.every((key) => Object.hasOwn(value, key));
  if (['timerange', 'visible_facets', 'page'].some((key) => has(key))) return 'saved-view';
  if (has('rule_query')) return 'suppression';
  if (has('selectors', 'targets')) return 'notification-rule';
  if (has('spec') && isObject(value['spec'])) return 'workflow';
  // Monitors have a name and options too.
  const isRule = ['queries', 'cases', 'complianceSignalOptions', 'isEnabled'].some((key) => has(key));
  return has('options', 'name') && isRule ? 'detection-rule' : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
