/**
 * Some answers about rules of Datadog do not say which of the tags are Datadog's (`defaultTags`), and then all of them
 * read as tuned, and a plan would take them away. The body that content pins knows them.
 * Source: recorded answers: 10 of 453 rules that Datadog or a partner owns came without.
 */

import {
  attributesOf,
  isOwnedRule,
  ruleNamesOf,
  type ApiClient,
  type ApiOutcome,
  type ObjectsApi,
  type RemoteObject,
} from '@signalwright/wire';
import { tunedBy, type DesiredSource } from './desired.ts';

/** The same client; rules that content tunes come with their default tags where the answer leaves them out. */
export function withDefaultTags(client: ApiClient, content: DesiredSource): ApiClient {
  const tagsOf = new Map<unknown, readonly string[]>(
    content.objects
      .map(tunedBy)
      .filter((rule) => rule !== undefined)
      .map(({ ruleId, defaultTags }) => [ruleId, defaultTags]),
  );
  if (tagsOf.size === 0) return client;
  const complete = (object: RemoteObject): RemoteObject => {
    const rule = attributesOf(object.payload);
    if (!isOwnedRule(rule) || rule['defaultTags'] !== undefined) return object;
    const defaultTags = ruleNamesOf(rule)
      .map((name) => tagsOf.get(name))
      .find((tags) => tags !== undefined);
    return defaultTags === undefined ? object : { ...object, payload: { ...object.payload, defaultTags } };
  };
  const rules: ObjectsApi = {
    ...client.rules,
    list: async (onPage) =>
      mapDone(await client.rules.list(onPage && ((page) => onPage(page.map(complete)))), (objects) =>
        objects.map(complete),
      ),
    get: async (id) => mapDone(await client.rules.get(id), complete),
    update: async (id, body, beforeSend) =>
      mapDone(await client.rules.update(id, body, beforeSend), complete),
  };
  return { ...client, rules, objects: (kind) => (kind === 'detection-rule' ? rules : client.objects(kind)) };
}

function mapDone<T>(outcome: ApiOutcome<T>, change: (value: T) => T): ApiOutcome<T> {
  return outcome.kind === 'done' ? { ...outcome, value: change(outcome.value) } : outcome;
}
