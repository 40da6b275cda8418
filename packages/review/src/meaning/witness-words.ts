/** What stands above an example: what becomes of it depends on what the query is for. */

import type { QueryUse } from './report.ts';

/** Where only the old query matches. */
export const LOST: Readonly<Record<QueryUse, string>> = {
  'rule-query': 'no longer matches, for example',
  'suppress-signals': 'no longer hidden, for example',
  'exclude-events': 'counts again, for example',
  'notification-selector': 'no longer told, for example',
  view: 'no longer shown, for example',
};

/** Where only the new query matches. */
export const GAINED: Readonly<Record<QueryUse, string>> = {
  'rule-query': 'newly matches, for example',
  'suppress-signals': 'now hidden, for example',
  'exclude-events': 'no longer counts, for example',
  'notification-selector': 'newly told, for example',
  view: 'newly shown, for example',
};
