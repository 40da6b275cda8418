/** Group-by and aggregation fields of a detection rule: what is written that can hardly be meant. */

import { queryLabel, type ContentPath, type DetectionRule, type RuleQuery } from '@signalwright/model';
import { conditionLabels, type Condition } from '@signalwright/query';
import { quoted } from '../diagnostic.ts';
import type { WrittenRule } from '../schema/written.ts';
import type { Report } from './link-context.ts';

export function checkGroups(
  rule: DetectionRule,
  written: WrittenRule,
  conditions: readonly (Condition | undefined)[],
  report: Report,
): void {
  checkPaths(report, ['groupBy'], written.groupBy ?? []);
  (written.queries ?? []).forEach((query, index) => {
    const at = ['queries', index];
    checkPaths(report, [...at, 'groupBy'], query.groupBy ?? []);
    checkPaths(report, [...at, 'cardinality'], query.cardinality ?? []);
    if (query.sum !== undefined) checkPath(report, [...at, 'sum'], query.sum);
    if (query.max !== undefined) checkPath(report, [...at, 'max'], query.max);
    checkPaths(report, [...at, 'new_value'], query.new_value ?? []);
    if (query.geo_data !== undefined) checkPath(report, [...at, 'geo_data'], query.geo_data);
    checkCardinality(rule.queries[index], index, report);
  });
  conditions.forEach((condition) => checkSameGroups(rule, condition, report));
}

function checkPaths(report: Report, path: ContentPath, names: readonly string[]): void {
  names.forEach((name, index) => checkPath(report, [...path, index], name));
}

/** `http.client_ip` without `@` is a tag of that name, which nobody has. */
function checkPath(report: Report, path: ContentPath, name: string): void {
  if (name.startsWith('@') || !name.includes('.')) return;
  report.at(path, 'rule/attribute-without-at', `${quoted(name)} is read as the name of a tag.`, {
    hint: `Attributes start with @: '@${name}'`,
  });
}

/** Within one group, a grouped value is always the same one. */
function checkCardinality(query: RuleQuery | undefined, index: number, report: Report): void {
  if (query?.aggregation.kind !== 'cardinality') return;
  const { fields } = query.aggregation;
  if (!fields.every((field) => query.groupBy.includes(field))) return;
  const message = `The number of ${fields.join(', ')} is always 1, since signals are grouped by it.`;
  report.at(['queries', index, 'cardinality'], 'rule/constant-cardinality', message, {
    hint: 'Count another attribute, or leave it out of groupBy.',
  });
}

/** Queries of one condition are joined on equal group values; other groups never meet. */
function checkSameGroups(rule: DetectionRule, condition: Condition | undefined, report: Report): void {
  if (condition === undefined || condition.kind === 'compare') return;
  const used = new Set(conditionLabels(condition).map(({ label }) => label));
  const indexes = rule.queries.flatMap((query, index) => (used.has(queryLabel(query, index)) ? [index] : []));
  const [first, ...rest] = indexes;
  for (const index of first === undefined ? [] : rest) {
    const [a, b] = [rule.queries[first ?? 0]?.groupBy ?? [], rule.queries[index]?.groupBy ?? []];
    if (a.length === b.length && a.every((path) => b.includes(path))) continue;
    const message = `Queries of one condition are grouped differently: by ${listText(a)} and by ${listText(b)}.`;
    report.at(['queries', index, 'groupBy'], 'rule/group-by-differs', message, {
      hint: 'They are joined on equal values of all groups; write groupBy once, on the rule.',
    });
  }
}

function listText(paths: readonly string[]): string {
  return paths.length === 0 ? 'nothing' : paths.join(', ');
}
