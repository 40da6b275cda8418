/** How errors of a schema are put into words. */

import { quoted } from '../diagnostic.ts';
import type { SchemaError } from './validator.ts';

export const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'nothing',
};

export function title(error: SchemaError): string | undefined {
  const text = error.parentSchema?.['title'];
  if (typeof text !== 'string') return undefined;
  const lower = text.toLowerCase();
  if (/^(text|true|tags)/.test(lower)) return lower;
  return /^[aeiou]/.test(lower) ? `an ${lower}` : `a ${lower}`;
}

export function exampleText(error: SchemaError): string | undefined {
  const examples = error.parentSchema?.['examples'];
  return Array.isArray(examples) && examples.length > 0
    ? `Such as: ${examples.map(String).join(', ')}`
    : undefined;
}

export function describe(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a map';
  if (typeof data === 'string') return `the text ${quoted(data)}`;
  return typeof data === 'number' ? `the number ${data}` : String(data);
}

export function listText(items: readonly string[], joiner = 'or'): string {
  return items.length < 2
    ? (items[0] ?? '')
    : `${items.slice(0, -1).join(', ')} ${joiner} ${items.at(-1) ?? ''}`;
}

export function capital(text: string): string {
  return text.startsWith('"') ? `The value of ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
