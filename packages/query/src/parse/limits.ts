/**
 * Bounds of one query. Chosen: the longest query of 500 published rules has 1,322 characters and under a
 * hundred terms, so these leave room for generated lists and none for an attack.
 */

/** Longer texts are refused unread. */
export const MAX_QUERY_CHARS = 131_072;
/** Parentheses inside parentheses. Also bounds the recursion of everything that walks a query. */
export const MAX_QUERY_DEPTH = 64;
/** Leaves of one query; each block of a `CIDR(...)` counts as one. */
export const MAX_QUERY_TERMS = 4_096;
/** Characters of one value with wildcards: bounds what matching it may cost. */
export const MAX_PATTERN_CHARS = 1_024;
/** Dots in one attribute path. */
export const MAX_PATH_DOTS = 31;
/** Errors of one query; what follows says nothing new. */
export const MAX_QUERY_ERRORS = 20;
/** Warnings of one query. */
export const MAX_QUERY_WARNINGS = 50;
