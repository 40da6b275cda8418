/** Which item of a list became which: equal ones first, then those of one name, then those that stand at one place. */

export interface Pair<T> {
  readonly old: T;
  readonly young: T;
  /** Place of the young one. */
  readonly position: number;
}

export interface Pairing<T> {
  readonly pairs: readonly Pair<T>[];
  readonly gone: readonly T[];
  readonly fresh: readonly { readonly item: T; readonly position: number }[];
}

/**
 * @param textOf equal texts are the same item, wherever they stand
 * @param nameOf empty for an item without a name; items of different names are never the same
 */
export function pairUp<T>(
  olds: readonly T[],
  youngs: readonly T[],
  textOf: (item: T) => string,
  nameOf: (item: T) => string,
): Pairing<T> {
  const taken = new Set<number>();
  const found = new Map<number, number>();
  const pair = (fits: (old: T, young: T, isSamePlace: boolean) => boolean): void => {
    youngs.forEach((young, position) => {
      if (found.has(position)) return;
      const at = olds.findIndex((old, place) => !taken.has(place) && fits(old, young, place === position));
      if (at === -1) return;
      taken.add(at);
      found.set(position, at);
    });
  };
  pair((old, young, isSamePlace) => isSamePlace && textOf(old) === textOf(young));
  pair((old, young) => textOf(old) === textOf(young));
  pair((old, young) => nameOf(young) !== '' && nameOf(old) === nameOf(young));
  pair((old, young, isSamePlace) => isSamePlace && (nameOf(old) === '' || nameOf(young) === ''));
  const pairs = [...found]
    .toSorted(([a], [b]) => a - b)
    .map(([position, at]) => ({ old: olds[at] as T, young: youngs[position] as T, position }));
  return {
    pairs,
    gone: olds.filter((_, place) => !taken.has(place)),
    fresh: youngs.flatMap((item, position) => (found.has(position) ? [] : [{ item, position }])),
  };
}
