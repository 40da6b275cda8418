/** Data that has passed the schema of its kind becomes the normal form. */

import { unreachable, type ContentObject, type Kind, type Origin } from '@signalwright/model';
import type {
  WrittenNotificationRule,
  WrittenRule,
  WrittenSuppression,
  WrittenView,
  WrittenWorkflow,
} from '../schema/written.ts';
import { decodeDetectionRule } from './detection-rule.ts';
import { decodeNotificationRule } from './notification-rule.ts';
import { decodeSavedView } from './saved-view.ts';
import { decodeSuppression } from './suppression.ts';
import { decodeWorkflow } from './workflow.ts';

export type WrittenObject =
  | WrittenRule
  | WrittenNotificationRule
  | WrittenSuppression
  | WrittenView
  | WrittenWorkflow;

/** @param data valid by the schema of `kind` */
export function asWritten(kind: Kind, data: unknown): WrittenObject {
  const written = data as WrittenObject;
  if (written.kind !== kind) throw new Error(`The schema let a ${written.kind} pass as ${kind}.`);
  return written;
}

/** Fills in the defaults and turns durations into milliseconds. What needs other objects is checked by `link`. */
export function decode(written: WrittenObject, origin: Origin): ContentObject {
  switch (written.kind) {
    case 'detection-rule':
      return decodeDetectionRule(written, origin);
    case 'notification-rule':
      return decodeNotificationRule(written, origin);
    case 'suppression':
      return decodeSuppression(written, origin);
    case 'saved-view':
      return decodeSavedView(written, origin);
    case 'workflow':
      return decodeWorkflow(written, origin);
    default:
      return unreachable(written);
  }
}
