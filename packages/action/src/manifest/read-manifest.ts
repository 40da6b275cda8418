/**
 * Reads `defineAction<Input, Output>({ id, replay, run })` and `defineControl` calls from sources and describes them:
 * id, summary (the comment), replay, source line, JSON Schemas (2020-12) of input and output.
 * Runs when a package is built, never in a running org.
 */

import type { ActionBranches, ActionDescription, ActionManifest } from '@signalwright/model';
import { Node, Project, SyntaxKind, type CallExpression, type ObjectLiteralExpression } from 'ts-morph';
import { schemaOf, UnsupportedType } from './schema-of-type.ts';

export type ManifestResult =
  | { readonly ok: true; readonly manifest: ActionManifest }
  /** `<file>:<line> <what is wrong>`, sorted. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * @param root folder that the source paths in the manifest are relative to
 * @param files absolute paths or globs of the sources to read
 */
export function readManifest(
  root: string,
  files: readonly string[],
  tsConfigFilePath?: string,
): ManifestResult {
  const project = new Project({
    ...(tsConfigFilePath !== undefined && { tsConfigFilePath }),
    skipAddingFilesFromTsConfig: true,
    ...(tsConfigFilePath === undefined && { compilerOptions: { strict: true } }),
  });
  project.addSourceFilesAtPaths([...files]);
  const problems: string[] = [];
  const found: { readonly description: ActionDescription; readonly at: string }[] = [];
  for (const file of project.getSourceFiles()) {
    for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
      if (!DEFINERS.includes(call.getExpression().getText())) continue;
      const at = `${relativePath(root, file.getFilePath())}:${call.getStartLineNumber()}`;
      try {
        found.push({ description: describe(call, at), at });
      } catch (error) {
        if (!(error instanceof UnsupportedType)) throw error;
        problems.push(`${at} ${error.message}`);
      }
    }
  }
  found.sort((a, b) => (a.description.id < b.description.id ? -1 : 1));
  for (const [index, { description, at }] of found.entries()) {
    const before = found[index - 1];
    if (before?.description.id === description.id) {
      problems.push(`${at} The action "${description.id}" is defined twice, first at ${before.at}.`);
    }
  }
  if (problems.length > 0) return { ok: false, problems: problems.toSorted() };
  return { ok: true, manifest: { schemaVersion: 1, actions: found.map((entry) => entry.description) } };
}

const CONTROL = 'defineControl';
const DEFINERS = ['defineAction', CONTROL];

function describe(call: CallExpression, source: string): ActionDescription {
  const name = call.getExpression().getText();
  const [input, output] = call.getTypeArguments();
  const definition = call.getArguments()[0];
  if (input === undefined || output === undefined) {
    throw new UnsupportedType(`${name} needs both types written out: ${name}<Input, Output>({ … }).`);
  }
  if (definition === undefined || !Node.isObjectLiteralExpression(definition)) {
    throw new UnsupportedType(`${name} needs an object literal: the tool reads it without running it.`);
  }
  return {
    id: literalProperty(definition, 'id'),
    summary: summaryOf(call),
    replay: replayOf(literalProperty(definition, 'replay')),
    ...branchesOf(definition),
    ...(name === CONTROL && { control: true }),
    source,
    input: schemaOf(input.getType(), input, 'input'),
    output: schemaOf(output.getType(), output, 'output'),
  };
}

function literalProperty(definition: ObjectLiteralExpression, name: string): string {
  const property = definition.getProperty(name);
  const value = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
  if (!Node.isStringLiteral(value)) throw new UnsupportedType(`"${name}" must be a string literal.`);
  return value.getLiteralValue();
}

function branchesOf(definition: ObjectLiteralExpression): { readonly branches?: ActionBranches } {
  const property = definition.getProperty('branches');
  if (property === undefined) return {};
  const value = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
  if (!Node.isObjectLiteralExpression(value)) {
    throw new UnsupportedType('"branches" must be an object literal: { named: […], from: … }.');
  }
  const named = value.getProperty('named');
  const list = Node.isPropertyAssignment(named) ? named.getInitializer() : undefined;
  const names = Node.isArrayLiteralExpression(list) ? list.getElements() : [];
  if (list === undefined || !names.every(Node.isStringLiteral)) {
    throw new UnsupportedType('"named" must be a list of string literals.');
  }
  return {
    branches: {
      named: names.filter(Node.isStringLiteral).map((each) => each.getLiteralValue()),
      ...(value.getProperty('from') !== undefined && { from: literalProperty(value, 'from') }),
    },
  };
}

function replayOf(value: string): ActionDescription['replay'] {
  if (value === 'safe' || value === 'keyed' || value === 'never') return value;
  throw new UnsupportedType(`"replay" must be safe, keyed or never, not "${value}".`);
}

function summaryOf(call: CallExpression): string {
  const statement = call.getFirstAncestorByKind(SyntaxKind.VariableStatement);
  const summary = statement?.getJsDocs().at(-1)?.getDescription().trim().replaceAll(/\s+/g, ' ') ?? '';
  if (summary === '')
    throw new UnsupportedType('The action needs a comment above it: it becomes the summary.');
  return summary;
}

function relativePath(root: string, file: string): string {
  return file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
}
