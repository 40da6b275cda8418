/** Switching an object off and nothing else: what every kind has beside being deleted, and what can be taken back. */

import { unreachable, type Payload } from '@signalwright/model';
import { attributesOf, type RemoteKind } from './ownership.ts';
import type { RemoteObject } from './update-body.ts';

/** A workflow that is not published runs by hand alone. Source: request schemas of the updates. */
const SWITCH: Readonly<Record<RemoteKind, string>> = {
  'detection-rule': 'isEnabled',
  suppression: 'enabled',
  'notification-rule': 'enabled',
  workflow: 'published',
};

export function isSwitchedOff({ kind, payload }: RemoteObject): boolean {
  return attributesOf(payload)[SWITCH[kind]] === false;
}

/** The object as it will be, as `readRemoteObject` would give it. */
export function switchedOff(remote: RemoteObject): RemoteObject {
  const attributes = { ...attributesOf(remote.payload), [SWITCH[remote.kind]]: false };
  const payload = remote.kind === 'detection-rule' ? attributes : { ...remote.payload, attributes };
  return { ...remote, payload };
}

/** Body of the update that switches it off; the version is the precondition, as in `encodeUpdate`. */
export function encodeSwitchOff({ kind, id, version, payload }: RemoteObject): Payload {
  const attributes = { [SWITCH[kind]]: false, ...(version !== undefined && { version }) };
  switch (kind) {
    case 'detection-rule':
      return attributes;
    case 'suppression':
      return { data: { type: 'suppressions', attributes } };
    case 'notification-rule':
      // The selectors say at which of the two endpoints it lies.
      return {
        data: {
          id,
          type: 'notification_rules',
          attributes: { ...attributes, selectors: attributesOf(payload)['selectors'] },
        },
      };
    case 'workflow':
      return { data: { id, type: 'workflows', attributes } };
    default:
      return unreachable(kind);
  }
}
