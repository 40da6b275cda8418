/**
 * Brings every real object that we have through the command line: payload, `import`, YAML on disk, `check`,
 * `compile`, payload. Then the same objects with fields, values and texts that nobody expects.
 * A second `import` of the same payloads must change no byte, and `fmt` nothing.
 */

import { KINDS } from '@signalwright/model';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { mutate, pick } from './roundtrip/mutate.ts';
import { readRealObjects } from './roundtrip/real-objects.ts';
import { runBatch, type Outcome } from './roundtrip/run-batch.ts';

const BATCH = 250;
const FULL_MUTANTS = 5_000;
const SHORT = { everyReal: 12, mutants: 40 } as const;
const MAX_FAILURES_SHOWN = 20;

export const proof: Proof = {
  name: 'roundtrip',
  claim:
    'Whatever the API answers comes in as YAML without errors, and compiles back to the very same payload.',
  run: async ({ short, seed, log }) => {
    const real = readRealObjects().filter((_, index) => !short || index % SHORT.everyReal === 0);
    const random = seededRandom(seed);
    // As many of each kind: nine in ten of the real ones are rules.
    const byKind = KINDS.map((kind) => real.filter((each) => each.kind === kind)).filter(
      ({ length }) => length > 0,
    );
    const mutants = Array.from({ length: short ? SHORT.mutants : FULL_MUTANTS }, () => {
      const { object, changes } = mutate(pick(pick(byKind, random), random), random);
      return { ...object, source: `${object.source} with ${changes.join('; ')}` };
    });
    const outcomes: Outcome[] = [];
    for (const [name, objects] of [
      ['real objects', real],
      ['mutants', mutants],
    ] as const) {
      for (let start = 0; start < objects.length; start += BATCH) {
        outcomes.push(...(await runBatch(objects.slice(start, start + BATCH))));
        log(
          `${name}: ${Math.min(start + BATCH, objects.length)} of ${objects.length}, ${outcomes.filter((each) => each.problems.length > 0).length} failed`,
        );
      }
    }
    const failures = outcomes.filter((each) => each.problems.length > 0);
    return {
      tried: outcomes.length,
      failed: failures.length,
      detail: {
        ...countsOf('real', outcomes.slice(0, real.length)),
        ...countsOf('mutants', outcomes.slice(real.length)),
        ...(failures.length > 0 && {
          failures: failures
            .slice(0, MAX_FAILURES_SHOWN)
            .map(
              ({ object, problems }) =>
                `${object.kind} ${object.source}: ${problems.slice(0, 3).join(' | ')}`,
            ),
        }),
      },
    };
  },
};

/** How many of each kind, how many needed `unknownFields`, and which fields the real ones kept there. */
function countsOf(name: string, outcomes: readonly Outcome[]): Readonly<Record<string, unknown>> {
  const kinds: Record<string, number> = {};
  const fields: Record<string, number> = {};
  for (const { object, unknownFields } of outcomes) {
    kinds[object.kind] = (kinds[object.kind] ?? 0) + 1;
    for (const field of new Set(unknownFields.map((path) => path.replaceAll(/\[\d+\]/g, '[]'))))
      fields[field] = (fields[field] ?? 0) + 1;
  }
  const kept = outcomes.filter((each) => each.unknownFields.length > 0).length;
  return { [name]: { ...kinds, withUnknownFields: kept, ...(name === 'real' && { fields }) } };
}
