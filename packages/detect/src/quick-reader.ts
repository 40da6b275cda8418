/**
 * Reads the values of one path like `compileReader` of the query room, quicker where it is simple: one
 * scalar at a nested path, a reserved name, or nothing at all. Everything else is left to the full reader.
 */

import type { Attributes, Scalar, SearchDocument } from '@signalwright/model';
import { compileReader } from '@signalwright/query';

export type Reader = (document: SearchDocument) => readonly Scalar[];

const NOTHING: readonly Scalar[] = [];

/** The values at `path`, in order, each once; empty where it is missing. */
export function compileQuickReader(path: string): Reader {
  const slow = compileReader(path);
  return path.startsWith('@') ? attributeReader(path.slice(1), slow) : reservedReader(path, slow);
}

function reservedReader(name: string, slow: Reader): Reader {
  return (document) => {
    const value = Object.hasOwn(document.reserved, name) ? document.reserved[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? [value] : slow(document);
  };
}

function attributeReader(path: string, slow: Reader): Reader {
  const segments = path.split('.');
  // Under which keys of the outermost object the path can begin: `http`, `http.client_ip`.
  const starts = segments.map((_, index) => segments.slice(0, index + 1).join('.'));
  return (document) => {
    let value: unknown = document.attributes;
    for (let depth = 0; depth < segments.length; depth += 1) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return slow(document);
      const name = segments[depth] ?? '';
      if (!Object.hasOwn(value, name)) {
        return depth === 0 && !hasAny(document.attributes, starts) ? NOTHING : slow(document);
      }
      value = (value as Attributes)[name];
    }
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isScalar ? [value as Scalar] : slow(document);
  };
}

function hasAny(attributes: Attributes, names: readonly string[]): boolean {
  for (const name of names) if (Object.hasOwn(attributes, name)) return true;
  return false;
}
