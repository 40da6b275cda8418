/** Facets of the signals that a search found: how often a field has which value, and the query term that narrows to it. */

import { SEVERITIES, TRIAGE_STATES } from '@signalwright/model';

import { UNKEPT } from './columns/dictionary-column.ts';
import type { SignalIndex } from './signal-index.ts';
import { readField } from './signal-field.ts';

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
    const counts = countValues(index, field, rows);
    const values = fixed ?? mostFrequent(counts);
    return {
      title,
      field,
      values: values.map((value) => ({
        value,
        count: counts.get(value) ?? 0,
        term: facetTerm(field, value),
      })),
    };
  });
}

/** How many signals have a value; a signal with several counts for each of them. */
function countValues(index: SignalIndex, field: string, rows: Uint32Array): ReadonlyMap<string, number> {
  const { codes, cells } = readField(index, field, rows);
  const byCode = new Uint32Array(Math.max(cells.length, UNKEPT + 1));
  for (let at = 0; at < codes.length; at += 1)
    byCode[codes[at] as number] = (byCode[codes[at] as number] as number) + 1;
  const counts = new Map<string, number>();
  cells.forEach((cell, code) => {
    const count = byCode[code] as number;
    if (cell === undefined || count === 0) return;
    for (const value of new Set(cell.map(String))) counts.set(value, (counts.get(value) ?? 0) + count);
  });
  return counts;
}

function mostFrequent(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts]
    .filter(([value]) => value !== '' && value.length <= MAX_VALUE_CHARACTERS)
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MAX_FACET_VALUES)
    .map(([value]) => value);
}

/** Plain where no character means anything to the search language, else quoted. */
export function facetTerm(field: string, value: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value) && !/^(AND|OR|NOT|TO)$/.test(value))
    return `${field}:${value}`;
  return `${field}:"${value.replace(/["\\]/g, '\\$&')}"`;
}
