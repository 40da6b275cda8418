/** Where a saved view can be looked at: the Explorer of the target with the view's query and time. Never a create. */

import { formatDuration } from '@signalwright/model';
import type { DesiredView } from './desired.ts';

/** @param explorerUrl page of the target, such as `http://127.0.0.1:8126/` */
export function viewLink(explorerUrl: string, view: DesiredView): string {
  const url = new URL(explorerUrl);
  url.searchParams.set('query', view.query);
  url.searchParams.set('past', formatDuration(view.pastMs));
  return url.href;
}
