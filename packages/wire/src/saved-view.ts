/**
 * Views of the Logs Explorer as published integrations carry them (`assets/saved_views/*.json`): the only form of a
 * saved view that is public. No API takes it, and views of signals have none.
 */

import {
  LOGS_VIEW_DEFAULTS,
  VIEW_DEFAULTS,
  type LogsView,
  type Payload,
  type SavedView,
  type ViewTime,
} from '@signalwright/model';
import { decodeId, type DecodeContext } from './decode-context.ts';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';
import { layOver } from './unknown-fields.ts';

/** A view of logs that such a file can hold, with the options that only logs have. */
export type LogsSavedView = SavedView & { readonly logs: LogsView };

export function isLogsView(view: SavedView): view is LogsSavedView {
  return view.logs !== undefined;
}

/** @returns undefined for what the form cannot hold: another time than `past`, analytics, teams, another sorting */
export function encodeLogsView(view: LogsSavedView): Payload | undefined {
  const { time, logs, sort } = view;
  const isPlain =
    view.analytics === undefined &&
    view.teams.length === 0 &&
    !view.aggregateByRule &&
    sort.by === VIEW_DEFAULTS.sort.by &&
    sort.order === VIEW_DEFAULTS.sort.order &&
    view.facets.every((facet) => facet.open);
  if (time.kind !== 'past' || !isPlain) return undefined;
  const fields = {
    name: view.name,
    type: 'logs',
    page: 'stream',
    query: view.query,
    timerange: { interval_ms: time.pastMs },
    visible_facets: view.facets.map((facet) => facet.path),
    options: {
      columns: [...view.columns],
      show_date_column: logs.dateColumn,
      show_message_column: logs.messageColumn,
      message_display: logs.messageDisplay,
      show_timeline: view.timeline,
    },
  };
  return layOver(fields, view.unknownFields);
}

/** Such a file says no id: `ctx.id` does. */
export function decodeLogsView(payload: unknown, ctx: DecodeContext): Decoded<LogsSavedView> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(payload, '', problems);
  reader.oneOf('type', ['logs']);
  reader.oneOf('page', ['stream']);
  const options = reader.child('options');
  const view: LogsSavedView = {
    kind: 'saved-view',
    id: decodeId(payload, ctx, reader),
    name: reader.text('name'),
    teams: [],
    time: readTime(reader),
    query: reader.text('query'),
    columns: options.texts('columns'),
    sort: VIEW_DEFAULTS.sort,
    timeline: options.flag('show_timeline', VIEW_DEFAULTS.timeline),
    facets: reader.texts('visible_facets').map((path) => ({ path, open: true })),
    aggregateByRule: false,
    logs: {
      dateColumn: options.flag('show_date_column', LOGS_VIEW_DEFAULTS.logs.dateColumn),
      messageColumn: options.flag('show_message_column', LOGS_VIEW_DEFAULTS.logs.messageColumn),
      messageDisplay: options.text('message_display', LOGS_VIEW_DEFAULTS.logs.messageDisplay),
    },
  };
  options.close();
  reader.close();
  return decoded(problems, view);
}

function readTime(reader: PayloadReader): ViewTime {
  const timerange = reader.child('timerange');
  const time: ViewTime = { kind: 'past', pastMs: timerange.count('interval_ms') };
  timerange.close();
  return time;
}
