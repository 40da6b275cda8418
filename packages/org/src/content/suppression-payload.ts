/** Suppressions as the API takes and answers them. Source: recorded conversations about `…/suppressions`. */

import type { ContentFields, StoredContent } from '@signalwright/signals';
import { decodeSuppression } from '@signalwright/wire';

import { invalidField, invalidFields, invalidQuery } from './invalid-field.ts';
import type { Author } from './rule-payload.ts';

const QUERY_FIELDS = ['rule_query', 'suppression_query', 'data_exclusion_query'] as const;

/** @returns messages in the words of the service; none when it may be stored */
export function checkSuppressionFields(fields: ContentFields): readonly string[] {
  const decoded = decodeSuppression(fields, { id: 'new-suppression' });
  if (!decoded.ok) return invalidFields(decoded);
  const problems = QUERY_FIELDS.flatMap((key) => invalidQuery(key, fields[key]));
  if (problems.length > 0) return problems;
  const { suppressSignals, excludeEvents, startsAtMs, expiresAtMs } = decoded.value;
  if (suppressSignals.trim() === '' && excludeEvents.trim() === '') {
    return [
      invalidField('suppression_query', 'either suppression_query or data_exclusion_query is required'),
    ];
  }
  if (startsAtMs !== undefined && expiresAtMs !== undefined && startsAtMs >= expiresAtMs) {
    return [invalidField('expiration_date', 'the expiration date must be after the start date')];
  }
  return [];
}

/** The `data` of an answer. */
export function answerSuppression(
  stored: StoredContent,
  authorOf: (actorId: string) => Author,
): Readonly<Record<string, unknown>> {
  const { fields } = stored;
  const creator = authorOf(stored.createdBy);
  const updater = authorOf(stored.updatedBy);
  return {
    id: stored.id,
    type: 'suppressions',
    attributes: {
      creation_date: stored.createdAtMs,
      creator: { handle: creator.handle, name: creator.name },
      data_exclusion_query: fields['data_exclusion_query'] ?? '',
      description: fields['description'] ?? '',
      editable: true,
      enabled: fields['enabled'],
      ...dateOf(fields, 'expiration_date'),
      name: fields['name'],
      rule_query: fields['rule_query'],
      ...dateOf(fields, 'start_date'),
      suppression_query: fields['suppression_query'] ?? '',
      tags: sortedTags(fields['tags']),
      update_date: stored.updatedAtMs,
      updater: { handle: updater.handle, name: updater.name },
      version: stored.version,
    },
  };
}

/** null clears a date: it is stored, and not answered. */
function dateOf(fields: ContentFields, key: string): Readonly<Record<string, unknown>> {
  const value = fields[key];
  return value === undefined || value === null ? {} : { [key]: value };
}

/** Recorded: tags come back in order. */
export function sortedTags(tags: unknown): readonly string[] {
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string').toSorted() : [];
}
