/** Puts the quotes around texts that YAML would misread, where there is no doubt how far the text goes. */

import { applyFixes } from '../fix/apply-edits.ts';
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
    const repaired = applyFixes(current, parsed.diagnostics).text;
    if (repaired === current) return { text: current, parsed };
    current = repaired;
  }
}
