/**
 * Removes one value (an address, a user's id) from everything that an org has stored: it becomes a word that is drawn at
 * random and means nothing, the same in every place, so that what belongs together stays together.
 * What it means for the audit trail: docs/decisions/0383. While the org runs: docs/decisions/0386.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Actor } from '@signalwright/model';
import { appendAudit, rewriteAudit } from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';

import type { OrgServices } from '../org-services.ts';
import { forgetInTables, replaceWritten, type Replacement } from './forget-in-tables.ts';
import { ORG_DATABASE, ORG_DATABASES } from './org-files.ts';

export interface ForgetOptions {
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Otherwise what would change is only counted. */
  readonly isMeant: boolean;
}

export interface Forgotten {
  /** Rows by table, `org.db/events`; those of `content` name it and are left, since content comes from its files. */
  readonly rows: Readonly<Record<string, number>>;
  /** What stands for the value now; undefined when nothing was changed. */
  readonly standIn?: string;
  /** Of the audit trail, before and after; undefined when it did not name the value, or nothing was changed. */
  readonly auditHeads?: { readonly before: string; readonly after: string };
  /** Runs and historical jobs that go on, and may write the value again until they end. */
  readonly underWay?: number;
}

/** Who forgets, as the audit trail has it. */
type Forgetter = Pick<Actor, 'id' | 'name' | 'cause'>;

const COMMAND: Forgetter = { id: 'system', name: 'signalwright org forget', cause: [] };

/** In the folder of an org that is stopped. @throws StoreError `busy` while an org runs on the folder */
export function forgetValue(dataDir: string, value: string, options: ForgetOptions): Forgotten {
  const replacement = replacementOf(value, options);
  const open = ({ name, migrations }: (typeof ORG_DATABASES)[number]): Database =>
    openDatabase(join(dataDir, name), { migrations, exclusive: { clock: options.nowMs } });
  const isThere = ({ name }: { readonly name: string }): boolean =>
    name === ORG_DATABASE || existsSync(join(dataDir, name));
  let rows: Forgotten['rows'] = {};
  let auditHeads: Forgotten['auditHeads'];
  // Runs first: what the trail says of the rows is all of them.
  for (const each of ORG_DATABASES.filter(isThere).toReversed()) {
    const db = open(each);
    try {
      db.transaction(() => {
        if (each.name === ORG_DATABASE) {
          ({ rows, auditHeads } = forgetInOrg(db, replacement, { rows, by: COMMAND, atMs: options.nowMs() }));
        } else rows = { ...rows, ...forgetInTables(db, each.name, replacement) };
      });
      // What an earlier version removed may still stand in free pages.
      if (options.isMeant) db.run('VACUUM');
    } finally {
      db.close();
    }
  }
  return forgottenOf(rows, replacement, auditHeads);
}

/** While the org runs: what it holds in memory of the value is read again from what is stored. */
export async function forgetWhileRunning(
  {
    context,
    pipeline,
    threatIntel,
    workflows,
  }: Pick<OrgServices, 'context' | 'pipeline' | 'threatIntel' | 'workflows'>,
  by: Forgetter,
  { value, isMeant }: { readonly value: string; readonly isMeant: boolean },
): Promise<Forgotten> {
  const { db, nowMs, random } = context;
  const replacement = replacementOf(value, { random, isMeant });
  const forget = (before: Forgotten['rows']): ReturnType<typeof forgetInOrg> =>
    forgetInOrg(db, replacement, { rows: before, by, atMs: nowMs() });
  const runs = (await workflows()?.forget(replacement)) ?? { rows: {}, underWay: 0 };
  const { rows, auditHeads } = await (isMeant
    ? pipeline.rewrite(() => forget(runs.rows))
    : db.write(() => forget(runs.rows)));
  const jobs = db.get<{ n: number }>(`SELECT count(*) AS n FROM jobs WHERE status = 'running'`)?.n ?? 0;
  if (isMeant) {
    db.foldLog();
    context.onDenylistChanged();
    threatIntel.reload();
  }
  const underWay = runs.underWay + jobs;
  return { ...forgottenOf(rows, replacement, auditHeads), ...(underWay > 0 && { underWay }) };
}

function replacementOf(
  value: string,
  { random, isMeant }: Pick<ForgetOptions, 'random' | 'isMeant'>,
): Replacement {
  return { value, standIn: `forgotten-${Buffer.from(random(6)).toString('hex')}`, isMeant };
}

/** Inside a transaction of the org's database. @param rows that were changed elsewhere */
function forgetInOrg(
  db: Database,
  replacement: Replacement,
  { rows, by, atMs }: { readonly rows: Forgotten['rows']; readonly by: Forgetter; readonly atMs: number },
): Pick<Forgotten, 'rows' | 'auditHeads'> {
  const { standIn, isMeant } = replacement;
  const inTables = forgetInTables(db, ORG_DATABASE, replacement);
  const trail = rewriteAudit(db, (text) => replaceWritten(text, replacement), isMeant);
  const inTrail = trail.entries > 0 ? { [`${ORG_DATABASE}/audit`]: trail.entries } : {};
  const all = { ...inTables, ...inTrail, ...rows };
  if (!isMeant || Object.keys(all).length === 0) return { rows: all };
  appendAudit(db, {
    actor: by,
    atMs,
    action: 'personal_data.forget',
    subject: standIn,
    before: { auditHead: trail.before },
    after: { auditHead: trail.after, rows: all },
  });
  return {
    rows: all,
    ...(trail.entries > 0 && { auditHeads: { before: trail.before, after: trail.after } }),
  };
}

function forgottenOf(
  rows: Forgotten['rows'],
  { standIn, isMeant }: Replacement,
  auditHeads: Forgotten['auditHeads'],
): Forgotten {
  const isChanged = isMeant && Object.keys(rows).length > 0;
  return { rows, ...(isChanged && { standIn }), ...(auditHeads !== undefined && { auditHeads }) };
}
