/** Puts the quotes around texts that YAML would misread, where there is no doubt how far the text goes. */

import type { Diagnostic } from '@signalwright/model';
import { parseYaml, type ParsedYaml } from '../parse/parse-yaml.ts';
import { sourceText } from '../source-text.ts';

const MAX_ROUNDS = 50;

/** @returns the repaired text, or the diagnostics that a person has to look at */
export function repairQuotes(
  file: string,
  text: string,
): { readonly text: string; readonly parsed: ParsedYaml } {
  let current = text;
  for (let round = 0; ; round += 1) {
    const parsed = parseYaml(sourceText(file, current));
    if (parsed.ok || round === MAX_ROUNDS) return { text: current, parsed };
    if (parsed.diagnostics.some((each) => each.code !== 'yaml/needs-quotes'))
      return { text: current, parsed };
    const repaired = parsed.diagnostics.toReversed().reduce(repairOne, current);
    if (repaired === current) return { text: current, parsed };
    current = repaired;
  }
}

/** Certain is a value that stands alone behind its key or dash, up to the end of its line, and a key at its start. */
function repairOne(text: string, { range }: Diagnostic): string {
  const lines = text.split('\n');
  const line = lines[range.start.line - 1];
  if (line === undefined || range.start.line !== range.end.line) return text;
  const before = line.slice(0, range.start.col - 1);
  const inside = line.slice(range.start.col - 1, range.end.col - 1);
  const after = line.slice(range.end.col - 1);
  const isValue = /^\s*(- )*('[^']*'|[\w.-]+): +$/.test(before) && /^\s*$/.test(after);
  const isItem = /^\s*(- )+$/.test(before) && /^\s*$/.test(after) && !/:\s/.test(inside);
  const isKey = /^\s*(- )*$/.test(before) && /^:(\s|$)/.test(after);
  if (!isValue && !isItem && !isKey) return text;
  lines[range.start.line - 1] = `${before}'${inside.replaceAll("'", "''")}'${after}`;
  return lines.join('\n');
}
