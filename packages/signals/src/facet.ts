/** Facets of the signals that a search found: how often a field has which value, and the query term that narrows to it. */

import { SEVERITIES, TRIAGE_STATES } from '@signalwright/model';

import { UNKEPT } from './columns/dictionary-column.ts';
import type { SignalIndex } from './signal-index.ts';
import { readField, type FieldValues } from './signal-field.ts';

export interface FacetDefinition {
  readonly title: string;
  /** As written in a query. */
  readonly field: string;
  /** Values that are shown in this order, also at zero; other facets show what they find, most frequent first. */
  readonly fixed?: readonly string[];
}

/** The panel of the Signals Explorer. */
export const PANEL_FACETS: readonly FacetDefinition[] = [
  { title: 'Severity', field: 'status', fixed: [...SEVERITIES].toReversed() },
  { title: 'Signal State', field: '@workflow.triage.state', fixed: TRIAGE_STATES },
  { title: 'Service', field: 'service' },
  { title: 'Env', field: 'env' },
  { title: 'Rule', field: '@workflow.rule.name' },
  { title: 'Rule Type', field: '@workflow.rule.type' },
  { title: 'Assignee', field: '@workflow.triage.assignee.name' },
  { title: 'Tactic', field: 'tactic' },
  { title: 'Technique', field: 'technique' },
  { title: 'Team', field: 'team' },
  { title: 'Host', field: 'host' },
  { title: 'Client IP', field: '@http.client_ip' },
  { title: 'User', field: '@usr.id' },
];

/** Chosen: what a panel can show; an attacker who invents services must not be able to fill a page. */
export const MAX_FACET_VALUES = 12;

/** Chosen: a longer value is none that anybody would choose, and its term would be too long for a query. */
const MAX_VALUE_CHARACTERS = 256;

export interface Facet {
  readonly title: string;
  readonly field: string;
  readonly values: readonly FacetValue[];
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
  /** `status:high`: joined to a query it keeps these signals only. */
  readonly term: string;
}

export function countFacets(
  index: SignalIndex,
  facets: readonly FacetDefinition[],
  rows: Uint32Array,
): readonly Facet[] {
  return facets.map(({ title, field, fixed }) => {
    const counted = countValues(readField(index, field, rows));
    const shown = fixed === undefined ? mostFrequent(counted) : inOrder(fixed, counted);
    const values = shown.map(({ value, count }) => ({ value, count, term: facetTerm(field, value) }));
    return { title, field, values };
  });
}

interface Counted {
  readonly value: string;
  readonly count: number;
}

/** How many signals have a value; a signal with several counts for each of them. */
function* countValues({ codes, cellOf, size, isPlain }: FieldValues): Generator<Counted> {
  const byCode = new Uint32Array(size);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] as number;
    byCode[code] = (byCode[code] as number) + 1;
  }
  const counts = new Map<string, number>();
  for (let code = UNKEPT + 1; code < size; code += 1) {
    const count = byCode[code] as number;
    if (count === 0) continue;
    const texts = cellOf(code).map(String);
    if (isPlain) yield { value: texts[0] ?? '', count };
    else for (const value of new Set(texts)) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  for (const [value, count] of counts) yield { value, count };
}

function inOrder(values: readonly string[], counted: Iterable<Counted>): readonly Counted[] {
  const counts = new Map(Array.from(counted, ({ value, count }) => [value, count]));
  return values.map((value) => ({ value, count: counts.get(value) ?? 0 }));
}

/** Among a hundred thousand values the first few: they are never sorted as a whole. */
function mostFrequent(counted: Iterable<Counted>): readonly Counted[] {
  const first: Counted[] = [];
  for (const one of counted) {
    const last = first.at(-1);
    if (first.length === MAX_FACET_VALUES && last !== undefined && !isBefore(one, last)) continue;
    if (one.value === '' || one.value.length > MAX_VALUE_CHARACTERS) continue;
    const place = first.findIndex((other) => isBefore(one, other));
    first.splice(place < 0 ? first.length : place, 0, one);
    first.length = Math.min(first.length, MAX_FACET_VALUES);
  }
  return first;
}

function isBefore(a: Counted, b: Counted): boolean {
  return a.count > b.count || (a.count === b.count && a.value < b.value);
}

/** Plain where no character means anything to the search language, else quoted. */
export function facetTerm(field: string, value: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value) && !/^(AND|OR|NOT|TO)$/.test(value))
    return `${field}:${value}`;
  return `${field}:"${value.replace(/["\\]/g, '\\$&')}"`;
}
