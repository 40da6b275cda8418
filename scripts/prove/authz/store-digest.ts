/** Everything that an org's database holds, as one hash; the audit trail aside, which may tell of refusals. */

import { createHash } from 'node:crypto';
import { SIGNALS_MIGRATIONS } from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';

export class StoreDigest {
  readonly #db: Database;
  readonly #tables: readonly string[];

  /** @param path of the database; the org that has it open goes on writing */
  constructor(path: string) {
    this.#db = openDatabase(path, { migrations: SIGNALS_MIGRATIONS });
    this.#tables = this.#db
      .all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .map(({ name }) => name)
      .filter((name) => name !== 'audit');
  }

  read(): string {
    const hash = createHash('sha256');
    for (const table of this.#tables) {
      hash.update(JSON.stringify([table, this.#db.all(`SELECT * FROM "${table}" ORDER BY rowid`)]));
    }
    return hash.digest('hex');
  }

  close(): void {
    this.#db.close();
  }
}
