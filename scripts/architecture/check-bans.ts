/**
 * Constructs that are refused everywhere, tests included, and that oxlint has no rule for.
 * Each stands for a class of attack of docs/threats.md, or for a test that cannot fail.
 */

import { basename } from 'node:path';
import { ts } from 'ts-morph';
import type { Finding } from './finding.ts';
import { lineOf, walk, type SourceFile } from './read-sources.ts';

type Verdict = Pick<Finding, 'code' | 'message' | 'hint'>;

const HTML_SINKS = new Set([
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'dangerouslySetInnerHTML',
  'srcdoc',
  'createContextualFragment',
]);

/** Names that say nothing about what is inside. */
const VAGUE_NAMES = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared', 'lib']);

/** Every banned construct, with the line of each. */
export function checkBans(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const findings: Finding[] = checkName(file).map((verdict) => ({ ...verdict, file: file.path, line: 1 }));
    walk(file.syntax, (node) => {
      for (const verdict of judge(node)) {
        findings.push({ ...verdict, file: file.path, line: lineOf(file.syntax, node) });
      }
    });
    return findings;
  });
}

function checkName(file: SourceFile): Verdict[] {
  const name = basename(file.path).replace(/\..*$/, '');
  const verdicts: Verdict[] = [];
  if (VAGUE_NAMES.has(name)) {
    verdicts.push({
      code: 'names/vague',
      message: `"${basename(file.path)}" could hold anything.`,
      hint: 'Name the file after the one noun or verb it owns.',
    });
  }
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) {
    verdicts.push({
      code: 'names/kebab-case',
      message: `"${basename(file.path)}" is not in kebab-case.`,
      hint: 'Use small letters, digits and single hyphens.',
    });
  }
  return verdicts;
}

function judge(node: ts.Node): Verdict[] {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) return judgeCall(node);
  if (ts.isPropertyAccessExpression(node) && HTML_SINKS.has(node.name.text))
    return [htmlSink(node.name.text)];
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    const name = node.argumentExpression.text;
    return HTML_SINKS.has(name) ? [htmlSink(name)] : [];
  }
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) {
    if (HTML_SINKS.has(node.name.text)) return [htmlSink(node.name.text)];
    if (node.name.text === 'shell' && node.initializer.kind !== ts.SyntaxKind.FalseKeyword) return [SHELL];
  }
  return [];
}

function judgeCall(node: ts.NewExpression | ts.CallExpression): Verdict[] {
  const callee = node.expression;
  const first = node.arguments?.[0];
  if (isGlobal(callee, 'RegExp') && (first === undefined || !isFixedPattern(first))) return [REGEXP];
  if (isGlobal(callee, 'eval') || isGlobal(callee, 'Function')) return [EVAL];
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return [];
  const [object, member] = [callee.expression.text, callee.name.text];
  if (object === 'document' && (member === 'write' || member === 'writeln'))
    return [htmlSink('document.write')];
  if (object === 'vi' && (member === 'mock' || member === 'doMock')) return [MOCK];
  if (['test', 'it', 'describe'].includes(object) && member === 'only') return [ONLY];
  return [];
}

/** `RegExp` and `globalThis.RegExp` alike. */
function isGlobal(callee: ts.Expression, name: string): boolean {
  if (ts.isIdentifier(callee)) return callee.text === name;
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === name &&
    ts.isIdentifier(callee.expression) &&
    ['globalThis', 'window', 'self', 'global'].includes(callee.expression.text)
  );
}

/** A pattern that is written out in this very file, whole: literals, and upper-case constants made of them. */
function isFixedPattern(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node)) return true;
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.every((span) => isFixedPattern(span.expression));
  }
  if (ts.isPropertyAccessExpression(node))
    return node.name.text === 'source' && isFixedPattern(node.expression);
  if (!ts.isIdentifier(node) || !/^[A-Z][A-Z0-9_]*$/.test(node.text)) return false;
  const initializer = constantOf(node.getSourceFile(), node.text);
  return initializer !== undefined && isFixedPattern(initializer);
}

/** What the top-level `const` of that name is set to. */
function constantOf(source: ts.SourceFile, name: string): ts.Expression | undefined {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) continue;
    for (const declaration of statement.declarationList.declarations) {
      if (ts.isIdentifier(declaration.name) && declaration.name.text === name) return declaration.initializer;
    }
  }
  return undefined;
}

const REGEXP: Verdict = {
  code: 'bans/regexp-from-data',
  message: 'A regular expression is built from a value.',
  hint: 'Write the pattern as a literal; a pattern that comes from data runs in RE2 (re2js), never here.',
};

const EVAL: Verdict = {
  code: 'bans/eval',
  message: 'Text is run as code.',
  hint: 'Parse what you need into a closed tree and walk it.',
};

const SHELL: Verdict = {
  code: 'bans/shell',
  message: 'A process is started through a shell.',
  hint: 'Pass the arguments as a list.',
};

const MOCK: Verdict = {
  code: 'bans/mock',
  message: 'A module is replaced by a mock.',
  hint: 'Hand the collaborator in as an argument, or run a fake that speaks the protocol.',
};

const ONLY: Verdict = {
  code: 'bans/only',
  message: 'A focused test hides all the others.',
  hint: 'Remove ".only".',
};

function htmlSink(name: string): Verdict {
  return {
    code: 'bans/html-sink',
    message: `"${name}" parses text as HTML.`,
    hint: 'Build elements and set textContent.',
  };
}
