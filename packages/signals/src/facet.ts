/** The facets of the Signals Explorer's panel: which field each counts, and the query term that narrows to a value. */

import { SEVERITIES, TRIAGE_STATES, type Signal } from '@signalwright/model';

export type FacetName = 'severity' | 'triageState' | 'service' | 'env';

interface FacetDefinition {
  readonly name: FacetName;
  readonly title: string;
  /** As written in a query. */
  readonly field: string;
  /** Values that are shown in this order, also at zero; other facets show what they find, most frequent first. */
  readonly fixed?: readonly string[];
  readonly read: (signal: Signal) => readonly string[];
}

const FACETS: readonly FacetDefinition[] = [
  {
    name: 'severity',
    title: 'Severity',
    field: 'status',
    fixed: [...SEVERITIES].toReversed(),
    read: (signal) => [signal.severity],
  },
  {
    name: 'triageState',
    title: 'Signal State',
    field: '@workflow.triage.state',
    fixed: TRIAGE_STATES,
    read: (signal) => [signal.triage.state],
  },
  { name: 'service', title: 'Service', field: 'service', read: (signal) => signal.services },
  {
    name: 'env',
    title: 'Env',
    field: 'env',
    read: (signal) => (signal.env === undefined ? [] : [signal.env]),
  },
];

/** Chosen: what a panel can show; an attacker who invents services must not be able to fill a page. */
export const MAX_FACET_VALUES = 12;

/** Distinct values that are counted; further ones are left out. */
const MAX_COUNTED_VALUES = 1_000;

export interface Facet {
  readonly name: FacetName;
  readonly title: string;
  readonly values: readonly FacetValue[];
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
  /** `status:high`: joined to a query it keeps these signals only. */
  readonly term: string;
}

/** Counts signals one by one, so that a search can count while it scans. */
export class FacetCounter {
  readonly #counts = FACETS.map(() => new Map<string, number>());

  add(signal: Signal): void {
    for (const [index, facet] of FACETS.entries()) {
      const counts = this.#counts[index] ?? new Map<string, number>();
      for (const value of new Set(facet.read(signal))) {
        if (counts.has(value) || counts.size < MAX_COUNTED_VALUES)
          counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
  }

  facets(): readonly Facet[] {
    return FACETS.map((facet, index) => {
      const counts = this.#counts[index] ?? new Map<string, number>();
      const values = facet.fixed ?? mostFrequent(counts);
      return {
        name: facet.name,
        title: facet.title,
        values: values.map((value) => ({
          value,
          count: counts.get(value) ?? 0,
          term: facetTerm(facet.field, value),
        })),
      };
    });
  }
}

function mostFrequent(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts]
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MAX_FACET_VALUES)
    .map(([value]) => value);
}

/** Plain where no character means anything to the search language, else quoted. */
function facetTerm(field: string, value: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value) && !/^(AND|OR|NOT|TO)$/.test(value))
    return `${field}:${value}`;
  return `${field}:"${value.replace(/["\\]/g, '\\$&')}"`;
}
