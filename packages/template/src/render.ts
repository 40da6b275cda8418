/**
 * Rendering a template: one pass over its normal form. Values are never read as templates, and each is
 * escaped for its destination. Pure: the same template and values give the same text.
 */

import { unreachable } from '@signalwright/model';

import { evaluateArithmetic } from './arithmetic.ts';
import { lookupDotted, type Data } from './data-path.ts';
import type { Destination } from './escape.ts';
import { localTimeText, timeOf } from './local-time.ts';
import { openSink, type Sink } from './sink.ts';
import { SOURCE_MAX_BYTES, type Template, type TemplateNode, type TemplateTest } from './template.ts';
import type { TemplatePath } from './template-path.ts';
import { valueText } from './value-text.ts';

/** No rendering is longer. Beyond it values are left out (`…`), never the author's text, so the structure holds. */
export const OUTPUT_MAX_BYTES = 262_144;
/** What the marks of left-out values can take: at most TAGS_MAX, the longest is `%E2%80%A6`. */
const OMITTED_MAX_BYTES = 8_192;

/** What a template may show. Plain data; it may come from an attacker. */
export interface TemplateValues {
  /** `severity` (0 to 4), `rule_name`, `events_matched_per_query`, times, and the signal's tags by key. */
  readonly variables: Data;
  /** The attributes, nested or with dotted keys, without the `@`. */
  readonly attributes: Data;
}

/**
 * Renders a template for one destination. Missing values are '' (`null` outside a JSON string); never
 * throws on data.
 */
export function renderTemplate(template: Template, values: TemplateValues, destination: Destination): string {
  const rendering: Rendering = {
    values,
    sink: openSink(destination),
    parts: [],
    budgetBytes: OUTPUT_MAX_BYTES - SOURCE_MAX_BYTES - OMITTED_MAX_BYTES,
  };
  renderNodes(rendering, template.nodes);
  return rendering.parts.join('');
}

interface Rendering {
  readonly values: TemplateValues;
  readonly sink: Sink;
  readonly parts: string[];
  /** What values may still take; the author's text is bounded by the source. */
  budgetBytes: number;
}

function renderNodes(rendering: Rendering, nodes: readonly TemplateNode[]): void {
  for (const node of nodes) {
    if (node.kind === 'text') rendering.parts.push(rendering.sink.text(node.text));
    else if (node.kind === 'choice') {
      renderNodes(rendering, holds(node.test, rendering.values) ? node.whenTrue : node.whenFalse);
    } else putValue(rendering, node);
  }
}

type ValueNode = Exclude<TemplateNode, { kind: 'text' } | { kind: 'choice' }>;

/** From the first value that does not fit, all are left out: the work stays within the budget too. */
function putValue(rendering: Rendering, node: ValueNode): void {
  const written = rendering.budgetBytes > 0 ? writeValue(rendering, node) : '';
  rendering.budgetBytes -= Buffer.byteLength(written);
  rendering.parts.push(rendering.budgetBytes > 0 ? written : rendering.sink.omitted());
}

function writeValue({ values, sink }: Rendering, node: ValueNode): string {
  switch (node.kind) {
    case 'value':
      return sink.value(valueOf(node.path, values));
    case 'urlencode':
      return sink.urlencoded(valueOf(node.path, values));
    case 'local-time':
      return sink.value(localTimeText(timeOfPath(node.path, values), node.timeZone));
    case 'arithmetic': {
      const result = evaluateArithmetic(node.arithmetic, (path) => valueOf(path, values));
      return sink.value(Number.isFinite(result) ? result : '');
    }
    default:
      return unreachable(node);
  }
}

/**
 * `service.name` is the value of the tag `service`, and `@service` finds a variable when the event has no
 * such attribute: both as the documentation's examples write them.
 */
function valueOf(path: TemplatePath, values: TemplateValues): unknown {
  const { segments } = path;
  if (path.kind === 'attribute') {
    return (
      lookupDotted(values.attributes, segments) ??
      (segments.length === 1 ? tagText(values, segments) : undefined)
    );
  }
  const found = lookupDotted(values.variables, segments);
  if (found !== undefined || segments.at(-1) !== 'name') return found;
  return tagText(values, segments.slice(0, -1));
}

function tagText(values: TemplateValues, segments: readonly string[]): unknown {
  return segments.length === 0 ? undefined : lookupDotted(values.variables, segments);
}

/** `first_seen` is a text for people; beside it stands `first_seen_epoch`. */
function timeOfPath(path: TemplatePath, values: TemplateValues): number {
  const direct = timeOf(valueOf(path, values));
  if (!Number.isNaN(direct) || path.kind === 'attribute') return direct;
  const name = path.segments.join('.');
  return timeOf(lookupDotted(values.variables, [`${name}_epoch`]));
}

function holds(test: TemplateTest, values: TemplateValues): boolean {
  const value = valueOf(test.path, values);
  if (test.kind === 'exists') return value !== undefined && value !== null && valueText(value) !== '';
  const candidates = Array.isArray(value) && value.length > 0 ? value.map(valueText) : [valueText(value)];
  return candidates.some((text) =>
    test.needles.some((needle) => (test.substring ? text.includes(needle) : isSame(text, needle))),
  );
}

/** Numbers are compared as numbers: `5` equals `5.0`. */
function isSame(text: string, needle: string): boolean {
  if (text === needle) return true;
  return DECIMAL.test(text) && DECIMAL.test(needle) && Number(text) === Number(needle);
}

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,15})?$/;
