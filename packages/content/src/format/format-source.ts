/**
 * The formatter: keys in schema order, two spaces a level, one style of quotes. Comments stay, and the value of the
 * file stays: what is written back is made of the file's own text, and is read again before it is handed out.
 */

import type { Diagnostic } from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import { CST, Lexer } from 'yaml';
import { parseYaml } from '../parse/parse-yaml.ts';
import { sourceText } from '../source-text.ts';
import { keyOrder, schemaNameOf } from './key-order.ts';
import { printBlocks, UnusualForm } from './print-blocks.ts';
import { repairQuotes } from './repair-quotes.ts';

export type FormatResult =
  | {
      readonly ok: true;
      readonly text: string;
      readonly changed: boolean;
    }
  /** The file is not YAML that we read; nothing was changed. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Formats one content file. Idempotent. Forms that are rare (a key after `?`, a block with an indentation number, a
 * comment between a key and its value) are left as they are, and with them the rest of the file's layout.
 *
 * @param file path for diagnostics
 */
export function formatSource(file: string, text: string): FormatResult {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const { text: repaired, parsed } = repairQuotes(file, plain);
  if (!parsed.ok) return { ok: false, diagnostics: parsed.diagnostics };
  const name = schemaNameOf(parsed.data);
  const orderOf = (path: Parameters<typeof keyOrder>[1]): readonly string[] =>
    name === undefined ? [] : keyOrder(name, path);
  const printed = print(repaired, parsed.root, orderOf);
  const result = isFaithful(file, repaired, parsed.data, printed) ? printed : repaired;
  return { ok: true, text: result, changed: result !== text };
}

function print(
  text: string,
  root: Parameters<typeof printBlocks>[1],
  orderOf: Parameters<typeof printBlocks>[2],
): string {
  try {
    return printBlocks(text, root, orderOf);
  } catch (error) {
    if (error instanceof UnusualForm) return text;
    throw error;
  }
}

/** The same value and the same comments, whatever their order. */
function isFaithful(file: string, before: string, data: unknown, after: string): boolean {
  if (after === before) return true;
  const parsed = parseYaml(sourceText(file, after));
  return (
    parsed.ok && isDeepStrictEqual(parsed.data, data) && isDeepStrictEqual(comments(after), comments(before))
  );
}

function comments(text: string): readonly string[] {
  const found: string[] = [];
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isScalar && CST.tokenType(lexeme) === 'comment') found.push(lexeme.trimEnd());
    isScalar = lexeme === CST.SCALAR;
  }
  return found.toSorted();
}
