/**
 * The query as data: frozen plain nodes, each with its place in the text.
 * Source of the language: Datadog "Log Search Syntax" and "Trace query syntax".
 *
 * Normal form (what the parser and the constructors of `build.ts` give): `and` and `or` have at least two
 * children and no child of their own kind, `not` holds no `not`, and a key before a group
 * (`env:(prod OR test)`) stands on every leaf of that group.
 */

/** Half-open place in the query text, in UTF-16 units from 0. Nodes made by hand use `NOWHERE`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The place of a node that no text stands behind. */
export const NOWHERE: Span = Object.freeze({ start: 0, end: 0 });

export type Query = MatchAll | MatchNone | AllOf | AnyOf | Not | Match;

/** `*`, `*:*` or an empty query. */
export interface MatchAll extends Span {
  readonly kind: 'match-all';
}

/** `-*:*`. */
export interface MatchNone extends Span {
  readonly kind: 'match-none';
}

export interface AllOf extends Span {
  readonly kind: 'and';
  readonly children: readonly Query[];
}

export interface AnyOf extends Span {
  readonly kind: 'or';
  readonly children: readonly Query[];
}

export interface Not extends Span {
  readonly kind: 'not';
  readonly child: Query;
}

/** One leaf: a test on what a field holds. True when at least one value of the field passes. */
export interface Match extends Span {
  readonly kind: 'match';
  readonly field: Field;
  readonly test: Test;
}

/** Where a leaf looks. The span is that of the key; free text without a key has an empty one. */
export type Field = Span &
  (
    | { readonly kind: 'message' }
    /** `*:x`, the message and every attribute. */
    | { readonly kind: 'everything' }
    /** `@a.b`, a path under the attributes. */
    | { readonly kind: 'attribute'; readonly path: string }
    /** `service:x`: the reserved field where the document has it, else the tag of that key. */
    | { readonly kind: 'reserved'; readonly name: ReservedName }
    /** `team:x`: the tag `team:x`. */
    | { readonly kind: 'tag'; readonly key: string }
    /** `tags:x`: a whole entry of the tag list. */
    | { readonly kind: 'tags' }
    /** `#name`: a calculated field. No document here holds one, so nothing matches it. */
    | { readonly kind: 'calculated'; readonly name: string }
  );

/** What a leaf asks of a value. Spans cover the value as written. */
export type Test = Span &
  (
    | { readonly kind: 'equals'; readonly value: string }
    /** Has at least one wildcard, and is not a lone `*` (that is `exists`). */
    | { readonly kind: 'pattern'; readonly parts: readonly PatternPart[] }
    | { readonly kind: 'exists' }
    | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly bound: Bound }
    /** At least one end is a bound; both bounds are of one kind. */
    | {
        readonly kind: 'range';
        readonly lower: Bound | OpenEnd;
        readonly upper: Bound | OpenEnd;
        readonly inclusive: boolean;
      }
    /** Blocks as written, each a valid IPv4 or IPv6 block. */
    | { readonly kind: 'cidr'; readonly blocks: readonly string[] }
  );

/** Text between wildcards is already unescaped: a `*` in it is the character. */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `*`, any run of characters. Neither two of these nor two texts stand side by side. */
  | { readonly kind: 'any-run' }
  /** `?`, exactly one character. */
  | { readonly kind: 'any-one' };

export type CompareOperator = '>' | '>=' | '<' | '<=';

export type Bound =
  | { readonly kind: 'number'; readonly value: number }
  /** Compared as text, unit by unit: quoted, or not a number. */
  | { readonly kind: 'text'; readonly value: string };

export interface OpenEnd {
  readonly kind: 'open';
}

/**
 * Names that mean a field and no tag. Source: reserved attributes of logs and of spans, and the fields of
 * the rule search that suppressions use (`type`, `ruleId`, `severity`).
 * `env` is here because spans reserve it; on logs and signals it falls back to the tag.
 */
export const RESERVED_NAMES = [
  'host',
  'source',
  'status',
  'service',
  'env',
  'trace_id',
  'span_id',
  'timestamp',
  'operation_name',
  'resource_name',
  'type',
  'link',
  'ruleId',
  'severity',
] as const;

export type ReservedName = (typeof RESERVED_NAMES)[number];

const RESERVED: ReadonlySet<string> = new Set(RESERVED_NAMES);

export function isReservedName(name: string): name is ReservedName {
  return RESERVED.has(name);
}
