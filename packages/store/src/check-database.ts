/**
 * Looks a whole database through when it is opened. SQLite's own check knows pages, indexes and types, and not what
 * texts are; the driver (libsql 0.5) ends the process when it reads a text that is no UTF-8: a panic that no `try`
 * catches, and one flipped bit is enough. So every text is read once as bytes first (docs/decisions/0098).
 */

import { isUtf8 } from 'node:buffer';

import type { LibsqlConnection, LibsqlStatement } from './libsql-driver.ts';

/** Rows in one look. A row may hold a megabyte. Chosen. */
const ROWS_AT_ONCE = 64;
/** Stands between texts, so that two halves of a character cannot make a whole one. */
const APART = 'char(10)';

/** @returns what is wrong, without any of the data; undefined when nothing is */
export function findDamage(connection: LibsqlConnection): string | undefined {
  const checked = connection
    .prepare('SELECT CAST(integrity_check AS BLOB) AS text FROM pragma_integrity_check(1)')
    .all([]);
  const answer = Buffer.from(bytesOf(checked[0]?.['text'])).toString('latin1');
  if (answer !== 'ok') return firstProblem(answer);
  // The names of tables and columns are texts too, and come first.
  const names = connection.prepare(
    `SELECT 0 AS last, CAST(group_concat(name || ${APART} || coalesce(sql, ''), ${APART}) AS BLOB) AS bytes FROM sqlite_schema`,
  );
  if (findInRow(names.all([])[0]) === 'not UTF-8') return 'a name is no UTF-8';
  const tables = connection.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`,
  );
  for (const { name } of tables.all([])) {
    const damage = findInTable(connection, String(name));
    if (damage !== undefined) return damage;
  }
  return undefined;
}

/** The answer may begin with the name of the database. */
function firstProblem(answer: string): string {
  const lines = answer.split('\n').filter((line) => !line.startsWith('***'));
  return (lines[0] ?? answer).replaceAll(/[^ -~]/g, '?');
}

function findInTable(connection: LibsqlConnection, table: string): string | undefined {
  const columns = connection
    .prepare(`SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'`)
    .all([table]);
  if (columns.length === 0) return undefined;
  const row = columns.map(({ name }) => `coalesce(${quoted(String(name))}, '')`).join(` || ${APART} || `);
  const rows = connection.prepare(
    `SELECT max(id) AS last, CAST(group_concat(texts, ${APART}) AS BLOB) AS bytes FROM
       (SELECT rowid AS id, ${row} AS texts FROM ${quoted(table)} WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS_AT_ONCE})`,
  );
  return findInRows(rows, table);
}

function findInRows(rows: LibsqlStatement, table: string): string | undefined {
  for (let after = BEFORE_ALL; ;) {
    const [row] = rows.all([after]);
    const found = findInRow(row);
    if (found === 'nothing') return undefined;
    if (found === 'not UTF-8') return `a text of the table ${table} is no UTF-8`;
    const last = BigInt(Number(row?.['last']));
    // The driver reads numbers inexactly beyond what ours can have.
    if (last <= after) return `a row of the table ${table} has an impossible number`;
    after = last;
  }
}

/** Smaller than any row's number. */
const BEFORE_ALL = -(2n ** 63n);

function findInRow(row: Record<string, unknown> | undefined): 'nothing' | 'UTF-8' | 'not UTF-8' {
  if (row === undefined || row['last'] === null) return 'nothing';
  return isUtf8(bytesOf(row['bytes'])) ? 'UTF-8' : 'not UTF-8';
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array();
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
