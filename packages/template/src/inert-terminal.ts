/**
 * Text from outside, made inert on a terminal and in the log of a CI job: no escape sequence moves the
 * cursor, no line is a workflow command.
 */

import { codePointText, spellOut } from './spell-out.ts';

/** OSC, DCS, SOS, PM, APC up to their end; CSI; two-character escapes. Both the 7-bit and the 8-bit forms. */
const ESCAPE_SEQUENCE =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** GitHub reads `::command` at the start of a line (after spaces) and `##[command]` anywhere in it; Azure reads `##vso[`. */
const WORKFLOW_COMMAND = /^([\s\ufeff]*):(?=:)|#(?=#\[|#vso\[)/gim;

/**
 * The text with escape sequences and control characters removed, invisible and bidirectional characters
 * spelled out, and workflow commands broken. Line feeds and tabs stay.
 */
export function inertTerminal(text: string): string {
  const visible = text
    .replace(ESCAPE_SEQUENCE, '')
    .replace(CONTROL, '')
    .split('\n')
    .map((line) => line.split('\t').map(spellOut).join('\t'))
    .join('\n');
  return visible.replace(WORKFLOW_COMMAND, (found, indent: string | undefined) =>
    indent === undefined ? codePointText(found) : `${indent}${codePointText(':')}`,
  );
}
