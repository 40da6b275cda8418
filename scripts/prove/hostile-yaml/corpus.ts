/** All hostile inputs, numbered: the same seed and number give the same input in every process. */

import { seededRandom } from '../../harness/seeded-random.ts';
import { BOMBS } from './bombs.ts';
import { CHARACTERS } from './characters.ts';
import { CROWDED } from './crowds.ts';
import { LANGUAGES } from './languages.ts';
import { MUTATED } from './mutations.ts';
import { SOUP } from './soup.ts';
import { TRAPS } from './traps.ts';
import type { Family, HostileInput } from './input.ts';

const FAMILIES: readonly Family[] = [
  CROWDED,
  ...BOMBS,
  ...CHARACTERS,
  ...TRAPS,
  ...LANGUAGES,
  ...MUTATED,
  ...SOUP,
];

/** How often inputs are drawn beside the tables; what finds most is drawn most. */
const WEIGHTS: Readonly<Record<string, number>> = { mutations: 8, soup: 8, 'slow texts': 2, scalars: 4 };

export interface Corpus {
  readonly tables: number;
  /** The input with this number; numbers from `tables` on are drawn without end. */
  readonly input: (index: number) => HostileInput & { readonly family: string };
}

export function openCorpus(seed: number): Corpus {
  const tables = FAMILIES.map((family) => ({ family, inputs: family.table() }));
  const listed = tables.flatMap(({ family, inputs }) =>
    inputs.map((input) => ({ ...input, family: family.name })),
  );
  const wheel = FAMILIES.flatMap((family) => {
    const { draw } = family;
    return draw === undefined
      ? []
      : Array.from({ length: WEIGHTS[family.name] ?? 1 }, () => ({ name: family.name, draw }));
  });
  return {
    tables: listed.length,
    input: (index) => {
      const known = listed[index];
      if (known !== undefined) return known;
      const drawn = wheel[index % wheel.length];
      if (drawn === undefined) throw new Error('No family draws.');
      return { ...drawn.draw(seededRandom(seed * 1_000_003 + index)), family: drawn.name };
    },
  };
}
