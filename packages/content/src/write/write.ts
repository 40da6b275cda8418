/** Normal form to written form: the inverse of `decode`. Defaults are left out, so that what is written is meant. */

import { unreachable, type ContentObject } from '@signalwright/model';
import type { WrittenObject } from '../decode/decode.ts';
import { writeDetectionRule } from './detection-rule.ts';
import { writeNotificationRule } from './notification-rule.ts';
import { writeSavedView } from './saved-view.ts';
import { writeSuppression } from './suppression.ts';
import { writeWorkflow } from './workflow.ts';

/** The object alone: samples and tests are a person's. */
export function write(object: ContentObject['object']): WrittenObject {
  switch (object.kind) {
    case 'detection-rule':
      return writeDetectionRule(object);
    case 'notification-rule':
      return writeNotificationRule(object);
    case 'suppression':
      return writeSuppression(object);
    case 'saved-view':
      return writeSavedView(object);
    case 'workflow':
      return writeWorkflow(object);
    default:
      return unreachable(object);
  }
}
