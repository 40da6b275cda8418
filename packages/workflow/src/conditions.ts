/** The operators of `if` steps. Operands are values, never code. */

import { unreachable, type ConditionOperator } from '@signalwright/model';

/**
 * Chosen: `eq` compares JSON values, and a number with its text as equal, because a value that went through a
 * template is text; ordering holds between numbers and numeric text only and is otherwise false.
 */
export function holds(left: unknown, operator: ConditionOperator, right: unknown): boolean {
  switch (operator) {
    case 'eq':
      return isSame(left, right);
    case 'ne':
      return !isSame(left, right);
    case 'gt':
      return compare(left, right, (a, b) => a > b);
    case 'gte':
      return compare(left, right, (a, b) => a >= b);
    case 'lt':
      return compare(left, right, (a, b) => a < b);
    case 'lte':
      return compare(left, right, (a, b) => a <= b);
    case 'contains':
      return contains(left, right);
    case 'not_contains':
      return !contains(left, right);
    case 'is_null':
      return isMissing(left);
    case 'is_not_null':
      return !isMissing(left);
    case 'is_empty':
      return isEmpty(left);
    case 'is_not_empty':
      return !isEmpty(left);
    default:
      return unreachable(operator);
  }
}

function isSame(left: unknown, right: unknown): boolean {
  if (isMissing(left) || isMissing(right)) return isMissing(left) && isMissing(right);
  if (typeof left === 'object' || typeof right === 'object')
    return JSON.stringify(left) === JSON.stringify(right);
  return String(left) === String(right);
}

function compare(left: unknown, right: unknown, order: (a: number, b: number) => boolean): boolean {
  const a = numberOf(left);
  const b = numberOf(right);
  return a !== undefined && b !== undefined && order(a, b);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function contains(left: unknown, right: unknown): boolean {
  if (Array.isArray(left)) return left.some((entry) => isSame(entry, right));
  // Text contains no map or list; and a map from outside may answer `toString` with anything.
  if (typeof left !== 'string' || isMissing(right) || typeof right === 'object') return false;
  return left.includes(String(right));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isEmpty(value: unknown): boolean {
  if (isMissing(value) || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
