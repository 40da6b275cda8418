/** Parts of payloads for normal forms: whatever is there is read as what it should be, and nothing is refused. */

import type { Payload } from '@signalwright/model';
import { isEmptyValue, isJsonObject, type JsonObject } from './payload-reader.ts';

/** The fields that hold something. */
export function keep(from: JsonObject, keys: readonly string[]): Payload {
  const kept = keys.map((key) => [key, withoutEmpty(from[key])] as const);
  return Object.fromEntries(kept.filter(([, value]) => !isEmptyValue(value)));
}

/** Inside a part that is kept, what carries nothing is no difference either. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isJsonObject(value)) return value;
  const parts = Object.entries(value).map(([key, part]) => [key, withoutEmpty(part)] as const);
  return Object.fromEntries(parts.filter(([, part]) => !isEmptyValue(part)));
}

export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function setOf(value: unknown): readonly unknown[] {
  return sortBy([...new Set(listOf(value))], orderKey);
}

/** Of an item that may be anything: an object of others can make `String` throw. */
export function orderKey(item: unknown): string {
  return typeof item === 'string' ? item : (JSON.stringify(item) ?? 'undefined');
}

/** By UTF-16 units, so that no locale has a say. */
export function sortBy(items: readonly unknown[], key: (item: unknown) => string): readonly unknown[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
