/** Notification rules as the API takes and answers them. Source: recorded conversations about `…/notification_rules`. */

import { compileNotificationRule } from '@signalwright/detect';
import type { ContentFields, StoredContent } from '@signalwright/signals';
import { decodeNotificationRule } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import type { Author } from './rule-payload.ts';
import { invalidField, invalidFields } from './invalid-field.ts';

/** @returns messages in the words of the service; none when it may be stored */
export function checkNotificationFields(fields: ContentFields): readonly string[] {
  const missing = checkShape(fields);
  if (missing.length > 0) return missing;
  const decoded = decodeNotificationRule(fields, { id: 'new-rule' });
  if (!decoded.ok) return invalidFields(decoded);
  const compiled = compileNotificationRule(decoded.value);
  return compiled.ok ? [] : compiled.problems.map(({ message }) => invalidField('selectors.query', message));
}

function checkShape(fields: ContentFields): readonly string[] {
  const { name, selectors, targets } = fields;
  return [
    ...(typeof name === 'string' && name !== '' ? [] : [invalidField('name', 'it cannot be empty')]),
    ...(isObject(selectors) ? [] : [invalidField('selectors', 'it is required')]),
    ...(Array.isArray(targets) &&
    targets.every((target) => typeof target === 'string' && target.startsWith('@'))
      ? []
      : [invalidField('targets', 'each target starts with @')]),
  ];
}

/** Whether a rule is over findings; recorded: the endpoint of signals takes and changes these as well. */
export function isOverFindings(fields: ContentFields): boolean {
  const { selectors } = fields;
  return isObject(selectors) && selectors['trigger_source'] === 'security_findings';
}

/** The `data` of an answer. */
export function answerNotificationRule(
  stored: StoredContent,
  authorOf: (actorId: string) => Author,
): Readonly<Record<string, unknown>> {
  const { fields } = stored;
  const creator = authorOf(stored.createdBy);
  const modifier = authorOf(stored.updatedBy);
  return {
    id: stored.id,
    type: 'notification_rules',
    attributes: {
      created_at: stored.createdAtMs,
      created_by: { name: creator.name, handle: creator.handle },
      modified_at: stored.updatedAtMs,
      modified_by: { name: modifier.name, handle: modifier.handle },
      time_aggregation: 0,
      ...fields,
      enabled: fields['enabled'] ?? true,
      version: stored.version,
    },
  };
}
