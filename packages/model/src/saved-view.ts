/**
 * Saved view, normal form. Source: Datadog "Investigate Security Signals", section "Saved views", whose list it keeps:
 * time and query, columns and sorting, analytics, timeline, facets, aggregation by rule, teams. No public API has it.
 */

import type { UnknownFields } from './unknown-fields.ts';

export interface SavedView {
  readonly kind: 'saved-view';
  readonly id: string;
  readonly name: string;
  /** Teams it is shared with. */
  readonly teams: readonly string[];
  readonly time: ViewTime;
  readonly query: string;
  /** From left to right: names of SIGNAL_COLUMNS, reserved names and tags, or paths such as `@http.client_ip`. */
  readonly columns: readonly string[];
  /** By a column of the list. */
  readonly sort: { readonly by: string; readonly order: SortOrder };
  readonly analytics?: ViewAnalytics;
  readonly timeline: boolean;
  /** Facets in the panel, from top to bottom. */
  readonly facets: readonly ViewFacet[];
  readonly aggregateByRule: boolean;
  /** A view of the Logs Explorer instead of the Signals Explorer. */
  readonly logs?: LogsView;
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

export type SortOrder = 'ascending' | 'descending';

export type ViewTime =
  /** Up to the moment the view is opened. */
  | { readonly kind: 'past'; readonly pastMs: number }
  /** The same, moving on while the view is open. */
  | { readonly kind: 'live'; readonly pastMs: number }
  /** Unix times in milliseconds; the start belongs to it, the end does not. */
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

export interface ViewFacet {
  /** `severity`, `triageState`, a reserved name or tag, or a path. */
  readonly path: string;
  /** Whether its values are shown. */
  readonly open: boolean;
}

export interface ViewAnalytics {
  readonly compute: { readonly kind: 'count' } | { readonly kind: 'cardinality'; readonly field: string };
  /** From the outermost to the innermost; empty aggregates everything into one. */
  readonly groupBy: readonly ViewGroup[];
  readonly show: ViewDisplay;
}

export interface ViewGroup {
  readonly path: string;
  readonly limit: number;
  /** Which groups are kept: those with the most, or the least. */
  readonly order: 'top' | 'bottom';
}

/** `list` keeps the settings behind the list of signals. */
export const VIEW_DISPLAYS = ['list', 'timeseries', 'topList', 'table', 'treeMap', 'pieChart'] as const;

export type ViewDisplay = (typeof VIEW_DISPLAYS)[number];

/** What only the Logs Explorer has. Source: views of published integrations. */
export interface LogsView {
  readonly dateColumn: boolean;
  readonly messageColumn: boolean;
  /** `inline`, `expanded-md` and the like: the list of values is not published. */
  readonly messageDisplay: string;
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
  time: { kind: 'past', pastMs: 24 * 60 * 60_000 },
  columns: SIGNAL_COLUMNS,
  sort: { by: 'created', order: 'descending' },
  timeline: true,
  facets: [
    { path: 'severity', open: true },
    { path: 'triageState', open: true },
    { path: 'service', open: true },
    { path: 'env', open: true },
  ],
  aggregateByRule: false,
} as const satisfies Partial<SavedView>;

/** Of analytics, once there are any. */
export const ANALYTICS_DEFAULTS = {
  compute: { kind: 'count' },
  limit: 10,
  order: 'top',
  show: 'topList',
} as const;

/** Of a view of logs, which has no columns and facets of its own accord. */
export const LOGS_VIEW_DEFAULTS = {
  columns: [],
  facets: [],
  logs: { dateColumn: true, messageColumn: true, messageDisplay: 'inline' },
} as const satisfies Partial<SavedView>;
