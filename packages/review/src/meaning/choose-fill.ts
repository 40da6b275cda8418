/**
 * Which example a witness is filled from. Best is one that shows the difference by itself; next, an example
 * that takes what the change turns on from another example, so that `env: staging` becomes `env: prod` and
 * not an event without env. What is chosen only makes a witness familiar; the matchers decide what it shows.
 */

import { compileReader, type QueryDocument, type Scalar } from '@signalwright/query';

export interface FillQuestion {
  readonly examples: readonly QueryDocument[];
  /** Paths that changed clauses look at. */
  readonly decisive: ReadonlySet<string>;
  /** Whether the document shows the difference. */
  readonly shows: (document: QueryDocument) => boolean;
  /** Whether either query matches it. */
  readonly isNear: (document: QueryDocument) => boolean;
}

/** Of examples looked at; of those that lend and borrow values; of paths that are borrowed. */
const MAX_EXAMPLES = 200;
const MAX_BORROWERS = 10;
const MAX_LENDERS = 50;
const MAX_PATHS = 4;

/** Undefined when there are no examples. */
export function chooseFill(question: FillQuestion): QueryDocument | undefined {
  const { examples, shows, isNear } = question;
  const some = examples.slice(0, MAX_EXAMPLES);
  const near = some.filter(isNear);
  return some.find(shows) ?? borrow(question, near, some) ?? extend(question, near) ?? near[0] ?? some[0];
}

/** A value that goes on: where `/login*` became `/login`, `/login/other` says more than `/loginx`. */
function extend(
  { decisive, shows }: FillQuestion,
  near: readonly QueryDocument[],
): QueryDocument | undefined {
  const paths = [...decisive].filter((path) => path.startsWith('@')).slice(0, MAX_PATHS);
  for (const document of near.slice(0, MAX_BORROWERS)) {
    for (const path of paths) {
      const [value] = compileReader(path)(document);
      if (typeof value !== 'string' || value === '') continue;
      const longer = value.startsWith('/') ? `${value.replace(/\/$/, '')}/other` : `${value}-other`;
      const attributes = withAttribute(document.attributes, path.slice(1).split('.'), longer);
      if (shows({ ...document, attributes })) return { ...document, attributes };
    }
  }
  return undefined;
}

function borrow(
  { decisive, shows }: FillQuestion,
  near: readonly QueryDocument[],
  some: readonly QueryDocument[],
): QueryDocument | undefined {
  const paths = [...decisive].slice(0, MAX_PATHS);
  for (const borrower of near.slice(0, MAX_BORROWERS)) {
    for (const lender of some.slice(0, MAX_LENDERS)) {
      for (const path of paths) {
        const made = withValueOf(borrower, lender, path);
        if (made !== undefined && shows(made)) return made;
      }
    }
  }
  return undefined;
}

/** Undefined where the lender has no value, or the path is not one that can be set. */
function withValueOf(
  document: QueryDocument,
  lender: QueryDocument,
  path: string,
): QueryDocument | undefined {
  const values = compileReader(path)(lender);
  const [value] = values;
  if (value === undefined || path === 'message' || path === 'tags' || path === '*') return undefined;
  if (path.startsWith('@')) {
    return { ...document, attributes: withAttribute(document.attributes, path.slice(1).split('.'), value) };
  }
  const tags = document.tags.filter((tag) => !tag.startsWith(`${path}:`));
  const lent = lender.tags.filter((tag) => tag.startsWith(`${path}:`));
  if (!Object.hasOwn(lender.reserved, path)) return { ...document, tags: [...tags, ...lent] };
  const entries = Object.entries(document.reserved).filter(([name]) => name !== path);
  const reserved = Object.fromEntries([...entries, [path, lender.reserved[path] ?? '']]);
  return { ...document, reserved, tags: [...tags, ...lent] };
}

type Json = Readonly<Record<string, unknown>>;

/** Built entry by entry: a path named `__proto__` is a key like any other. */
function withAttribute(object: Json, [key, ...rest]: readonly string[], value: Scalar): Json {
  if (key === undefined) return object;
  const old = Object.hasOwn(object, key) ? object[key] : undefined;
  const inner = typeof old === 'object' && old !== null && !Array.isArray(old) ? (old as Json) : {};
  const next = rest.length === 0 ? value : withAttribute(inner, rest, value);
  return Object.fromEntries([...Object.entries(object).filter(([name]) => name !== key), [key, next]]);
}
