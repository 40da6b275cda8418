/**
 * Body of an update that makes a remote object what the create body says.
 * A rule's PUT and the PATCHes replace only the fields that they name, so what somebody else set and content does
 * not have is cleared by name. The version is the precondition. Source: recorded updates, api notes on versions.
 */

import { unreachable, type Payload } from '@signalwright/model';
import { ruleRequest } from './create-body.ts';
import { normalisePayload } from './normalise-payload.ts';
import { isOwnedRule, ownedUpdate } from './owned-rule.ts';
import { attributesOf, type RemoteKind } from './ownership.ts';
import { isEmptyValue, isJsonObject, type JsonObject } from './payload-reader.ts';

export interface RemoteObject {
  readonly kind: RemoteKind;
  readonly id: string;
  /** Undefined for workflows, which have none. */
  readonly version?: number;
  /** When it was last changed, as the server wrote it; the only sign of change that workflows have. */
  readonly updatedAt?: string;
  /** As answered: a rule, or the `data` of a JSON:API answer. */
  readonly payload: Payload;
}

/** Fields that an update can never change. */
export const FIXED_FIELDS: Readonly<Record<RemoteKind, readonly string[]>> = {
  'detection-rule': ['type', 'options.detectionMethod'],
  suppression: [],
  // Each source has an endpoint of its own.
  'notification-rule': ['selectors.trigger_source'],
  workflow: [],
};

/** @param desired create body of the same kind */
export function encodeUpdate(desired: Payload, remote: RemoteObject): Payload {
  const attributes = { ...clearedFields(desired, remote), ...attributesOf(desired) };
  const version = remote.version === undefined ? {} : { version: remote.version };
  switch (remote.kind) {
    case 'detection-rule': {
      const there = attributesOf(remote.payload);
      if (isOwnedRule(there)) return { ...ownedUpdate(attributesOf(desired), there), ...version };
      const { type: _fixed, ...changeable } = ruleRequest(attributes);
      return { ...changeable, ...version };
    }
    case 'suppression':
      return { data: { type: 'suppressions', attributes: { ...attributes, ...version } } };
    case 'notification-rule':
      return {
        data: { id: remote.id, type: 'notification_rules', attributes: { ...attributes, ...version } },
      };
    case 'workflow':
      return {
        data: {
          id: remote.id,
          type: 'workflows',
          attributes: { ...attributes, spec: keepPositions(attributes['spec'], remote) },
        },
      };
    default:
      return unreachable(remote.kind);
  }
}

/** Top-level fields that the remote object has and the desired one leaves to its default. */
function clearedFields(desired: Payload, remote: RemoteObject): Payload {
  const wanted = normalisePayload(remote.kind, desired);
  const present = normalisePayload(remote.kind, remote.payload);
  const given = attributesOf(desired);
  const cleared = Object.keys(present).filter((key) => !Object.hasOwn(given, key));
  return Object.fromEntries(
    cleared
      .filter((key) => JSON.stringify(present[key]) !== JSON.stringify(wanted[key]))
      .map((key) => [key, emptyLike(present[key], wanted[key])]),
  );
}

function emptyLike(present: unknown, wanted: unknown): unknown {
  if (wanted !== undefined) return wanted;
  if (Array.isArray(present)) return [];
  return typeof present === 'string' ? '' : null;
}

/** Where things stand on the canvas is for who works there: a new spec places only what nobody has placed yet. */
function keepPositions(spec: unknown, remote: RemoteObject): unknown {
  const old = attributesOf(remote.payload)['spec'];
  if (!isJsonObject(spec) || !isJsonObject(old)) return spec;
  const placed = (key: string, name: string): Payload => {
    if (spec[key] === undefined) return {};
    const before = new Map(listOf(old[key]).map((item) => [item[name], item['display']]));
    const items = listOf(spec[key]).map((item) => {
      const display = before.get(item[name]);
      return isEmptyValue(display) ? item : { ...item, display };
    });
    return { [key]: items };
  };
  return { ...spec, ...placed('steps', 'name'), ...placed('annotations', 'id') };
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
