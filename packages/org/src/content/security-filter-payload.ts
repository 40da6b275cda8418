/** Security filters as the API takes and answers them. Source: recorded conversations about `…/security_filters`. */

import type { ContentFields, StoredContent } from '@signalwright/signals';
import { decodeSecurityFilter } from '@signalwright/wire';

import { invalidFields, invalidQuery } from './invalid-field.ts';

/** @returns messages in the words of the service; none when it may be stored */
export function checkSecurityFilter(fields: ContentFields): readonly string[] {
  const decoded = decodeSecurityFilter(fields);
  if (!decoded.ok) return invalidFields(decoded);
  const { query, exclusions } = decoded.value;
  return [
    ...invalidQuery('query', query),
    ...exclusions.flatMap((exclusion, index) =>
      invalidQuery(`exclusion_filters[${index}].query`, exclusion.query),
    ),
  ];
}

/** The `data` of an answer. */
export function answerSecurityFilter({ id, version, fields }: StoredContent): object {
  return { id, type: 'security_filters', attributes: { ...securityFilterEntry(fields), version } };
}

/** What both answers of a filter have, alone and as an entry of the configuration's versions. */
export function securityFilterEntry(fields: ContentFields): Readonly<Record<string, unknown>> {
  return {
    name: fields['name'],
    query: fields['query'],
    is_enabled: fields['is_enabled'],
    exclusion_filters: fields['exclusion_filters'],
    filtered_data_type: fields['filtered_data_type'],
    is_builtin: fields['is_builtin'] ?? false,
  };
}

/** Every org has it, and cannot delete it. Recorded: name, query and all the rest. */
export const BUILT_IN_FILTER: ContentFields = {
  name: 'all ingested logs',
  query: '*',
  is_enabled: true,
  exclusion_filters: [],
  filtered_data_type: 'logs',
  is_builtin: true,
};
