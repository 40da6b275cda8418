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
  'file/too-large': { severity: 'error', summary: 'The file is larger than 1 MiB.' },
  'file/too-many': { severity: 'error', summary: 'The folders hold more files than one workspace may have.' },
  'file/outside-root': { severity: 'error', summary: 'The file or folder is a link to a place outside the content.' },
  'file/not-a-file': { severity: 'error', summary: 'The entry is neither a file nor a folder.' },
  'file/no-content': { severity: 'error', summary: 'No content was found.' },
  'file/no-config': { severity: 'error', summary: 'There is no signalwright.yaml.' },
  'file/name-differs': { severity: 'warning', summary: 'The file is not named after the id of its object.' },
  'file/wrong-folder': { severity: 'warning', summary: 'The file stands in the folder of another kind.' },
  'text/not-utf8': { severity: 'error', summary: 'The file is not UTF-8.' },
  'text/byte-order-mark': { severity: 'error', summary: 'The file starts with a byte order mark.' },
  'text/control-character': { severity: 'error', summary: 'The text holds a control character.' },
  'text/bidi-character': { severity: 'error', summary: 'The text holds a character that changes the direction of writing.' },
  'text/invisible-character': { severity: 'error', summary: 'The text holds a character that nobody sees.' },
  'text/lone-surrogate': { severity: 'error', summary: 'The text holds half of a surrogate pair.' },
  'text/mixed-script': { severity: 'error', summary: 'A key or query mixes letters of two scripts.' },
  'yaml/syntax': { severity: 'error', summary: 'The file is not valid YAML.' },
  'yaml/empty': { severity: 'error', summary: 'The file is empty.' },
  'yaml/not-a-map': { severity: 'error', summary: 'The file is not a map of keys and values.' },
  'yaml/needs-quotes': { severity: 'error', summary: 'A text that YAML reads as something else must be quoted.' },
  'yaml/comment-cuts-query': { severity: 'error', summary: 'A plain query is cut off by what YAML takes for a comment.' },
  'yaml/too-deep': { severity: 'error', summary: 'The file nests too deep.' },
  'yaml/too-many-nodes': { severity: 'error', summary: 'The file has too many values.' },
  'yaml/anchor': { severity: 'error', summary: 'Anchors are not allowed.' },
  'yaml/alias': { severity: 'error', summary: 'Aliases are not allowed.' },
  'yaml/merge-key': { severity: 'error', summary: 'Merge keys are not allowed.' },
  'yaml/tag': { severity: 'error', summary: 'Tags are not allowed.' },
  'yaml/directive': { severity: 'error', summary: 'Directives are not allowed.' },
  'yaml/several-documents': { severity: 'error', summary: 'The file holds more than one document.' },
  'yaml/duplicate-key': { severity: 'error', summary: 'A key is written twice in one map.' },
  'yaml/key-not-text': { severity: 'error', summary: 'A key is not text.' },
  'yaml/unsafe-key': { severity: 'error', summary: 'A key reaches the prototype of JavaScript objects.' },
  'yaml/leading-zero': { severity: 'error', summary: 'A number starts with zero and would lose it.' },
  'yaml/inexact-number': { severity: 'error', summary: 'A number cannot be kept exactly.' },
  'schema/unknown-key': { severity: 'error', summary: 'A key is not known here.' },
  'schema/missing-key': { severity: 'error', summary: 'A required key is missing.' },
  'schema/no-value': { severity: 'error', summary: 'A key has no value.' },
  'schema/wrong-type': { severity: 'error', summary: 'A value has the wrong type.' },
  'schema/not-allowed': { severity: 'error', summary: 'A value is not one of those allowed.' },
  'schema/bad-format': { severity: 'error', summary: 'A text does not have the form it must have.' },
  'schema/out-of-range': { severity: 'error', summary: 'A number is too small or too large.' },
  'schema/bad-length': { severity: 'error', summary: 'A text is empty or too long.' },
  'schema/wrong-count': { severity: 'error', summary: 'A list or map has too few or too many entries.' },
  'schema/duplicate-item': { severity: 'error', summary: 'A list holds an item twice.' },
  'schema/exclusive-keys': { severity: 'error', summary: 'Two keys cannot stand together.' },
  'schema/no-form': { severity: 'error', summary: 'A value has none of the forms it may have.' },
  'schema/not-yet': { severity: 'error', summary: 'This version does not know the feature yet.' },
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
