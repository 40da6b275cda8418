/**
 * The normal form of a message template: what is left of the Handlebars syntax tree once only the
 * closed list of constructs is kept. A renderer of this form cannot meet anything else.
 * Language: Datadog, "Security notification variables".
 */

import type { Arithmetic } from './arithmetic.ts';
import type { TemplatePath } from './template-path.ts';

/** Template sources beyond this many UTF-8 bytes are refused. */
export const SOURCE_MAX_BYTES = 16_384;
/** Blocks (an `else if` counts as one more) may nest this deep. */
export const DEPTH_MAX = 16;
/** Tags in one template; bounds the parser's own recursion whatever the guard may miss. Chosen. */
export const TAGS_MAX = 500;

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly path: TemplatePath }
  | { readonly kind: 'urlencode'; readonly path: TemplatePath }
  | { readonly kind: 'local-time'; readonly path: TemplatePath; readonly timeZone: string }
  | { readonly kind: 'arithmetic'; readonly arithmetic: Arithmetic }
  | {
      readonly kind: 'choice';
      readonly test: TemplateTest;
      readonly whenTrue: readonly TemplateNode[];
      readonly whenFalse: readonly TemplateNode[];
    };

export type TemplateTest =
  | { readonly kind: 'exists'; readonly path: TemplatePath }
  /** `substring`: the value contains one of the needles; otherwise it equals one of them. */
  | {
      readonly kind: 'matches';
      readonly path: TemplatePath;
      readonly needles: readonly string[];
      readonly substring: boolean;
    };

/** A parsed template. Immutable; safe to keep and to render any number of times. */
export interface Template {
  readonly source: string;
  readonly nodes: readonly TemplateNode[];
  /** Every path the template mentions, in source order, arguments of helpers included. */
  readonly paths: readonly TemplatePath[];
}

/** Which attributes and variables a template mentions, in source order, with offsets: what lints read. */
export function templatePaths(template: Template): readonly TemplatePath[] {
  return template.paths;
}

/**
 * The variables that every signal provides. Tags of the signal are variables too
 * (`service`, `service.name`), so a name that is not here is not yet an error.
 */
export const TEMPLATE_VARIABLES = [
  'severity',
  'timestamp',
  'timestamp_epoch',
  'first_seen',
  'first_seen_epoch',
  'last_seen',
  'last_seen_epoch',
  'rule_name',
  'case_name',
  'events_matched',
  'events_matched_per_query',
] as const;
