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
  type CollectedFields,
  type Decoded,
} from '@signalwright/wire';

export type ImportedObject = ContentObject['object'];

/** @returns what could be read of it; undefined when nothing could. What is missing, `collectFields` finds. */
export function readPayload(kind: Kind, payload: Payload, id: string): ImportedObject | undefined {
  const decoded = decodePayload(kind, payload, id);
  return decoded.ok ? decoded.value : decoded.rest;
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

export function withoutFields(object: ImportedObject): ImportedObject {
  const { unknownFields: _fields, ...rest } = object;
  return rest;
}

export function nameOfPayload(payload: Payload): string {
  const { name } = attributesOf(payload);
  return typeof name === 'string' ? name : '';
}
