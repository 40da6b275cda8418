/**
 * Objects as Terraform resources of Datadog's provider, in the two hands that the service writes: rules with tabs and
 * one blank around `=`, everything else as `terraform fmt` aligns it, in the order of the alphabet.
 * Source: recorded conversions; names of blocks as the provider's documentation has them.
 */

import { TERRAFORM_BLOCKS, terraformName } from '@signalwright/wire';
import { isObject } from '../http/json-body.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the API calls a kind of resource, and what the provider does. */
export const TERRAFORM_TYPES: Readonly<Record<string, string>> = {
  suppressions: 'datadog_security_monitoring_suppression',
  critical_assets: 'datadog_security_monitoring_critical_asset',
};

/** Attributes of which empty ones are left out. Nested objects become blocks. */
export function renderResource(type: string, name: string, fields: Fields): string {
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null && value !== '' && !isEmptyList(value))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...shown.map(([key]) => key.length));
  const lines = shown.map(([key, value]) => `  ${key.padEnd(width)} = ${literal(value)}`);
  return [`resource ${quote(type)} ${quote(name)} {`, ...lines, '}', ''].join('\n');
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** @param rule as the service answers it; what it fills in by itself stands in no resource */
export function renderRule(name: string, rule: Fields): string {
  const type = rule['type'];
  const names =
    type === 'signal_correlation' ? { ...TERRAFORM_BLOCKS, queries: 'signal_query' } : TERRAFORM_BLOCKS;
  const lines = RULE_ORDER.filter((key) => rule[key] !== undefined).flatMap((key) =>
    renderField(names[key] ?? key, key, rule[key], '\t'),
  );
  return [`resource "datadog_security_monitoring_rule" ${quote(name)} {`, ...lines, '}', ''].join('\n');
}

/** Recorded as far as `type`; the others follow. */
const RULE_ORDER = [
  'name',
  'isEnabled',
  'queries',
  'options',
  'cases',
  'message',
  'tags',
  'hasExtendedTitle',
  'type',
  'filters',
  'groupSignalsBy',
  'referenceTables',
  'thirdPartyCases',
  'schedulingOptions',
  'calculatedFields',
] as const;

/** Recorded orders of what stands in blocks; other keys come after them as they are. */
const FIRST_KEYS = [
  'query',
  'groupByFields',
  'hasOptionalGroupByFields',
  'distinctFields',
  'aggregation',
  'keepAlive',
  'maxSignalDuration',
  'detectionMethod',
  'evaluationWindow',
  'name',
  'dataSource',
  'status',
  'notifications',
  'condition',
];

function renderField(name: string, key: string, value: unknown, indent: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && (TERRAFORM_BLOCKS[key] !== undefined || value.some(isObject))) {
    return value.flatMap((item: unknown) =>
      isObject(item) ? renderBlock(terraformName(name), item, indent) : [],
    );
  }
  if (isObject(value)) return renderBlock(terraformName(name), value, indent);
  return [`${indent}${terraformName(name)} = ${literal(value)}`];
}

function renderBlock(name: string, fields: Fields, indent: string): readonly string[] {
  const place = ([key]: readonly [string, unknown]): number => {
    const index = FIRST_KEYS.indexOf(key);
    return index === -1 ? FIRST_KEYS.length : index;
  };
  const inner = Object.entries(fields)
    .toSorted((a, b) => place(a) - place(b))
    .flatMap(([key, value]) => renderField(TERRAFORM_BLOCKS[key] ?? key, key, value, `${indent}\t`));
  return [`${indent}${name} {`, ...inner, `${indent}}`];
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return quote(JSON.stringify(value) ?? '');
}

/** A text of anybody must not become an expression: `${` and `%{` begin one. Source: HCL, template literals. */
function quote(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
  return `"${escaped}"`;
}
