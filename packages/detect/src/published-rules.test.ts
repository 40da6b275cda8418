/** Rules that Datadog publishes, read where they lie and never copied. Skipped where they are missing. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DetectionRule } from '@signalwright/model';
import { decodeRule } from '@signalwright/wire';
import { compileRule } from './compile-rule.ts';

const file = join(
  process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'datadog-api/rule-corpus.json',
);
const present = existsSync(file);

function readRules(): readonly DetectionRule[] {
  const all = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly rule: object }[];
  return all.map(({ rule }) => {
    const decoded = decodeRule(rule);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    return decoded.value;
  });
}

/** How many rules are refused with each code, or with each place of `rule/not-run`. */
function countRefusals(rules: readonly DetectionRule[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const rule of rules) {
    const result = compileRule(rule, { id: rule.id, version: 1 });
    const reasons = (result.ok ? [] : result.problems).map(({ code, path }) =>
      code === 'rule/not-run' ? `${code} ${path.filter((part) => typeof part === 'string').join('.')}` : code,
    );
    for (const reason of new Set(reasons)) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(!present)(
  `published rules${present ? '' : ' (skipped: the rule corpus is not on this machine)'}`,
  () => {
    test('every rule compiles, or is refused for one of these reasons', () => {
      const rules = readRules();
      expect(rules.length).toBe(500);
      expect(countRefusals(rules)).toMatchInlineSnapshot(`
        {
          "condition/then-condition": 5,
          "rule/not-run anomaly_detection": 46,
          "rule/not-run groupSignalsBy": 3,
          "rule/not-run impossible_travel": 10,
          "rule/not-run new_value": 24,
          "rule/not-run queries": 5,
          "rule/not-run queries.event_count": 5,
          "rule/not-run queries.geo_data": 10,
          "rule/not-run queries.new_value": 24,
          "rule/not-run referenceTables": 11,
          "rule/not-run third_party": 16,
          "rule/not-run type": 82,
        }
      `);
    });
  },
);
