/** Saved view: written form to normal form. */

import {
  VIEW_DEFAULTS,
  addressOf,
  type AuthoredView,
  type Origin,
  type SavedView,
} from '@signalwright/model';
import type { WrittenView } from '../schema/written.ts';
import { durationMs, unknownFieldsOf } from './scalar.ts';
import { decodeTestSignal } from './test-fields.ts';

const DEFAULT_LIMIT = 10;

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
  const { analytics, time } = written;
  return {
    kind: 'saved-view',
    id: written.id,
    name: written.name,
    teams: written.teams ?? [],
    pastMs: time === undefined ? VIEW_DEFAULTS.pastMs : durationMs(time.replace(/^past /, '')),
    query: written.query,
    columns: written.columns ?? VIEW_DEFAULTS.columns,
    sort: written.sort === undefined ? VIEW_DEFAULTS.sort : decodeSort(written.sort),
    ...(analytics !== undefined && {
      analytics: {
        compute: analytics.compute ?? 'count',
        groupBy: analytics.groupBy,
        limit: analytics.limit ?? DEFAULT_LIMIT,
        show: analytics.show ?? 'topList',
      },
    }),
    timeline: written.timeline ?? VIEW_DEFAULTS.timeline,
    facets: written.facets ?? VIEW_DEFAULTS.facets,
    aggregateByRule: written.aggregateByRule ?? VIEW_DEFAULTS.aggregateByRule,
    ...unknownFieldsOf(written),
  };
}

function decodeSort(sort: NonNullable<WrittenView['sort']>): SavedView['sort'] {
  return {
    by: sort.endsWith('severity') ? 'severity' : 'created',
    order: sort.startsWith('-') ? 'descending' : 'ascending',
  };
}
