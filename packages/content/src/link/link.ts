/** Checks one object against the others: references, texts in their own languages, graphs. */

import { unreachable, type Diagnostic } from '@signalwright/model';
import type {
  WrittenNotificationRule,
  WrittenRule,
  WrittenSuppression,
  WrittenTunedRule,
  WrittenWorkflow,
} from '../schema/written.ts';
import type { LoadedObject } from './content-entry.ts';
import { checkDetectionRule } from './detection-rule.ts';
import { Report, type LinkContext } from './link-context.ts';
import { checkNotificationRule } from './notification-rule.ts';
import { checkSavedView } from './saved-view.ts';
import { checkSuppression } from './suppression.ts';
import { checkTunedRule } from './tuned-rule.ts';
import { checkUnknownFields } from './unknown-fields.ts';
import { checkWorkflow } from './workflow.ts';

export function link({ object, written }: LoadedObject, context: LinkContext): readonly Diagnostic[] {
  const report = new Report(object.origin, context.texts);
  switch (object.kind) {
    case 'detection-rule':
      if (object.object.tunes === undefined)
        checkDetectionRule(object, written as WrittenRule, context, report);
      else checkTunedRule(object, written as WrittenTunedRule, context, report);
      break;
    case 'notification-rule':
      checkNotificationRule(object, written as WrittenNotificationRule, context, report);
      break;
    case 'suppression':
      checkSuppression(object, written as WrittenSuppression, context, report);
      break;
    case 'saved-view':
      checkSavedView(object, context, report);
      break;
    case 'workflow':
      checkWorkflow(object, written as WrittenWorkflow, context, report);
      break;
    default:
      unreachable(object);
  }
  checkUnknownFields(object, report);
  return report.diagnostics;
}
