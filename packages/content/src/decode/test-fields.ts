/** Attributes and signals of tests: copied without a prototype, so that no key of a file can name one. */

import { TRIAGE_STATES, SEVERITIES, type TestFields, type TestSignal } from '@signalwright/model';
import type { WrittenFields, WrittenTestSignal } from '../schema/written.ts';

/** Keys of a test signal that are not attributes. */
const SIGNAL_KEYS = ['rule', 'severity', 'state', 'assignee'] as const;

export function decodeFields(
  written: WrittenFields | undefined,
  without: readonly string[] = [],
): TestFields {
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(written ?? {})) if (!without.includes(key)) fields[key] = value;
  return fields;
}

export function decodeTestSignal(written: WrittenTestSignal | undefined): TestSignal {
  const { rule, severity, state, assignee } = written ?? {};
  const known = SEVERITIES.find((each) => each === severity);
  const triage = TRIAGE_STATES.find((each) => each === state);
  return {
    ...(rule !== undefined && { rule }),
    ...(known !== undefined && { severity: known }),
    ...(triage !== undefined && { state: triage }),
    ...(assignee !== undefined && { assignee }),
    fields: decodeFields(written as WrittenFields | undefined, SIGNAL_KEYS),
  };
}
