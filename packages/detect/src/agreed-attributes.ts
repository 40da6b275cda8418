/**
 * What several events have in common: the attributes that all of them give the same value. Bounded copies,
 * since attributes are as large as whoever sends them likes.
 */

import type { Attributes } from '@signalwright/model';
import { clipText } from './clip-text.ts';
import { isForbiddenName, isObject } from './attribute-path.ts';

const MAX_AGREED_LEAVES = 128;
const MAX_AGREED_DEPTH = 8;
const MAX_AGREED_TEXT_CHARS = 1_024;
const MAX_AGREED_LIST_ITEMS = 32;

const LEAF_BYTES = 88;

export interface BoundedAttributes {
  readonly attributes: Attributes;
  /** Roughly what they hold in memory. */
  readonly bytes: number;
}

/** A copy with at most MAX_AGREED_LEAVES leaves, long texts cut, deep parts and odd names left out. */
export function boundAttributes(attributes: Attributes): BoundedAttributes {
  const budget = { leaves: MAX_AGREED_LEAVES, bytes: 0 };
  return { attributes: boundObject(attributes, 0, budget), bytes: budget.bytes };
}

/** What stands in both with equal values. `a` itself, uncopied, when `b` agrees on all of it. */
export function agreeing(a: Attributes, b: Attributes): Attributes {
  if (a === b) return a;
  let kept: Record<string, unknown> | undefined;
  const names = Object.keys(a);
  names.forEach((name, index) => {
    const mine = a[name];
    const common = Object.hasOwn(b, name) ? agreeingValue(mine, b[name]) : undefined;
    if (common === mine && kept === undefined) return;
    kept ??= Object.fromEntries(names.slice(0, index).map((known) => [known, a[known]]));
    if (common !== undefined) kept[name] = common;
  });
  return kept ?? a;
}

function agreeingValue(a: unknown, b: unknown): unknown {
  if (isObject(a)) {
    if (!isObject(b)) return undefined;
    const common = agreeing(a, b);
    return common !== a && Object.keys(common).length === 0 ? undefined : common;
  }
  return isSame(a, b) ? a : undefined;
}

/** Depth is bounded by what `boundAttributes` lets through. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

interface Budget {
  leaves: number;
  bytes: number;
}

function boundObject(source: Attributes, depth: number, budget: Budget): Attributes {
  const copy: Record<string, unknown> = {};
  for (const name in source) {
    if (budget.leaves <= 0) break;
    if (!Object.hasOwn(source, name) || isForbiddenName(name) || name.length > MAX_AGREED_TEXT_CHARS)
      continue;
    const value = boundValue(source[name], depth + 1, budget);
    if (value !== undefined) copy[name] = value;
  }
  return copy;
}

function boundValue(value: unknown, depth: number, budget: Budget): unknown {
  if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_AGREED_DEPTH) return undefined;
    if (!Array.isArray(value)) return isObject(value) ? boundObject(value, depth, budget) : undefined;
    if (value.length > MAX_AGREED_LIST_ITEMS) return undefined;
    const items: unknown[] = [];
    for (const item of value) {
      if (budget.leaves <= 0) break;
      const bounded = boundValue(item, depth + 1, budget);
      if (bounded !== undefined) items.push(bounded);
    }
    return items;
  }
  budget.leaves -= 1;
  budget.bytes += LEAF_BYTES;
  if (typeof value === 'string') {
    const text = value.length <= MAX_AGREED_TEXT_CHARS ? value : `${clipText(value, MAX_AGREED_TEXT_CHARS)}…`;
    budget.bytes += text.length * 2;
    return text;
  }
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : undefined;
}
