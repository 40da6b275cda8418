/**
 * Fields that the server fills or owns: no diff may show them, no decoder may stumble over them.
 * Source: recorded answers of the public API; a reason each, since a field listed here is never compared.
 */

import type { RemoteKind } from './ownership.ts';

/** Path of the field to why it is ignored. */
export type ServerFilled = Readonly<Record<string, string>>;

export const SERVER_FILLED: Readonly<Record<RemoteKind, ServerFilled>> = {
  'detection-rule': {
    id: 'given by the server',
    version: 'counts updates; travels as the precondition of an update',
    createdAt: 'when it was made',
    updatedAt: 'when it was last changed',
    creationAuthorId: 'who made it',
    updateAuthorId: 'who last changed it',
    creator: 'who made it, with name and handle',
    updater: 'who last changed it, with name and handle',
    isDefault: 'whether Datadog owns the rule',
    isPartner: 'whether a partner owns the rule',
    isBeta: 'release state of a rule that Datadog owns',
    isDeleted: 'life cycle',
    isDeprecated: 'life cycle of a rule that Datadog owns',
    deprecationDate: 'life cycle of a rule that Datadog owns',
    defaultTags: 'tags that Datadog set on its own rule; they stand in tags too',
    defaultRuleId: 'which of Datadog’s rules it came from',
    partnerIntegrationId: 'which partner integration it came from',
    blocking: 'derived: whether a case blocks',
    metadata: 'derived from the queries: entities and sources',
    dependencies: 'derived from the queries: security activities',
    findingType: 'derived from the type',
    projectedPerQuery: 'derived from the queries',
    'options.relatedSignalsFields': 'derived from the group-by fields',
  },
  suppression: {
    creation_date: 'when it was made',
    creator: 'who made it',
    update_date: 'when it was last changed',
    updater: 'who last changed it',
    editable: 'whether this key may change it',
    version: 'counts updates; travels as the precondition of an update',
  },
  'notification-rule': {
    created_at: 'when it was made',
    created_by: 'who made it',
    modified_at: 'when it was last changed',
    modified_by: 'who last changed it',
    version: 'counts updates; required as the precondition of an update',
  },
  workflow: {
    createdAt: 'when it was made',
    updatedAt: 'when it was last changed',
    webhookSecret: 'write-only: never in an answer, and in content by name alone',
    runAsUserMode: 'the kind of runAs',
    sensitivePrivileges: 'derived from the steps',
    'spec.steps.display': 'where the box stands on the canvas; kept through updates',
    'spec.annotations.display': 'where the note stands on the canvas; kept through updates',
  },
};

/** Names of the fields directly under `prefix`: `options.` gives `relatedSignalsFields`. */
export function fieldNames(table: ServerFilled, prefix = ''): readonly string[] {
  return Object.keys(table)
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length))
    .filter((name) => !name.includes('.'));
}
