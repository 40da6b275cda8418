/** One payload and the object that it is: read as far as it can be, and compiled again for comparison. */

import { unreachable, type ContentObject, type Kind, type Payload } from '@signalwright/model';
import {
  attributesOf,
  collectUnknownFields,
  decodeLogsView,
  decodeNotificationRule,
  decodeRule,
  decodeSuppression,
  decodeWorkflow,
  encodeLogsView,
  encodeNotificationRule,
  encodeRule,
  encodeSuppression,
  encodeWorkflow,
  isLogsView,
  isOwnedRule,
  splitName,
  type CollectedFields,
  type Decoded,
} from '@signalwright/wire';

export type ImportedObject = ContentObject['object'];

/** @returns what could be read of it; undefined when nothing could. What is missing, `collectFields` finds. */
export function readPayload(kind: Kind, payload: Payload, id: string): ImportedObject | undefined {
  const decoded = decodePayload(kind, payload, id);
  const object = decoded.ok ? decoded.value : decoded.rest;
  if (object?.kind !== 'detection-rule' || tunedIdOf(payload) !== undefined) return object;
  const { tunes: _owned, ...rule } = object;
  return rule;
}

/** As `default:` holds it; with another id, a rule of Datadog is taken for what it says and tunes nothing. */
const TUNED_ID = /^(?=.{1,100}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Id of the rule of Datadog that this payload is. */
export function tunedIdOf(payload: Payload): string | undefined {
  const ids = [payload['id'], payload['defaultRuleId']].filter((id) => typeof id === 'string');
  const [id] = ids;
  return isOwnedRule(payload) && id !== undefined && TUNED_ID.test(id) ? id : undefined;
}

function decodePayload(kind: Kind, payload: Payload, id: string): Decoded<ImportedObject> {
  switch (kind) {
    case 'detection-rule':
      return decodeRule(payload, { id });
    case 'suppression':
      return decodeSuppression(payload, { id });
    case 'notification-rule':
      return decodeNotificationRule(payload, { id });
    case 'workflow':
      return decodeWorkflow(payload, { id });
    case 'saved-view':
      return decodeLogsView(payload, { id });
    default:
      return unreachable(kind);
  }
}

/** @returns undefined for a view that only our own Explorer can hold */
export function compileObject(object: ImportedObject, stack: string): Payload | undefined {
  switch (object.kind) {
    case 'detection-rule':
      return encodeRule(object, { stack });
    case 'suppression':
      return encodeSuppression(object, { stack });
    case 'notification-rule':
      return encodeNotificationRule(object, { stack });
    case 'workflow':
      return encodeWorkflow(object, { stack });
    case 'saved-view':
      return isLogsView(object) ? encodeLogsView(object) : undefined;
    default:
      return unreachable(object);
  }
}

/** What the object does not say of the payload; undefined when it cannot be compiled. */
export function collectFields(
  object: ImportedObject,
  payload: Payload,
  stack: string,
): CollectedFields | undefined {
  const compiled = compileObject(withoutFields(object), stack);
  return compiled === undefined ? undefined : collectUnknownFields(object.kind, payload, compiled);
}

function withoutFields(object: ImportedObject): ImportedObject {
  const { unknownFields: _fields, ...rest } = object;
  return rest;
}

/** For people: without the mark that ends the name of a notification rule. */
export function nameOfPayload(kind: Kind | undefined, payload: Payload): string {
  const { name } = attributesOf(payload);
  if (typeof name !== 'string') return '';
  return kind === 'notification-rule' ? splitName(name).name : name;
}
