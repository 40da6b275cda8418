/** Builds a diagnostic; the severity comes from the table of codes, never from the caller. */

import { CODES, type Diagnostic, type DiagnosticCode, type SourceRange } from '@signalwright/model';

export interface DiagnosticDetails {
  /** What to do. */
  readonly hint?: string | undefined;
  readonly related?: Diagnostic['related'];
  readonly fix?: Diagnostic['fix'] | undefined;
}

export function diagnostic(
  code: DiagnosticCode,
  range: SourceRange,
  message: string,
  details: DiagnosticDetails = {},
): Diagnostic {
  return {
    code,
    severity: CODES[code].severity,
    message,
    range,
    ...(details.hint !== undefined && { hint: details.hint }),
    ...(details.related !== undefined && { related: details.related }),
    ...(details.fix !== undefined && { fix: details.fix }),
  };
}

/** Quotes a value of the user for a message, on one line and not endless. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replace(/\s+/g, ' ');
  return `"${line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED - 1)}…` : line}"`;
}

const MAX_QUOTED = 60;
