/** What stands above an example: what becomes of it depends on what the query is for. */

import type { QueryUse } from './report.ts';

/** Where only the old query matches. */
export const LOST: Readonly<Record<QueryUse, string>> = {
  'rule-query': 'no longer matches, for example',
  'query-extension': 'no longer matches, for example',
  'rule-filter': 'no longer counts, for example',
  'root-query': 'no longer passed on, for example',
  'case-query': 'no longer of this case, for example',
  'suppress-signals': 'no longer hidden, for example',
  'exclude-events': 'counts again, for example',
  'suppressed-rules': 'no longer applied to, for example a rule with',
  'notification-selector': 'no longer told, for example',
  view: 'no longer shown, for example',
};

/** Where only the new query matches. */
export const GAINED: Readonly<Record<QueryUse, string>> = {
  'rule-query': 'newly matches, for example',
  'query-extension': 'newly matches, for example',
  'rule-filter': 'counts now, for example',
  'root-query': 'passed on now, for example',
  'case-query': 'of this case now, for example',
  'suppress-signals': 'now hidden, for example',
  'exclude-events': 'no longer counts, for example',
  'suppressed-rules': 'now applied to, for example a rule with',
  'notification-selector': 'newly told, for example',
  view: 'newly shown, for example',
};
