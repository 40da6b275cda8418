/** Saved view: written form to normal form. */

import {
  ANALYTICS_DEFAULTS,
  LOGS_VIEW_DEFAULTS,
  VIEW_DEFAULTS,
  addressOf,
  type AuthoredView,
  type Origin,
  type SavedView,
  type ViewAnalytics,
  type ViewFacet,
  type ViewGroup,
  type ViewTime,
} from '@signalwright/model';
import type { WrittenView, WrittenViewFacet, WrittenViewGroup } from '../schema/written.ts';
import { durationMs, timestampMs, importedParts } from './scalar.ts';
import { decodeTestSignal } from './test-fields.ts';

export function decodeSavedView(written: WrittenView, origin: Origin): AuthoredView {
  return {
    kind: 'saved-view',
    address: addressOf('saved-view', written.id),
    object: decodeView(written),
    ...(written.owner !== undefined && { owner: written.owner }),
    tests: (written.tests ?? []).map((test) => ({
      name: test.name,
      signal: decodeTestSignal(test.signal),
      shown: test.shown,
    })),
    origin,
  };
}

function decodeView(written: WrittenView): SavedView {
  const { analytics, facets, logs } = written;
  const defaults = logs === undefined ? VIEW_DEFAULTS : LOGS_VIEW_DEFAULTS;
  return {
    kind: 'saved-view',
    id: written.id,
    name: written.name,
    teams: written.teams ?? [],
    time: written.time === undefined ? VIEW_DEFAULTS.time : decodeTime(written.time),
    query: written.query,
    columns: written.columns ?? defaults.columns,
    sort: written.sort === undefined ? VIEW_DEFAULTS.sort : decodeSort(written.sort),
    ...(analytics !== undefined && { analytics: decodeAnalytics(analytics) }),
    timeline: written.timeline ?? VIEW_DEFAULTS.timeline,
    facets: facets === undefined ? defaults.facets : facets.map(decodeFacet),
    aggregateByRule: written.aggregateByRule ?? VIEW_DEFAULTS.aggregateByRule,
    ...(logs !== undefined && { logs: { ...LOGS_VIEW_DEFAULTS.logs, ...logs } }),
    ...importedParts(written),
  };
}

function decodeTime(time: NonNullable<WrittenView['time']>): ViewTime {
  if (typeof time !== 'string') {
    return { kind: 'fixed', fromMs: timestampMs(time.from), toMs: timestampMs(time.to) };
  }
  const [kind, duration = ''] = time.split(' ');
  return { kind: kind === 'live' ? 'live' : 'past', pastMs: durationMs(duration) };
}

function decodeSort(sort: string): SavedView['sort'] {
  return sort.startsWith('-') ? { by: sort.slice(1), order: 'descending' } : { by: sort, order: 'ascending' };
}

function decodeAnalytics(written: NonNullable<WrittenView['analytics']>): ViewAnalytics {
  const { compute = 'count', groupBy = [], limit = ANALYTICS_DEFAULTS.limit } = written;
  return {
    compute: compute === 'count' ? { kind: 'count' } : { kind: 'cardinality', field: compute.cardinality },
    groupBy: groupBy.map((group) => decodeGroup(group, limit)),
    show: written.show ?? ANALYTICS_DEFAULTS.show,
  };
}

function decodeGroup(group: WrittenViewGroup, limit: number): ViewGroup {
  const { order } = ANALYTICS_DEFAULTS;
  if (typeof group === 'string') return { path: group, limit, order };
  return { path: group.by, limit: group.limit ?? limit, order: group.order ?? order };
}

function decodeFacet(facet: WrittenViewFacet): ViewFacet {
  if (typeof facet === 'string') return { path: facet, open: true };
  return { path: facet.facet, open: facet.open ?? true };
}
