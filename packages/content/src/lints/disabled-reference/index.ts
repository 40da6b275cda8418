/** A suppression of rules that are all switched off: it waits to hide what somebody switches on again. */

import type { Lint } from '../lint-contract.ts';
import { suppressedRules } from '../suppressed-rules.ts';

export const disabledReference: Lint = (object, report, context) => {
  if (object.kind !== 'suppression' || !object.object.enabled) return;
  const rules = suppressedRules(object, context) ?? [];
  if (rules.length === 0 || rules.some(({ enabled }) => enabled)) return;
  report.at(['rules'], 'lint/disabled-reference', 'Every rule that this suppression names is switched off.', {
    hint: 'Remove the suppression, or set enabled: false on it too.',
  });
};
