/** How the service refuses a field of JSON:API attributes. Source: recorded refusals. */

import { parseQuery } from '@signalwright/query';
import type { Decoded } from '@signalwright/wire';

export function invalidField(field: string, message: string): string {
  return `input_validation_error(Field 'data.attributes.${field}' is invalid: ${message})`;
}

/** A message for each problem that a decoder found. */
export function invalidFields(decoded: Decoded<unknown>): readonly string[] {
  return decoded.ok ? [] : decoded.problems.map(({ path, message }) => invalidField(path, message));
}

/** @returns the refusal of a field that holds no query of the search language, as it is recorded; else nothing */
export function invalidQuery(field: string, query: unknown): readonly string[] {
  if (query === undefined || query === null || query === '') return [];
  const isQuery = typeof query === 'string' && parseQuery(query).ok;
  return isQuery ? [] : [invalidField(field, `${field.replaceAll('_', ' ')} is invalid`)];
}
