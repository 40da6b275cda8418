/**
 * Where a saved view can be looked at: the explorer of the target with what its address can say. Never a create.
 *
 * Source of Datadog's parameters: the explorer link of "Investigate Security Signals", which shows `query`, `column`
 * and `order` of the sorting by time, `viz=stream`, and `start`, `end` and `paused`; and recorded links to logs, which
 * show `query`. What no published address shows (columns, facets, analytics, how far back) is left out: a view is
 * finished by hand there, and saved.
 */

import { formatDuration, type SavedView } from '@signalwright/model';
import { isEmbeddedTarget, type PlanTarget } from './target.ts';

export function viewLink(target: PlanTarget, view: SavedView): string {
  const url = new URL(target.explorerUrl);
  if (!isEmbeddedTarget(target)) setDatadog(url, view);
  // The embedded org has no page of logs: its start page is all there is to show.
  else if (view.logs === undefined) setEmbedded(url, view);
  return url.href;
}

function setEmbedded(url: URL, { query, time }: SavedView): void {
  url.searchParams.set('query', query);
  if (time.kind === 'fixed') setRange(url, time);
  else url.searchParams.set('past', formatDuration(time.pastMs));
}

function setDatadog(url: URL, view: SavedView): void {
  const { query, time, sort, analytics, logs } = view;
  url.searchParams.set('query', query);
  if (logs === undefined && sort.by === 'created') {
    url.searchParams.set('column', 'time');
    url.searchParams.set('order', sort.order === 'descending' ? 'desc' : 'asc');
  }
  if (logs !== undefined) url.pathname = '/logs';
  else if (analytics === undefined || analytics.show === 'list') url.searchParams.set('viz', 'stream');
  if (logs === undefined && time.kind === 'fixed') setRange(url, time);
  if (logs === undefined && time.kind !== 'past') {
    url.searchParams.set('paused', time.kind === 'live' ? 'false' : 'true');
  }
}

/** Unix times in milliseconds, at both. */
function setRange(url: URL, { fromMs, toMs }: Extract<SavedView['time'], { kind: 'fixed' }>): void {
  url.searchParams.set('start', String(fromMs));
  url.searchParams.set('end', String(toMs));
}
