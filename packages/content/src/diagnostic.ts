/**
 * Builds a diagnostic; the severity comes from the table of codes, never from the caller. Reports go to logs and
 * services that more people read than the file, so that a secret of a known form is masked here (decision 0285).
 */

import { CODES, type Diagnostic, type DiagnosticCode, type SourceRange } from '@signalwright/model';
import { findSecrets, maskSecrets } from '@signalwright/template';

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
  const { hint, related, fix } = details;
  return {
    code,
    severity: CODES[code].severity,
    message: shown(message),
    range,
    ...(hint !== undefined && { hint: shown(hint) }),
    ...(related !== undefined && {
      related: related.map((other) => ({ ...other, message: shown(other.message) })),
    }),
    // What is mended by a program must be what was written: there is no masked mend.
    ...(fix !== undefined && !fix.edits.some(({ text }) => findSecrets(text).length > 0) && { fix }),
  };
}

function shown(text: string): string {
  // Masked before it is cut: the start of a secret has no known form.
  const masked = maskSecrets(text.slice(0, MAX_SHOWN + MAX_READ));
  return masked.length > MAX_SHOWN ? `${masked.slice(0, MAX_SHOWN - 1)}…` : masked;
}

/** A list of all known keys fits; what a file repeats a million times does not. */
const MAX_SHOWN = 4_000;

/** Quotes a value of the user for a message, on one line and not endless. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = maskSecrets(text.slice(0, MAX_READ)).replace(/\s+/g, ' ');
  return `"${line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED - 1)}…` : line}"`;
}

const MAX_QUOTED = 60;
/** Longer than any secret, and than what is shown when blanks are folded. */
const MAX_READ = 8_000;

/** More names than a person reads in one line. */
const MAX_NAMES = 5;

/** Names in a sentence, the first few of many. */
export function someNames(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return names.slice(0, MAX_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
