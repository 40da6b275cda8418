/** Facets of the signals that a search found: how often a field has which value, and the query term that narrows to it. */

import { SEVERITIES, TRIAGE_STATES } from '@signalwright/model';

import { UNKEPT } from './columns/cell.ts';
import type { SignalIndex } from './signal-index.ts';
import { readField, type FieldValues } from './signal-field.ts';
import type { MatchSet } from './signal-matches.ts';

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
  matches: MatchSet,
): readonly Facet[] {
  // What most signals have is counted as what all have without that of the others.
  const others = matches.others?.();
  const rows = others === undefined ? matches.rows() : undefined;
  return facets.map(({ title, field, fixed }) => {
    const { values, counts } =
      (others && countBeside(index, field, others)) ?? countField(index, field, rows ?? matches.rows());
    const shown = fixed === undefined ? mostFrequent(values, counts) : inOrder(fixed, values, counts);
    return { title, field, values: shown.map((each) => ({ ...each, term: facetTerm(field, each.value) })) };
  });
}

interface Counted {
  readonly value: string;
  readonly count: number;
}

interface FieldCounts {
  readonly values: FieldValues;
  /** By code. */
  readonly counts: Uint32Array;
}

function countField(index: SignalIndex, field: string, rows: Uint32Array): FieldCounts {
  const values = readField(index, field, rows);
  return { values, counts: countCodes(values) };
}

/** @returns undefined when nobody knows what all have */
function countBeside(index: SignalIndex, field: string, others: Uint32Array): FieldCounts | undefined {
  const values = readField(index, field, others);
  if (values.totals === undefined) return undefined;
  const counts = values.totals.slice(0, values.size);
  if (others.length > 0) subtract(counts, countCodes(values));
  return { values, counts };
}

function subtract(counts: Uint32Array, less: Uint32Array): void {
  for (let code = 0; code < less.length; code += 1)
    counts[code] = (counts[code] as number) - (less[code] as number);
}

function countCodes({ codes, places, size }: FieldValues): Uint32Array {
  const counts = new Uint32Array(size);
  for (let at = 0; at < places.length; at += 1) {
    const code = codes[places[at] as number] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  return counts;
}

/** How many signals have a value; a signal with several counts for each of them. */
function countTexts({ cellOf, size }: FieldValues, counts: Uint32Array): ReadonlyMap<string, number> {
  const byText = new Map<string, number>();
  for (let code = UNKEPT + 1; code < size; code += 1) {
    const count = counts[code] as number;
    if (count === 0) continue;
    for (const text of new Set(cellOf(code).map(String))) byText.set(text, (byText.get(text) ?? 0) + count);
  }
  return byText;
}

function inOrder(texts: readonly string[], values: FieldValues, counts: Uint32Array): readonly Counted[] {
  const byText = countTexts(values, counts);
  return texts.map((value) => ({ value, count: byText.get(value) ?? 0 }));
}

function mostFrequent(values: FieldValues, counts: Uint32Array): readonly Counted[] {
  const first = new MostFrequent();
  if (values.isPlain) {
    let { least } = first;
    for (let code = UNKEPT + 1; code < values.size; code += 1) {
      const count = counts[code] as number;
      if (count < least) continue;
      first.add(String(values.cellOf(code)[0]), count);
      ({ least } = first);
    }
  } else {
    for (const [text, count] of countTexts(values, counts)) first.add(text, count);
  }
  return first.shown;
}

/** Among a hundred thousand values the first few: they are never sorted as a whole. */
class MostFrequent {
  readonly shown: Counted[] = [];

  /** What has fewer is not shown. */
  get least(): number {
    return this.shown.length < MAX_FACET_VALUES ? 1 : (this.shown.at(-1)?.count ?? 1);
  }

  add(value: string, count: number): void {
    if (value === '' || value.length > MAX_VALUE_CHARACTERS) return;
    const last = this.shown.length < MAX_FACET_VALUES ? undefined : this.shown.at(-1);
    if (last !== undefined && (count < last.count || (count === last.count && value > last.value))) return;
    const place = this.shown.findIndex(
      (other) => count > other.count || (count === other.count && value < other.value),
    );
    this.shown.splice(place < 0 ? this.shown.length : place, 0, { value, count });
    this.shown.length = Math.min(this.shown.length, MAX_FACET_VALUES);
  }
}

/** Plain where no character means anything to the search language, else quoted. */
function facetTerm(field: string, value: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value) && !/^(AND|OR|NOT|TO)$/.test(value))
    return `${field}:${value}`;
  return `${field}:"${value.replace(/["\\]/g, '\\$&')}"`;
}
