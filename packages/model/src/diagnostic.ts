/**
 * Findings about the user's content. A code is public API: renaming one is a breaking change.
 */

/** Half-open range in a source file. Lines and columns count from 1, in UTF-16 units. */
export interface SourceRange {
  readonly file: string;
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

export interface SourcePosition {
  readonly line: number;
  readonly col: number;
}

export type DiagnosticSeverity = 'error' | 'warning' | 'info';

/** Every code ever emitted, with its page in docs/lints. */
export const CODES = {
  'file/unreadable': { severity: 'error', summary: 'The file cannot be read.' },
} as const satisfies Record<string, { readonly severity: DiagnosticSeverity; readonly summary: string }>;

export type DiagnosticCode = keyof typeof CODES;

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: DiagnosticSeverity;
  /** What is wrong, quoting the value found. One sentence. */
  readonly message: string;
  readonly range: SourceRange;
  /** What to do. */
  readonly hint?: string;
  readonly related?: readonly { readonly message: string; readonly range: SourceRange }[];
}
