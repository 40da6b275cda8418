/**
 * What can be wrong with a message template or a workflow expression. Errors are values with
 * offsets; the room that knows the file turns them into diagnostics with line and column.
 */

/** Every code of this room. A code is public: a diagnostic is named after it. */
export type TemplateErrorCode =
  | 'template/too-long'
  | 'template/too-deep'
  | 'template/too-many-tags'
  | 'template/character'
  | 'template/syntax'
  | 'template/unclosed-block'
  | 'template/unescaped-output'
  | 'template/partial'
  | 'template/decorator'
  | 'template/sub-expression'
  | 'template/unknown-helper'
  | 'template/bad-arguments'
  | 'template/bad-path'
  | 'template/bad-arithmetic'
  | 'template/unknown-time-zone'
  | 'expression/too-long'
  | 'expression/too-many-parts'
  | 'expression/unclosed'
  | 'expression/bad-path'
  | 'expression/javascript';

/** One finding. `start` and `end` are a half-open range of UTF-16 offsets in the source text. */
export interface TemplateError {
  readonly code: TemplateErrorCode;
  /** What is wrong, quoting what was found. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** What to do about it. */
  readonly hint?: string;
}

/** Builds a finding; leaves `hint` out when there is none. */
export function templateError(
  code: TemplateErrorCode,
  message: string,
  range: { readonly start: number; readonly end: number },
  hint?: string,
): TemplateError {
  return { code, message, start: range.start, end: range.end, ...(hint !== undefined && { hint }) };
}
