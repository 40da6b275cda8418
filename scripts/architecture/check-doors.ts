/** A room has one door, `src/index.ts`, and the door only re-exports, by name. */

import { ts } from 'ts-morph';
import type { Finding } from './finding.ts';
import { lineOf, type SourceFile } from './read-sources.ts';
import { SIDE_DOORS } from './rooms.ts';

/** One finding for each statement of a door that is not a re-export by name. */
export function checkDoors(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => file.isPackage && doorsOf(file.room).includes(file.path))
    .flatMap((file) =>
      file.syntax.statements
        .filter((statement) => !isNamedReExport(statement))
        .map((statement) => ({
          code: 'doors/only-names',
          file: file.path,
          line: lineOf(file.syntax, statement),
          message: 'The door holds something else than a re-export by name.',
          hint: "Write `export { name, type Noun } from './file.ts'`, and keep the code in that file.",
        })),
    );
}

function doorsOf(room: string): string[] {
  const sides = (SIDE_DOORS[room] ?? []).map((door) => `packages/${room}/src/${door}/index.ts`);
  return [`packages/${room}/src/index.ts`, ...sides];
}

function isNamedReExport(statement: ts.Statement): boolean {
  if (!ts.isExportDeclaration(statement)) return false;
  // `export {}` is the door of a room that nothing has moved into yet.
  if (statement.moduleSpecifier === undefined) {
    return statement.exportClause !== undefined && isEmptyClause(statement.exportClause);
  }
  return statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause);
}

function isEmptyClause(clause: ts.NamedExportBindings): boolean {
  return ts.isNamedExports(clause) && clause.elements.length === 0;
}
