/** The search language: parse, print, match, and what a change of a query means. */

export {
  isReservedName,
  NOWHERE,
  RESERVED_NAMES,
  type AllOf,
  type AnyOf,
  type Bound,
  type CompareOperator,
  type Field,
  type Match,
  type MatchAll,
  type MatchNone,
  type Not,
  type OpenEnd,
  type PatternPart,
  type Query,
  type ReservedName,
  type Span,
  type Test,
} from './ast.ts';
export { allOf, anyOf, leaf, matchAll, not } from './build.ts';
export {
  conditionLabels,
  evaluateCondition,
  printCondition,
  type Condition,
  type ConditionCompare,
  type ConditionJoin,
  type ConditionLabel,
} from './condition/condition.ts';
export { parseCondition, type ConditionResult } from './condition/parse-condition.ts';
export { compileMatcher, matchesQuery, type Matcher } from './match/compile.ts';
export { type QueryDocument, type Scalar } from './match/document.ts';
export { compileReader, readAttribute } from './match/read.ts';
export { compareQueries, type QueryComparison, type QueryVerdict } from './meaning/compare.ts';
export { type MeaningOptions } from './meaning/find-document.ts';
export { likelyDocument } from './meaning/likely-document.ts';
export {
  alwaysTrue,
  equivalent,
  implies,
  satisfiable,
  type Equivalence,
  type Implication,
  type Proved,
  type Satisfiability,
  type Undecided,
} from './meaning/implies.ts';
export { singleValuedPaths, type QuerySource } from './meaning/single-valued.ts';
export {
  MAX_PATTERN_CHARS,
  MAX_QUERY_CHARS,
  MAX_QUERY_DEPTH,
  MAX_QUERY_ERRORS,
  MAX_QUERY_TERMS,
  MAX_QUERY_WARNINGS,
} from './parse/limits.ts';
export { parseQuery, type ParseResult } from './parse/parse.ts';
export {
  CONDITION_ERRORS,
  QUERY_ERRORS,
  QUERY_WARNINGS,
  type ConditionErrorCode,
  type QueryError,
  type QueryErrorCode,
  type QueryWarning,
  type QueryWarningCode,
} from './parse/problem.ts';
export { queryPaths, type QueryPath } from './paths.ts';
export { printQuery } from './print.ts';
export { sameQuery } from './same.ts';
