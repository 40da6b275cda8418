/** An entry of the org's log as one line of JSON that a terminal shows as it is, whoever wrote the texts in it. */

import type { LogEntry } from '@signalwright/org';

/** C1 controls, marks of direction and ends of lines that JSON leaves as they are. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function logLine(entry: LogEntry): string {
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(entry).replaceAll(UNSAFE, escaped)}\n`;
}
