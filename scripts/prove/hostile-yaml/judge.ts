/** Whether `signalwright check` answered a hostile input as it must. */

import { isDeepStrictEqual } from 'node:util';
import { loadFromFiles } from '@signalwright/content';
import { CODES } from '@signalwright/model';
import { CORE_SCHEMA, load } from 'js-yaml';
import type { CommandAnswer } from '../../harness/run-command.ts';
import type { HostileInput } from './input.ts';

export interface Verdict {
  readonly codes: readonly string[];
  readonly problems: readonly string[];
}

export const CONFIG = 'stack: hostile\n';

/** @param asText without options; @param asJson with `--json`, in the same process */
export function judge(input: HostileInput, asText: CommandAnswer, asJson: CommandAnswer): Verdict {
  const problems: string[] = [];
  for (const { exitCode, err } of [asText, asJson]) {
    if (exitCode !== 0 && exitCode !== 1) problems.push(`exit code ${exitCode}: ${err.slice(0, 500)}`);
    else if (err !== '') problems.push(`said on stderr: ${err.slice(0, 200)}`);
  }
  if (asText.exitCode !== asJson.exitCode) problems.push('the second check ends otherwise than the first');
  if (Object.keys(Object.prototype).length > 0 || 'polluted' in {})
    problems.push('Object.prototype has a new key');
  if (problems.length > 0) return { codes: [], problems };
  const { errors, diagnostics } = JSON.parse(asJson.out) as {
    readonly errors: number;
    readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
  };
  const codes = [...new Set(diagnostics.map(({ code }) => code))];
  for (const code of codes) if (!Object.hasOwn(CODES, code)) problems.push(`the code ${code} is in no table`);
  if (errors > 0 !== (asJson.exitCode === 1)) problems.push(`${errors} errors, exit code ${asJson.exitCode}`);
  if (input.expected === 'refused' && errors === 0) problems.push('was accepted');
  if (input.expected === 'flagged' && diagnostics.length === 0) problems.push('was not flagged');
  if (input.expected === 'valid' && errors > 0) problems.push(`was refused: ${codes.join(', ')}`);
  if (input.expected !== 'refused' && errors === 0) problems.push(...compareWithJsYaml(input));
  return { codes, problems };
}

/** JSON writes hidden characters as themselves, and a file may hold them in escapes only. */
function inEscapes(json: string): string {
  return json.replace(/[^\n -~]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** What was accepted must mean what another reader of YAML 1.2 sees in it. */
function compareWithJsYaml({ bytes, file }: HostileInput): readonly string[] {
  const text = new TextDecoder().decode(bytes());
  let data: unknown;
  try {
    data = load(text, { schema: CORE_SCHEMA });
  } catch (error) {
    return [`was accepted, and js-yaml refuses it: ${String(error).slice(0, 200)}`];
  }
  // js-yaml reads binary numbers and signed hexadecimal and octal ones, which YAML 1.2 does not have, and no signed
  // number that starts with its point.
  if (/(^|[^\w])(?:[-+]?0b[01_]+|[-+]0[xo]|[-+]\.\d)/m.test(text)) return [];
  const ours = normalForm(file, text);
  const theirs = normalForm(file, `${inEscapes(JSON.stringify(data, undefined, 1))}\n`);
  return isDeepStrictEqual(ours, theirs) ? [] : ['was read otherwise than js-yaml reads it'];
}

function normalForm(file: string, text: string): unknown {
  const { workspace, diagnostics } = loadFromFiles(new Map([['signalwright.yaml', CONFIG]]).set(file, text));
  if (workspace === undefined) return diagnostics.map(({ code, message }) => `${code} ${message}`);
  return workspace.objects.map(({ origin: _origin, ...object }) => object);
}
