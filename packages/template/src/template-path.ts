/**
 * A path as people write it in a message: `service.name`, `@http.client_ip`, `[dot.key].name`.
 */

import { PATH_SEGMENTS_MAX } from './data-path.ts';
import { NAME_IN_MESSAGE, readPath } from './path.ts';

/** A path as written: `@http.client_ip` is an attribute, `rule_name` and `service.name` are variables. */
export interface TemplatePath {
  readonly kind: 'attribute' | 'variable';
  readonly segments: readonly string[];
  /** As written, with the `@` of an attribute, or the two of a slip that the service lets pass. */
  readonly text: string;
  /** UTF-16 offsets of the path itself in the text it was read from, half-open. */
  readonly start: number;
  readonly end: number;
}

export type VariableResult =
  | { readonly ok: true; readonly path: TemplatePath }
  | { readonly ok: false; readonly message: string };

/**
 * Reads one path.
 *
 * @param offset where `text` starts in the source; the path's range is counted from there
 */
export function parseVariable(text: string, offset: number): VariableResult {
  const kind = text.startsWith('@') ? 'attribute' : 'variable';
  const read = readPath(text, /^@{0,2}/.exec(text)?.[0].length ?? 0, NAME_IN_MESSAGE);
  if (read?.end !== text.length) return refuse(text);
  const { segments } = read;
  if (segments.length > PATH_SEGMENTS_MAX) {
    return { ok: false, message: `The path "${text}" has more than ${PATH_SEGMENTS_MAX} segments.` };
  }
  return { ok: true, path: { kind, segments, text, start: offset, end: offset + text.length } };
}

function refuse(text: string): VariableResult {
  return { ok: false, message: `"${text}" is not a variable or an attribute.` };
}
