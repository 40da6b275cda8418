/**
 * Saved view of the Signals Explorer, normal form.
 * Source: Datadog "Investigate Security Signals", section "Saved views". There is no public API for it.
 */

import type { UnknownFields } from './unknown-fields.ts';

export interface SavedView {
  readonly kind: 'saved-view';
  readonly id: string;
  readonly name: string;
  /** Teams it is shared with. */
  readonly teams: readonly string[];
  /** How far back, in milliseconds. */
  readonly pastMs: number;
  readonly query: string;
  /** Names of SIGNAL_COLUMNS, or an attribute path such as `@http.client_ip`. */
  readonly columns: readonly string[];
  readonly sort: { readonly by: 'created' | 'severity'; readonly order: 'ascending' | 'descending' };
  readonly analytics?: ViewAnalytics;
  readonly timeline: boolean;
  readonly facets: readonly string[];
  readonly aggregateByRule: boolean;
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

export interface ViewAnalytics {
  readonly compute: 'count';
  readonly groupBy: readonly string[];
  readonly limit: number;
  readonly show: 'topList' | 'timeseries' | 'table';
}

export const SIGNAL_COLUMNS = [
  'severity',
  'title',
  'serviceEnv',
  'entities',
  'triageState',
  'created',
] as const;

export const VIEW_DEFAULTS = {
  pastMs: 24 * 60 * 60_000,
  columns: SIGNAL_COLUMNS,
  sort: { by: 'created', order: 'descending' },
  timeline: true,
  facets: ['severity', 'triageState', 'service', 'env'],
  aggregateByRule: false,
} as const;
