/**
 * Tries verdicts on changed queries. Random pairs, most of them near misses of each other, against brute
 * force over every document that can matter, judged by a matcher that shares no line with ours; a part of
 * them against z3 as well. Then the queries of published rules against small changes of themselves and
 * against their nearest neighbours: how many verdicts are UNKNOWN, how long they take, and whether each
 * witness shows what it is shown for.
 */

import { setImmediate } from 'node:timers/promises';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { askZ3, type Opinions } from './query-meaning/ask-z3.ts';
import { drawPair } from './query-meaning/pairs.ts';
import { tryPublished } from './query-meaning/published.ts';
import { tryPair, type Trial } from './query-meaning/try-pair.ts';

const SHORT = { pairs: 10_000, opinions: 200 } as const;
const FULL = { pairs: 200_000, opinions: 6_000 } as const;
const MAX_FAILURES_SHOWN = 5;
const PROGRESS_EVERY = 5_000;
/** z3 works on a thread of its own; between pairs its answers are taken in. */
const PAIRS_A_TURN = 20;

export const proof: Proof = {
  name: 'query-meaning',
  claim: 'No verdict on a change of a query is wrong, and every witness shows what it is shown for.',
  run: async ({ short, seed, log }) => {
    const size = short ? SHORT : FULL;
    const random = seededRandom(seed);
    const tally = startTally();
    const opinions = await askZ3(size.opinions, size.pairs);
    for (let at = 0; at < size.pairs; at += 1) {
      const pair = drawPair(random);
      const trial = tryPair(pair, random);
      count(tally, trial);
      opinions.offer(pair, trial);
      if ((at + 1) % PAIRS_A_TURN === 0) await setImmediate();
      if ((at + 1) % PROGRESS_EVERY === 0) log(`${at + 1} of ${size.pairs} pairs, ${tally.failed} failed`);
    }
    log('waiting for z3');
    const z3 = await opinions.close();
    const published = tryPublished(log);
    const failures = [...tally.failures, ...z3.failures, ...published.failures].slice(0, MAX_FAILURES_SHOWN);
    return {
      tried: size.pairs + published.compared,
      failed: tally.failed + z3.failures.length + published.failures.length,
      detail: {
        ...figures(tally),
        z3: z3Figures(z3),
        published: published.figures,
        ...(failures.length > 0 && { failures }),
      },
    };
  },
};

interface Tally {
  readonly verdicts: Record<string, number>;
  readonly failures: string[];
  failed: number;
  documents: number;
  /** Universes that a bound cut. */
  cut: number;
  /** Witnesses that brute force had nothing like, though its universe was whole. */
  missed: number;
}

function startTally(): Tally {
  return { verdicts: {}, failures: [], failed: 0, documents: 0, cut: 0, missed: 0 };
}

function count(tally: Tally, trial: Trial): void {
  const verdict = trial.comparison?.verdict ?? 'none';
  tally.verdicts[verdict] = (tally.verdicts[verdict] ?? 0) + 1;
  tally.documents += trial.documents;
  if (!trial.isComplete) tally.cut += 1;
  else if (trial.isMissed) tally.missed += 1;
  if (trial.failures.length === 0) return;
  tally.failed += 1;
  const single = trial.single.size > 0 ? ' (@v and env hold one value)' : '';
  const [before, after] = trial.texts;
  if (tally.failures.length < MAX_FAILURES_SHOWN) {
    tally.failures.push(`${before}  ->  ${after}${single}: ${trial.failures.join('; ')}`);
  }
}

function figures({ verdicts, documents, cut, missed }: Tally): Readonly<Record<string, unknown>> {
  return { verdicts, documents, universesCut: cut, witnessesMissedByBruteForce: missed };
}

function z3Figures({ asked, agreed, undecided, expressible }: Opinions): Readonly<Record<string, unknown>> {
  return { asked, agreed, undecided, shareOfPairsItCanExpress: expressible };
}
