/** Critical assets as the API takes and answers them. Source: recorded conversations about `…/critical_assets`. */

import type { ContentFields, StoredContent } from '@signalwright/signals';
import { decodeCriticalAsset } from '@signalwright/wire';

import { invalidField, invalidFields, invalidQuery } from './invalid-field.ts';
import type { Author } from './rule-payload.ts';

/** @returns messages in the words of the service; none when it may be stored */
export function checkCriticalAsset(fields: ContentFields): readonly string[] {
  const decoded = decodeCriticalAsset(fields);
  if (!decoded.ok) return invalidFields(decoded);
  const { query, ruleQuery } = decoded.value;
  const bad = [...invalidQuery('query', query), ...invalidQuery('rule_query', ruleQuery)];
  if (bad.length > 0) return bad;
  return query.trim() === '' ? [invalidField('query', 'query cannot be empty')] : [];
}

/** The `data` of an answer. */
export function answerCriticalAsset(stored: StoredContent, authorOf: (actorId: string) => Author): object {
  const { fields } = stored;
  const [creator, updater] = [authorOf(stored.createdBy), authorOf(stored.updatedBy)];
  return {
    id: stored.id,
    type: 'critical_assets',
    attributes: {
      creation_author_id: creator.id,
      creation_date: stored.createdAtMs,
      creator: { handle: creator.handle, name: creator.name },
      ...(typeof fields['description'] === 'string' && { description: fields['description'] }),
      editable: true,
      enabled: fields['enabled'] ?? true,
      query: fields['query'],
      rule_query: fields['rule_query'],
      severity: fields['severity'],
      tags: fields['tags'] ?? [],
      update_author_id: updater.id,
      update_date: stored.updatedAtMs,
      updater: { handle: updater.handle, name: updater.name },
      version: stored.version,
    },
  };
}
