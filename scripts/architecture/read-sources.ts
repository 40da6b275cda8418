/**
 * Reads the repository's TypeScript and JavaScript into plain facts that the rules judge. Syntax only:
 * no type check, so that the whole tree is read in about a second.
 */

import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import { compareText } from './finding.ts';

/** How one file names another. `computed` carries no specifier that can be judged. */
export type ImportForm = 'import' | 'export' | 'dynamic' | 'type' | 'require' | 'computed';

export interface ImportFact {
  readonly form: ImportForm;
  readonly specifier: string;
  readonly line: number;
  /** The names taken by `import { a, b as c }`: `a`, `b`; without types. Empty for every other form. */
  readonly names: readonly string[];
}

export interface SourceFile {
  /** From the repository root, forward slashes. */
  readonly path: string;
  /** `model` for packages/model/…, else the top folder: `scripts`, `tests`, `bench`. */
  readonly room: string;
  readonly isPackage: boolean;
  /** Runs in tests only: `*.test.ts`, or anything below a folder `testing/` or `fixtures/`. */
  readonly isTest: boolean;
  readonly syntax: ts.SourceFile;
  readonly imports: readonly ImportFact[];
}

/** Top folders that hold code besides packages/. */
const CODE_FOLDERS = ['scripts', 'tests', 'bench'] as const;

const SOURCE_FILE = /\.(?:ts|tsx|mts|js|mjs)$/;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'golden', 'coverage', '.signalwright']);
/** Inside a package, code lives here and nowhere else. */
const PACKAGE_CODE_FOLDERS = ['src', 'bin', 'scripts'] as const;

/** Every source file of the repository at `root`, in path order. */
export function readSources(root: string): SourceFile[] {
  const files: SourceFile[] = [];
  for (const room of subfolders(join(root, 'packages'))) {
    for (const folder of PACKAGE_CODE_FOLDERS) {
      for (const path of listSources(root, `packages/${room}/${folder}`)) {
        files.push(readSource(root, path, room, true));
      }
    }
  }
  for (const folder of CODE_FOLDERS) {
    for (const path of listSources(root, folder)) files.push(readSource(root, path, folder, false));
  }
  return files;
}

/** Names of the folders right below `folder`, sorted; empty when it does not exist. */
export function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name))
    .map((entry) => entry.name)
    .toSorted(compareText);
}

/** The line of a node, from 1. */
export function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Calls `visit` for each node, parents before children. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function listSources(root: string, folder: string): string[] {
  const found: string[] = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const absolute = join(root, next);
    if (!existsSync(absolute)) continue;
    for (const entry of readdirSync(absolute, { withFileTypes: true })) {
      const path = `${next}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) pending.push(path);
      if (entry.isFile() && SOURCE_FILE.test(entry.name)) found.push(path);
    }
  }
  return found.toSorted(compareText);
}

function readSource(root: string, path: string, room: string, isPackage: boolean): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const isTest =
    /\.test\.[a-z]+$/.test(path) ||
    (isPackage ? /\/(?:testing|fixtures)\//.test(path) : path.startsWith('tests/'));
  return { path, room, isPackage, isTest, syntax, imports: readImports(syntax) };
}

function readImports(source: ts.SourceFile): ImportFact[] {
  const facts: ImportFact[] = [];
  const add = (form: ImportForm, node: ts.Node, target: ts.Node | undefined): void => {
    const literal = target !== undefined && ts.isStringLiteralLike(target) ? target.text : undefined;
    facts.push({
      form: literal === undefined ? 'computed' : form,
      specifier: literal ?? target?.getText(source) ?? '',
      line: lineOf(source, node),
      names: ts.isImportDeclaration(node) ? namesOf(node) : [],
    });
  };
  walk(source, (node) => {
    if (ts.isImportDeclaration(node)) {
      add(node.importClause?.isTypeOnly === true ? 'type' : 'import', node, node.moduleSpecifier);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      add('export', node, node.moduleSpecifier);
    } else if (ts.isImportTypeNode(node)) {
      add('type', node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument);
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add('require', node, node.moduleReference.expression);
    } else if (ts.isCallExpression(node)) {
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword) add('dynamic', node, node.arguments[0]);
      else if (isRequire(node.expression)) add('require', node, node.arguments[0]);
    }
  });
  return facts;
}

function namesOf(node: ts.ImportDeclaration): string[] {
  const bindings = node.importClause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
  return bindings.elements
    .filter((element) => !element.isTypeOnly)
    .map((element) => (element.propertyName ?? element.name).text);
}

/** `require(x)`, `createRequire(…)(x)`, `require.resolve(x)` and `import.meta.resolve(x)` all reach another file. */
function isRequire(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'require';
  if (ts.isCallExpression(callee)) {
    return ts.isIdentifier(callee.expression) && callee.expression.text === 'createRequire';
  }
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'resolve') return false;
  if (ts.isMetaProperty(callee.expression)) return true;
  return ts.isIdentifier(callee.expression) && callee.expression.text === 'require';
}
