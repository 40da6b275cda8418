/**
 * Saved views on the wire of the embedded org, which is ours: the public API has none. The parts are those of the normal
 * form; what is left out has the Explorer's default.
 */

import {
  ANALYTICS_DEFAULTS,
  LOGS_VIEW_DEFAULTS,
  VIEW_DEFAULTS,
  VIEW_DISPLAYS,
  present,
  type Payload,
  type SavedView,
  type SortOrder,
  type ViewAnalytics,
  type ViewTime,
} from '@signalwright/model';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';

const ORDERS = ['ascending', 'descending'] as const satisfies readonly SortOrder[];

/** Attributes of a request; `handle` is the id that content has for the view. */
export function encodeView(view: SavedView): Payload {
  const { analytics, logs } = view;
  return {
    handle: view.id,
    name: view.name,
    teams: [...view.teams],
    time: encodeTime(view.time),
    query: view.query,
    columns: [...view.columns],
    sort: { ...view.sort },
    ...(analytics !== undefined && { analytics: encodeAnalytics(analytics) }),
    timeline: view.timeline,
    facets: view.facets.map(({ path, open }) => ({ path, open })),
    aggregate_by_rule: view.aggregateByRule,
    ...(logs !== undefined && {
      logs: {
        date_column: logs.dateColumn,
        message_column: logs.messageColumn,
        message_display: logs.messageDisplay,
      },
    }),
  };
}

function encodeTime(time: ViewTime): Payload {
  return time.kind === 'fixed'
    ? { kind: time.kind, from_ms: time.fromMs, to_ms: time.toMs }
    : { kind: time.kind, past_ms: time.pastMs };
}

function encodeAnalytics({ compute, groupBy, show }: ViewAnalytics): Payload {
  return { compute: { ...compute }, group_by: groupBy.map((group) => ({ ...group })), show };
}

/**
 * @param fields attributes of a request, or of the stored view with those of a change over them
 * @param id of the view when the attributes name no handle
 */
export function decodeView(fields: Payload, id: string): Decoded<SavedView> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(fields, '', problems);
  const defaults = reader.has('logs') ? LOGS_VIEW_DEFAULTS : VIEW_DEFAULTS;
  const sort = reader.child('sort');
  const view: SavedView = {
    kind: 'saved-view',
    id: reader.text('handle', id),
    name: reader.text('name'),
    teams: reader.texts('teams'),
    time: reader.has('time') ? decodeTime(reader.child('time')) : VIEW_DEFAULTS.time,
    query: reader.text('query', ''),
    columns: reader.optionalTexts('columns') ?? defaults.columns,
    sort: {
      by: sort.text('by', VIEW_DEFAULTS.sort.by),
      order: sort.oneOf('order', ORDERS, VIEW_DEFAULTS.sort.order),
    },
    ...present({
      analytics: reader.has('analytics') ? decodeAnalytics(reader.child('analytics')) : undefined,
    }),
    timeline: reader.flag('timeline', VIEW_DEFAULTS.timeline),
    facets: reader.has('facets') ? decodeFacets(reader) : defaults.facets,
    aggregateByRule: reader.flag('aggregate_by_rule', VIEW_DEFAULTS.aggregateByRule),
    ...present({ logs: reader.has('logs') ? decodeLogs(reader.child('logs')) : undefined }),
  };
  if (view.name.trim() === '') reader.refuse('name', 'It cannot be empty.');
  sort.close();
  reader.ignore(['version']).close();
  return decoded(problems, view);
}

function decodeTime(reader: PayloadReader): ViewTime {
  const kind = reader.oneOf('kind', ['past', 'live', 'fixed']);
  const time: ViewTime =
    kind === 'fixed'
      ? { kind, fromMs: reader.count('from_ms'), toMs: reader.count('to_ms') }
      : { kind, pastMs: reader.count('past_ms') };
  if (time.kind === 'fixed' && time.fromMs >= time.toMs) reader.refuse('to_ms', 'It must be after from_ms.');
  reader.close();
  return time;
}

function decodeFacets(reader: PayloadReader): SavedView['facets'] {
  return reader.list('facets', (value, path) => {
    const facet = reader.item(value, path);
    const read = { path: facet.text('path'), open: facet.flag('open', true) };
    facet.close();
    return read;
  });
}

function decodeAnalytics(reader: PayloadReader): ViewAnalytics {
  const compute = reader.child('compute');
  const kind = compute.oneOf('kind', ['count', 'cardinality'], ANALYTICS_DEFAULTS.compute.kind);
  const analytics: ViewAnalytics = {
    compute: kind === 'count' ? { kind } : { kind, field: compute.text('field') },
    groupBy: reader.list('group_by', (value, path) => {
      const group = reader.item(value, path);
      const read = {
        path: group.text('path'),
        limit: group.count('limit', ANALYTICS_DEFAULTS.limit),
        order: group.oneOf('order', ['top', 'bottom'], ANALYTICS_DEFAULTS.order),
      };
      group.close();
      return read;
    }),
    show: reader.oneOf('show', VIEW_DISPLAYS, ANALYTICS_DEFAULTS.show),
  };
  compute.close();
  reader.close();
  return analytics;
}

function decodeLogs(reader: PayloadReader): NonNullable<SavedView['logs']> {
  const { logs } = LOGS_VIEW_DEFAULTS;
  const read = {
    dateColumn: reader.flag('date_column', logs.dateColumn),
    messageColumn: reader.flag('message_column', logs.messageColumn),
    messageDisplay: reader.text('message_display', logs.messageDisplay),
  };
  reader.close();
  return read;
}
