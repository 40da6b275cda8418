/** Parts of payloads for normal forms: whatever is there is read as what it should be, and nothing is refused. */

import type { Payload } from '@signalwright/model';
import { isEmptyValue, isJsonObject, type JsonObject } from './payload-reader.ts';

/** The fields that hold something. */
export function keep(from: JsonObject, keys: readonly string[]): Payload {
  return Object.fromEntries(keys.filter((key) => !isEmptyValue(from[key])).map((key) => [key, from[key]]));
}

export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function setOf(value: unknown): readonly unknown[] {
  return sortBy([...new Set(listOf(value))], String);
}

/** By UTF-16 units, so that no locale has a say. */
export function sortBy(items: readonly unknown[], key: (item: unknown) => string): readonly unknown[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
