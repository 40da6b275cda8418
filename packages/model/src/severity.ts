/** Severity of a signal: the five of the Signals Explorer. On the wire it is called `status`. */

/** From least to most severe; the index is the number that templates print (0 info … 4 critical). */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** 0 (info) to 4 (critical), as `{{severity}}` prints it. Source: Datadog "Notification variables". */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export function isSeverity(value: unknown): value is Severity {
  return (SEVERITIES as readonly unknown[]).includes(value);
}

export function higherSeverity(a: Severity, b: Severity): Severity {
  return severityRank(a) >= severityRank(b) ? a : b;
}

/**
 * One level down outside production; info stays.
 * Chosen: medium becomes low, as the API says, not info, as a table of the product pages has it.
 */
export function lowerSeverity(severity: Severity): Severity {
  return SEVERITIES[Math.max(0, severityRank(severity) - 1)] ?? 'info';
}
