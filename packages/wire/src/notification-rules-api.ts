/**
 * Notification rules over both endpoints as one: those over signals and those over findings. A body says by its
 * trigger source where it belongs; an id alone does not, so a rule that is not at the one is asked for at the other.
 */

import type { NotificationSource, Payload } from '@signalwright/model';
import type { ObjectsApi } from './objects-api.ts';
import { attributesOf } from './ownership.ts';
import { isJsonObject } from './payload-reader.ts';
import { isNotThere } from './read-outcome.ts';
import type { RemoteObject } from './update-body.ts';

/** @param endpoints whose `delete` says when there is nothing to delete. @returns one that does, too */
export function notificationRulesApi(
  endpoints: Readonly<Record<NotificationSource, ObjectsApi>>,
): ObjectsApi {
  const { security_signals: signals, security_findings: findings } = endpoints;
  return {
    list: async () => {
      const both = [await signals.list(), await findings.list()];
      const rows = new Map<string, RemoteObject>();
      for (const outcome of both) {
        // Half a list is no list: what is missing would be made twice.
        if (outcome.kind !== 'done') return outcome;
        for (const row of outcome.value) rows.set(row.id, row);
      }
      return { kind: 'done', value: [...rows.values()] };
    },
    get: async (id) => {
      const found = await signals.get(id);
      return isNotThere(found) ? findings.get(id) : found;
    },
    create: (body, beforeSend) => endpoints[sourceOf(body)].create(body, beforeSend),
    update: (id, body, beforeSend) => endpoints[sourceOf(body)].update(id, body, beforeSend),
    delete: async (id, beforeSend) => {
      const outcome = await signals.delete(id, beforeSend);
      return isNotThere(outcome) ? findings.delete(id, beforeSend) : outcome;
    },
  };
}

function sourceOf(body: Payload): NotificationSource {
  const { selectors } = attributesOf(body);
  const source = isJsonObject(selectors) ? selectors['trigger_source'] : undefined;
  return source === 'security_findings' ? source : 'security_signals';
}
