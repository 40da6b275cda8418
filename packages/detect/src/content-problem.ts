/** What is wrong with an object of content, and the compilers of its texts that find it. */

import type { ContentPath, SearchDocument } from '@signalwright/model';
import { compileMatcher, parseQuery, type Query } from '@signalwright/query';
import { parseTemplate, type Template } from '@signalwright/template';

/** One thing wrong with an object, and where: the path of the value, and characters in its text if known. */
export interface ContentProblem {
  readonly path: ContentPath;
  /** `query/…`, `condition/…`, `template/…`, `rule/…`, `suppression/…`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly start?: number;
  readonly end?: number;
}

export interface QueryText {
  readonly query: Query;
  readonly matches: (document: SearchDocument) => boolean;
}

/** @returns undefined when it does not parse; its errors are added to `problems`. Empty matches everything. */
export function compileQueryText(
  text: string,
  path: ContentPath,
  problems: ContentProblem[],
): QueryText | undefined {
  const parsed = parseQuery(text);
  if (parsed.ok) return { query: parsed.query, matches: compileMatcher(parsed.query) };
  for (const error of parsed.errors) problems.push(problemOf(path, `query/${error.code}`, error));
  return undefined;
}

/** @returns undefined when it does not parse; its errors are added to `problems` */
export function compileTemplateText(
  source: string,
  path: ContentPath,
  problems: ContentProblem[],
): Template | undefined {
  const parsed = parseTemplate(source);
  if (parsed.ok) return parsed.template;
  for (const error of parsed.errors) problems.push(problemOf(path, error.code, error));
  return undefined;
}

interface Finding {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint?: string;
}

/** A finding in the text at `path`. */
export function problemOf(
  path: ContentPath,
  code: string,
  { message, start, end, hint }: Finding,
): ContentProblem {
  return { path, code, message, start, end, ...(hint !== undefined && { hint }) };
}
