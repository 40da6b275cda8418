/** Builders for this room's tests: whole objects from the part that a test is about. */

import {
  PLAIN_RULE,
  RULE_DEFAULTS,
  type DetectionRule,
  type Event,
  type RuleCase,
  type RuleQuery,
  type Suppression,
} from '@signalwright/model';
import type { SignalChange } from '../change.ts';
import { compileRule, type CompiledRule } from '../compile-rule.ts';
import { createDetector, type Detector, type DetectorLimits } from '../detector.ts';
import { compileSuppression, type CompiledSuppression } from '../suppression.ts';

export const T0 = Date.UTC(2026, 5, 1, 12);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

export function query(part: Partial<RuleQuery> = {}): RuleQuery {
  return {
    name: '',
    query: '*',
    aggregation: { kind: 'count' },
    groupBy: [],
    optionalGroupBy: false,
    ...part,
  };
}

export function ruleCase(condition: string, part: Partial<RuleCase> = {}): RuleCase {
  return { name: '', condition, severity: 'medium', notifications: [], actions: [], ...part };
}

export function rule(part: Partial<DetectionRule> = {}): DetectionRule {
  return {
    kind: 'detection-rule',
    id: 'rule',
    name: 'Rule',
    type: 'application_security',
    enabled: true,
    tags: [],
    message: '',
    method: { kind: 'threshold' },
    queries: [query()],
    cases: [ruleCase('a > 0')],
    ...RULE_DEFAULTS,
    decreaseSeverityOutsideProduction: false,
    hasExtendedTitle: false,
    ...PLAIN_RULE,
    ...part,
  };
}

/** @throws when the rule does not compile */
export function compiled(part: Partial<DetectionRule> = {}, version = 1): CompiledRule {
  const written = rule(part);
  const result = compileRule(written, { id: written.id, version });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.rule;
}

export function suppression(part: Partial<Suppression> = {}): CompiledSuppression {
  const result = compileSuppression({
    kind: 'suppression',
    id: 'suppression',
    name: 'Suppression',
    enabled: true,
    reason: 'test',
    tags: [],
    rules: { kind: 'ids', ids: ['rule'] },
    suppressSignals: '',
    excludeEvents: '',
    ...part,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.suppression;
}

let serial = 0;

/** An App and API Protection span `atMs` after T0. */
export function span(atMs: number, attributes: Event['attributes'] = {}, part: Partial<Event> = {}): Event {
  serial += 1;
  return {
    id: `e${serial}`,
    tsMs: T0 + atMs,
    dataSource: 'spans',
    tags: [],
    attributes,
    message: '',
    ...part,
  };
}

/** A detector that tells each extension at once. */
export function detectorOf(
  rules: readonly CompiledRule[],
  suppressions: readonly CompiledSuppression[] = [],
  limits: Partial<DetectorLimits> = {},
): Detector {
  return createDetector({ rules, suppressions, limits: { extendEveryMs: 0, ...limits } });
}

export function ingestAll(detector: Detector, events: readonly Event[]): readonly SignalChange[] {
  return events.flatMap((event) => detector.ingest(event));
}

/** `opened high`, `extended high`, `raised low>high`, `closed keep_alive`: what happened, in short. */
export function story(changes: readonly SignalChange[]): readonly string[] {
  return changes.map((change) => {
    switch (change.kind) {
      case 'closed':
        return `closed ${change.reason}`;
      case 'raised':
        return `raised ${change.previousSeverity}>${change.signal.severity}`;
      default:
        return `${change.kind} ${change.signal.severity}`;
    }
  });
}
