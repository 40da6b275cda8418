/** JSON that was written into a database, read back: the only damage that the engine's own check cannot see. */

import type { Database } from './database.ts';
import { StoreError } from './store-error.ts';

/**
 * @returns the value; the caller names its shape, as it wrote it
 * @throws StoreError `damaged`, with the path of the database and none of the text, when it is no JSON
 */
export function parseStored<Value>(db: Pick<Database, 'path'>, text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    const message = `The database ${db.path} is damaged (a record is no JSON); restore a backup.`;
    throw new StoreError('damaged', 'store/database-damaged', db.path, message, { cause: error });
  }
}
