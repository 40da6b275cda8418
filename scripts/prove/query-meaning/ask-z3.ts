/** A second opinion from z3, a solver of other people: is there a document that one query matches and another does not? */

import { init, Z3_lbool } from 'z3-solver';
import type { Pair } from './pairs.ts';
import type { Trial } from './try-pair.ts';
import { scriptFor } from './z3-script.ts';

export interface Opinions {
  readonly asked: number;
  readonly agreed: number;
  /** z3 gave up within its time. */
  readonly undecided: number;
  /** Of all pairs offered. */
  readonly expressible: number;
  readonly failures: readonly string[];
}

export interface Asking {
  /** Asks of some of the pairs, evenly spread, in the order they are offered; the answers come later. */
  readonly offer: (pair: Pair, trial: Trial) => void;
  readonly close: () => Promise<Opinions>;
}

const TIMEOUT_MS = 500;
/** About the share of pairs that can be asked. */
const EXPRESSIBLE = 0.6;

/** @param limit pairs that are asked of, out of about `offers` */
export async function askZ3(limit: number, offers: number): Promise<Asking> {
  const { solve, end } = await startSolver();
  const stride = Math.max(1, Math.floor((offers * EXPRESSIBLE) / limit));
  let [offered, expressible, asked, agreed, undecided] = [0, 0, 0, 0, 0];
  const failures: string[] = [];
  let answers: Promise<void> = Promise.resolve();
  const ask = async (script: string, { texts, comparison }: Trial): Promise<void> => {
    const verdict = comparison?.verdict;
    const said = await solve(script);
    const isImplied = verdict === 'EQUIVALENT' || verdict === 'WIDENS';
    if (said === 'undecided' || verdict === 'UNKNOWN') undecided += 1;
    else if ((said === 'unsat') === isImplied) agreed += 1;
    else failures.push(`${texts.join('  ->  ')}: z3 says ${said} where the verdict is ${verdict}`);
  };
  return {
    offer: ({ before, after }, trial) => {
      offered += 1;
      const script = scriptFor(before, after, trial.single);
      if (script === undefined) return;
      expressible += 1;
      if (expressible % stride !== 0 || asked >= limit) return;
      asked += 1;
      answers = answers.then(() => ask(script, trial));
    },
    close: async () => {
      await answers;
      end();
      return { asked, agreed, undecided, expressible: expressible / Math.max(1, offered), failures };
    },
  };
}

type Said = 'sat' | 'unsat' | 'undecided';

interface Solver {
  readonly solve: (script: string) => Promise<Said>;
  /** Ends its threads, which would keep the process alive. */
  readonly end: () => void;
}

async function startSolver(): Promise<Solver> {
  const { Z3, em } = await init();
  const config = Z3.mk_config();
  Z3.set_param_value(config, 'timeout', String(TIMEOUT_MS));
  return {
    solve: async (script) => {
      const context = Z3.mk_context(config);
      const solver = Z3.mk_solver(context);
      Z3.solver_inc_ref(context, solver);
      // Read at once: a text that is evaluated asynchronously may be overwritten before z3 gets to it.
      Z3.solver_from_string(context, solver, script);
      const said = await Z3.solver_check(context, solver);
      Z3.solver_dec_ref(context, solver);
      Z3.del_context(context);
      return said === Z3_lbool.Z3_L_TRUE ? 'sat' : said === Z3_lbool.Z3_L_FALSE ? 'unsat' : 'undecided';
    },
    end: () => em.PThread?.terminateAllThreads?.(),
  };
}
