/**
 * A diagnostic as a GitHub Actions annotation. Source: GitHub "Workflow commands", annotations; actions/toolkit, core
 * `AnnotationProperties`: columns only where the range lies on one line, and the last column belongs to it.
 */

import type { Diagnostic } from '@signalwright/model';

const COMMAND = { error: 'error', warning: 'warning', info: 'notice' } as const;

/**
 * Every part is escaped, so that text from a file cannot end the command or start another.
 *
 * @param prefix folder of the content in the repository: empty, or with a `/` at its end
 */
export function renderAnnotation(diagnostic: Diagnostic, prefix: string): string {
  const { range, severity, code, message, hint } = diagnostic;
  const properties = [
    `file=${escapeProperty(`${prefix}${range.file}`)}`,
    `line=${range.start.line}`,
    `endLine=${range.end.line}`,
    ...columnsOf(range),
    `title=${escapeProperty(code)}`,
  ].join(',');
  return `::${COMMAND[severity]} ${properties}::${escapeData(hint === undefined ? message : `${message} ${hint}`)}`;
}

function columnsOf({ start, end }: Diagnostic['range']): readonly string[] {
  if (start.line !== end.line) return [];
  return [`col=${start.col}`, `endColumn=${Math.max(start.col, end.col - 1)}`];
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
