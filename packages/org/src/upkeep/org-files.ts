/** The files of an org's folder, by what becomes of them when it is saved, restored or removed. */

import { SIGNALS_MIGRATIONS } from '@signalwright/signals';
import type { Migration } from '@signalwright/store';
import { RUN_MIGRATIONS } from '@signalwright/workflow';

export const ORG_DATABASE = 'org.db';
export const RUN_DATABASE = 'runs.db';

interface OrgDatabase {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

/**
 * In the order in which they are saved: each run that the org's database names was in the other before, so that a copy
 * made later holds it. What the folder holds besides is made anew (keys of the owner, the address) or is no state.
 */
export const ORG_DATABASES: readonly OrgDatabase[] = [
  { name: ORG_DATABASE, migrations: SIGNALS_MIGRATIONS },
  { name: RUN_DATABASE, migrations: RUN_MIGRATIONS },
];

/** Files that people wrote. */
export const ORG_SETTINGS: readonly string[] = ['threat-intel.csv'];
