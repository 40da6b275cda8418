/** Saved view: normal form to written form. */

import {
  ANALYTICS_DEFAULTS,
  LOGS_VIEW_DEFAULTS,
  VIEW_DEFAULTS,
  type LogsView,
  type SavedView,
  type ViewAnalytics,
  type ViewFacet,
  type ViewTime,
} from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import type { WrittenView, WrittenViewFacet } from '../schema/written.ts';
import { durationText, timestampText, importedParts, unlessEmpty } from './scalar.ts';

export function writeSavedView(view: SavedView): WrittenView {
  const { analytics, logs } = view;
  const defaults = logs === undefined ? VIEW_DEFAULTS : LOGS_VIEW_DEFAULTS;
  return {
    kind: 'saved-view',
    id: view.id,
    name: view.name,
    ...unlessEmpty('teams', view.teams),
    ...(logs !== undefined && { logs: writeLogs(logs) }),
    ...(!isDeepStrictEqual(view.time, VIEW_DEFAULTS.time) && { time: writeTime(view.time) }),
    query: view.query,
    ...(!isDeepStrictEqual(view.columns, defaults.columns) && { columns: view.columns }),
    ...(!isDeepStrictEqual(view.sort, VIEW_DEFAULTS.sort) && { sort: writeSort(view.sort) }),
    ...(analytics !== undefined && { analytics: writeAnalytics(analytics) }),
    ...(view.timeline !== VIEW_DEFAULTS.timeline && { timeline: view.timeline }),
    ...(!isDeepStrictEqual(view.facets, defaults.facets) && { facets: view.facets.map(writeFacet) }),
    ...(view.aggregateByRule !== VIEW_DEFAULTS.aggregateByRule && { aggregateByRule: view.aggregateByRule }),
    ...importedParts(view),
  };
}

function writeTime(time: ViewTime): NonNullable<WrittenView['time']> {
  if (time.kind === 'fixed') return { from: timestampText(time.fromMs), to: timestampText(time.toMs) };
  return `${time.kind} ${durationText(time.pastMs)}`;
}

function writeSort({ by, order }: SavedView['sort']): string {
  return order === 'descending' ? `-${by}` : by;
}

/** The limit that all groups share is written once. */
function writeAnalytics(analytics: ViewAnalytics): NonNullable<WrittenView['analytics']> {
  const { compute, groupBy, show } = analytics;
  const { limit = ANALYTICS_DEFAULTS.limit } = groupBy[0] ?? {};
  const isShared = groupBy.every((group) => group.limit === limit);
  const common = isShared ? limit : ANALYTICS_DEFAULTS.limit;
  return {
    ...(compute.kind === 'cardinality' && { compute: { cardinality: compute.field } }),
    ...unlessEmpty(
      'groupBy',
      groupBy.map((group) => {
        const own = {
          ...(group.limit !== common && { limit: group.limit }),
          ...(group.order !== ANALYTICS_DEFAULTS.order && { order: group.order }),
        };
        return Object.keys(own).length === 0 ? group.path : { by: group.path, ...own };
      }),
    ),
    ...(common !== ANALYTICS_DEFAULTS.limit && { limit: common }),
    ...(show !== ANALYTICS_DEFAULTS.show && { show }),
  };
}

function writeFacet({ path, open }: ViewFacet): WrittenViewFacet {
  return open ? path : { facet: path, open: false };
}

function writeLogs(logs: LogsView): NonNullable<WrittenView['logs']> {
  const defaults: LogsView = LOGS_VIEW_DEFAULTS.logs;
  return {
    ...(logs.dateColumn !== defaults.dateColumn && { dateColumn: logs.dateColumn }),
    ...(logs.messageColumn !== defaults.messageColumn && { messageColumn: logs.messageColumn }),
    ...(logs.messageDisplay !== defaults.messageDisplay && { messageDisplay: logs.messageDisplay }),
  };
}
