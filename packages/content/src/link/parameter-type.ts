/** Types of inputs and outputs of workflows, and values, as messages name them. */

import type { ParameterType } from '@signalwright/model';

/** `a string`, `a list of numbers`: for messages. */
export function named(type: ParameterType): string {
  if (type === 'object') return 'an object';
  return type.startsWith('array_') ? `a list of ${type.slice('array_'.length)}s` : `a ${type}`;
}

export function nameOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** How a value of the wrong type becomes one of the right one. */
export function hintFor(type: ParameterType, value: unknown): string {
  // A map may answer `toString` with anything.
  if (type === 'string' && typeof value !== 'object') return `Quote it: '${String(value)}'`;
  return `Write ${named(type)}${typeof value === 'string' ? ' without quotes' : ''}.`;
}
