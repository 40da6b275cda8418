/** Reads the values of one path, as group-by, cardinality and message templates need them. */

import { isReservedName } from '../ast.ts';
import {
  searchPath,
  searchReserved,
  searchTag,
  type QueryDocument,
  type Scalar,
  type ValueSearch,
} from './document.ts';

/**
 * The values that a path has in a document, in order, each once; empty where it is missing.
 * `@a.b` is an attribute, `service` a reserved field, `message` and `tags` those; other names are tag keys.
 * The path is plain: nothing in it is escaped.
 */
export function readAttribute(document: QueryDocument, path: string): readonly Scalar[] {
  return compileReader(path)(document);
}

/** The same, with the path read once for many documents. */
export function compileReader(path: string): (document: QueryDocument) => readonly Scalar[] {
  if (path === 'message') return (document) => (document.message === '' ? [] : [document.message]);
  if (path === 'tags') return (document) => [...new Set(document.tags)];
  const search = searchOf(path);
  return (document) => {
    const values = new Set<Scalar>();
    search(document, (value) => {
      values.add(value);
      return false;
    });
    return [...values];
  };
}

function searchOf(path: string): ValueSearch {
  if (path.startsWith('@')) return searchPath(path.slice(1));
  return isReservedName(path) ? searchReserved(path) : searchTag(path);
}
