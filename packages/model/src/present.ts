/** Optional fields: what is undefined is left out of normal forms and payloads, never there as undefined. */

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The entries of `fields` that are not undefined. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
