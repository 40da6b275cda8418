/**
 * Effects happen at rims only. Looks for the ways in which code reaches disk, network, other processes,
 * clock, randomness and environment, and asks the table of rims whether this file may.
 * Tests are free: they are a rim of their own.
 */

import { ts } from 'ts-morph';
import type { Finding } from './finding.ts';
import { lineOf, walk, type SourceFile } from './read-sources.ts';
import { PURE_ROOMS, RIMS, type Effect, type Rim } from './rooms.ts';

const EFFECT_OF_MODULE: Readonly<Record<string, Effect>> = {
  'node:fs': 'disk',
  'node:fs/promises': 'disk',
  'node:http': 'network',
  'node:http2': 'network',
  'node:https': 'network',
  'node:net': 'network',
  'node:tls': 'network',
  'node:dns': 'network',
  'node:dns/promises': 'network',
  'node:dgram': 'network',
  'node:child_process': 'process',
  'node:cluster': 'process',
  'node:worker_threads': 'process',
  'node:os': 'environment',
  'node:process': 'environment',
};

/** Named imports that only compute although their module is an effect. */
const PURE_NAMES: ReadonlySet<string> = new Set([
  'node:net.isIP',
  'node:net.isIPv4',
  'node:net.isIPv6',
  'node:net.BlockList',
]);

/** Named imports that are an effect although their module as a whole is not. */
const EFFECT_OF_NAME: Readonly<Record<string, Effect>> = {
  'node:crypto.randomUUID': 'random',
  'node:crypto.randomBytes': 'random',
  'node:crypto.randomInt': 'random',
  'node:crypto.generateKeyPairSync': 'random',
  'node:crypto.webcrypto': 'random',
  'node:perf_hooks.performance': 'clock',
};

const EFFECT_OF_MEMBER: Readonly<Record<string, Effect>> = {
  'Date.now': 'clock',
  'performance.now': 'clock',
  'Math.random': 'random',
  'crypto.randomUUID': 'random',
  'crypto.getRandomValues': 'random',
  'globalThis.fetch': 'network',
};

/** Globals that are an effect wherever they are named, unless the file binds the name itself. */
const EFFECT_OF_GLOBAL: Readonly<Record<string, Effect>> = {
  fetch: 'network',
  WebSocket: 'network',
  process: 'environment',
  console: 'environment',
};

/** Each effect outside a rim, and each row of the table that would make a pure room impure. */
export function checkEffects(files: readonly SourceFile[], rims: readonly Rim[] = RIMS): Finding[] {
  return [
    ...rims.flatMap(checkRim),
    ...files.filter((file) => file.isPackage && !file.isTest).flatMap((file) => checkFile(file, rims)),
  ];
}

function checkRim(rim: Rim): Finding[] {
  const room = /^packages\/([^/]+)/.exec(rim.path)?.[1] ?? '';
  if (!PURE_ROOMS.has(room)) return [];
  return [
    {
      code: 'effects/pure-room',
      file: 'scripts/architecture/rooms.ts',
      line: 1,
      message: `${room} is pure, and the table gives it ${rim.effects.join(', ')}.`,
      hint: 'Let a room above hand the value in.',
    },
  ];
}

function checkFile(file: SourceFile, rims: readonly Rim[]): Finding[] {
  const allowed = new Set(rims.filter((rim) => covers(rim, file.path)).flatMap((rim) => rim.effects));
  // The first use of an effect is enough: the question is whether this file is a rim.
  const first = new Map(
    findEffects(file)
      .toReversed()
      .map((use) => [use.effect, use]),
  );
  return [...first.values()]
    .filter(({ effect }) => !allowed.has(effect))
    .map(({ effect, what, line }) => ({
      code: `effects/${effect}`,
      file: file.path,
      line,
      message: `${what} touches the world (${effect}), and this file is no rim for it.`,
      hint: 'Take it as an argument; if this file is where the world begins, add it to RIMS in scripts/architecture/rooms.ts and say why.',
    }));
}

function covers(rim: Rim, path: string): boolean {
  return rim.path.endsWith('/') ? path.startsWith(rim.path) : path === rim.path;
}

interface EffectUse {
  readonly effect: Effect;
  readonly what: string;
  readonly line: number;
}

function findEffects(file: SourceFile): EffectUse[] {
  const source = file.syntax;
  const uses: EffectUse[] = [];
  const add = (effect: Effect | undefined, what: string, node: ts.Node): void => {
    if (effect !== undefined) uses.push({ effect, what, line: lineOf(source, node) });
  };
  for (const fact of file.imports) {
    const effect = fact.form === 'type' ? undefined : EFFECT_OF_MODULE[fact.specifier];
    const pure =
      fact.names.length > 0 && fact.names.every((name) => PURE_NAMES.has(`${fact.specifier}.${name}`));
    if (effect !== undefined && !pure) uses.push({ effect, what: `"${fact.specifier}"`, line: fact.line });
    for (const name of fact.form === 'type' ? [] : fact.names) {
      const named = EFFECT_OF_NAME[`${fact.specifier}.${name}`];
      if (named !== undefined) uses.push({ effect: named, what: name, line: fact.line });
    }
  }
  walk(source, (node) => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const member = `${node.expression.text}.${node.name.text}`;
      if (!isBound(node.expression)) add(EFFECT_OF_MEMBER[member], member, node);
    }
    if (ts.isIdentifier(node) && isValueUse(node) && !isBound(node)) {
      add(EFFECT_OF_GLOBAL[node.text], node.text, node);
    }
    if (readsClock(node)) add('clock', 'Date without an argument', node);
  });
  return uses;
}

/** `new Date()` and `Date()` read the clock; `new Date(ms)` only computes. */
function readsClock(node: ts.Node): boolean {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false;
  const isDate = ts.isIdentifier(node.expression) && node.expression.text === 'Date';
  return isDate && (ts.isCallExpression(node) || (node.arguments?.length ?? 0) === 0);
}

/** True where the identifier is read as a value: no name of a property or declaration, no type. */
function isValueUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false;
  const { name, propertyName } = parent as { name?: ts.Node; propertyName?: ts.Node };
  return name !== node && propertyName !== node;
}

/** Whether a parameter, variable, function or import of that name is in scope above the node. */
function isBound(node: ts.Identifier): boolean {
  for (let scope: ts.Node | undefined = node.parent; scope !== undefined; scope = scope.parent) {
    if (ts.isFunctionLike(scope) && scope.parameters.some((parameter) => binds(parameter.name, node.text))) {
      return true;
    }
    if (
      (ts.isBlock(scope) || ts.isSourceFile(scope)) &&
      scope.statements.some((s) => declares(s, node.text))
    ) {
      return true;
    }
  }
  return false;
}

function declares(statement: ts.Statement, name: string): boolean {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.some((declaration) => binds(declaration.name, name));
  }
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text === name;
  if (!ts.isImportDeclaration(statement)) return false;
  const bindings = statement.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings)
    ? bindings.elements.some((element) => element.name.text === name)
    : false;
}

function binds(pattern: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(pattern)) return pattern.text === name;
  return pattern.elements.some((element) => ts.isBindingElement(element) && binds(element.name, name));
}
