/**
 * What can be wrong with a query, and what deserves a second look. A code is public: renaming one is a
 * breaking change.
 */

import type { Span } from '../ast.ts';

export const QUERY_ERRORS = {
  'attribute-without-value': 'An attribute stands without a value.',
  'comparison-without-key': 'A comparison or range stands without the attribute it compares.',
  'empty-group': 'A pair of parentheses holds nothing.',
  'empty-key': 'A key is empty.',
  'invalid-cidr': 'A CIDR block is not a valid IPv4 or IPv6 block.',
  'invalid-cidr-call': 'CIDR(...) takes one attribute and at least one block.',
  'invalid-character': 'The query holds a character that no query can hold.',
  'invalid-range': 'A range is not of the form [low TO high].',
  'missing-operand': 'An operator has nothing to work on.',
  'missing-value': 'A key has no value.',
  'mixed-brackets': 'A range opens with one kind of bracket and closes with the other.',
  'not-comparable': 'This field cannot be compared or ranged over.',
  'number-too-large': 'A number is too large to compare with.',
  'path-too-long': 'An attribute path has too many parts.',
  'pattern-too-long': 'A value with wildcards is too long.',
  'quoted-key': 'A key stands in quotes.',
  'text-after-value': 'Text follows a closing quote or bracket without a space.',
  'too-deep': 'Parentheses are nested too deep.',
  'too-long': 'The query is too long.',
  'too-many-terms': 'The query has too many terms.',
  'unbalanced-parenthesis': 'A parenthesis has no partner.',
  'unescaped-character': 'A special character must be escaped or quoted.',
  'unsupported-operator': 'This operator is not part of the language.',
  'unterminated-quote': 'A quoted phrase is not closed.',
  'wildcard-in-key': 'A key holds a wildcard.',
} as const satisfies Record<string, string>;

export const QUERY_WARNINGS = {
  'bound-not-a-number': 'A bound is compared as text, because it is not a number.',
  'calculated-field': 'A calculated field has no value here, so nothing matches it.',
  'cidr-host-bits': 'A CIDR block has bits set outside its prefix.',
  'empty-range': 'A range holds no value.',
  'key-in-group': 'A key stands inside the group of another key.',
  'lower-case-operator': 'A lower-case operator is a word to search for.',
  'mixed-operators': 'AND and OR are mixed without parentheses.',
  'no-searchable-word': 'Free text without a letter or digit finds nothing.',
  'typographic-quotes': 'Typographic quotes are read as straight ones.',
  'unescaped-special': 'A special character is read as itself, though the documentation wants it escaped.',
  'wildcard-in-quotes': 'A wildcard inside quotes is an ordinary character.',
} as const satisfies Record<string, string>;

/** What can be wrong with the condition of a case. */
export const CONDITION_ERRORS = {
  'empty-condition': 'The condition is empty.',
  'label-not-on-the-left': 'The label of a query stands right of the operator.',
  'missing-comparison': 'A label is not compared with anything.',
  'missing-number': 'A label is compared with something other than a number.',
  'missing-operand': 'An operator has nothing to work on.',
  'then-condition': 'A condition on the order of two queries is not supported.',
  'too-deep': 'Parentheses are nested too deep.',
  'too-long': 'The condition is too long.',
  'too-many-terms': 'The condition has too many comparisons.',
  'unbalanced-parenthesis': 'A parenthesis has no partner.',
  'unexpected-text': 'Something stands where no part of a condition can stand.',
  'unsupported-operator': 'This operator is not part of a condition.',
} as const satisfies Record<string, string>;

export type QueryErrorCode = keyof typeof QUERY_ERRORS;
export type ConditionErrorCode = keyof typeof CONDITION_ERRORS;
export type QueryWarningCode = keyof typeof QUERY_WARNINGS;

/** Why a text is no query, or no condition. The span covers what to change, and lies inside the text. */
export interface QueryError extends Span {
  readonly code: QueryErrorCode | ConditionErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** The query means something, though perhaps not what its author meant. */
export interface QueryWarning extends Span {
  readonly code: QueryWarningCode;
  readonly message: string;
  readonly hint?: string;
}
