/** Threshold rules that Datadog publishes, read where they lie and never copied. Skipped where they are missing. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  AUTHORED_RULE_TYPES,
  isSeverity,
  type Aggregation,
  type AuthoredRuleType,
  type DetectionRule,
  type RuleCase,
  type RuleQuery,
} from '@signalwright/model';
import { compileRule } from './compile-rule.ts';
import { rule } from './testing/build.ts';

const file = join(
  process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'datadog-api/rule-corpus.json',
);
const present = existsSync(file);

interface PublishedQuery {
  readonly query?: string;
  readonly name?: string;
  readonly aggregation?: string;
  readonly groupByFields?: readonly string[];
  readonly hasOptionalGroupByFields?: boolean;
  readonly distinctFields?: readonly string[];
  readonly metrics?: readonly string[];
  readonly metric?: string;
}

interface PublishedRule {
  readonly name: string;
  readonly type: string;
  readonly message?: string;
  readonly tags?: readonly string[];
  readonly queries: readonly PublishedQuery[];
  readonly cases: readonly { readonly name?: string; readonly status: string; readonly condition?: string }[];
  readonly options: {
    readonly detectionMethod?: string;
    readonly evaluationWindow?: number;
    readonly keepAlive?: number;
    readonly maxSignalDuration?: number;
  };
}

/** Why published rules are refused, and how many are. Anything else, or one more, is a finding about us. */
const REFUSED = {
  /** Slips of their authors in the message, such as `{{@@Event.x}}`. */
  'template/syntax': 3,
  /** `a > 5 THEN b > 0`: an order of queries, not a threshold. */
  'condition/then-condition': 5,
} as const;

function isThreshold({ type, options }: PublishedRule): boolean {
  return (
    (AUTHORED_RULE_TYPES as readonly string[]).includes(type) &&
    (options.detectionMethod ?? 'threshold') === 'threshold'
  );
}

function toRule(published: PublishedRule): DetectionRule {
  const { options } = published;
  return rule({
    name: published.name,
    type: published.type as AuthoredRuleType,
    message: published.message ?? '',
    tags: published.tags ?? [],
    queries: published.queries.map(toQuery),
    cases: published.cases.map((each): RuleCase => ({
      name: each.name ?? '',
      condition: each.condition ?? '',
      severity: isSeverity(each.status) ? each.status : 'info',
      notifications: [],
      actions: [],
    })),
    evaluationWindowMs: (options.evaluationWindow ?? 0) * 1_000,
    keepAliveMs: (options.keepAlive ?? 0) * 1_000,
    maxSignalDurationMs: (options.maxSignalDuration ?? 0) * 1_000,
  });
}

function toQuery(published: PublishedQuery): RuleQuery {
  return {
    name: published.name ?? '',
    query: published.query ?? '',
    aggregation: toAggregation(published),
    groupBy: (published.groupByFields ?? []).filter((field) => field !== ''),
    optionalGroupBy: published.hasOptionalGroupByFields ?? false,
  };
}

function toAggregation({
  aggregation,
  distinctFields = [],
  metrics = [],
  metric = '',
}: PublishedQuery): Aggregation {
  if (aggregation === 'cardinality') return { kind: 'cardinality', fields: distinctFields };
  if (aggregation === 'sum' || aggregation === 'max')
    return { kind: aggregation, field: metrics[0] ?? metric };
  return { kind: 'count' };
}

describe.skipIf(!present)(
  `published rules${present ? '' : ' (skipped: the rule corpus is not on this machine)'}`,
  () => {
    test('every threshold rule compiles: queries, joins, conditions and templates', () => {
      const all = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly rule: PublishedRule }[];
      const threshold = all.map(({ rule: published }) => published).filter(isThreshold);
      expect(threshold.length).toBeGreaterThan(300);
      const refused: Record<string, number> = {};
      for (const published of threshold) {
        const result = compileRule(toRule(published), { id: published.name, version: 1 });
        const codes = new Set(result.ok ? [] : result.problems.map(({ code }) => code));
        for (const code of codes) refused[code] = (refused[code] ?? 0) + 1;
      }
      expect(refused).toEqual(REFUSED);
    });
  },
);
