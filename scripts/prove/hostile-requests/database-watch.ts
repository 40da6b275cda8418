/** Whether an org has stored anything, seen from another process. */

import { openDatabase, type Database } from '@signalwright/store';
import { SIGNALS_MIGRATIONS } from '@signalwright/signals';

export class DatabaseWatch {
  readonly #db: Database;
  #version = 0;

  constructor(path: string) {
    this.#db = openDatabase(path, { migrations: SIGNALS_MIGRATIONS });
    this.hasChanged();
  }

  /** Whether another connection has committed anything, of any table, since the last call: SQLite counts it itself. */
  hasChanged(): boolean {
    const version = this.#db.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0;
    const isNew = version !== this.#version;
    this.#version = version;
    return isNew;
  }

  close(): void {
    this.#db.close();
  }
}
