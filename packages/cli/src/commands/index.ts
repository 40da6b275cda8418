import type { Command } from 'commander';
import { bindCommands, type AddCommand } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { World } from '../world.ts';
import { addCheck, addCompile, addExplain, addFmt, addImport, addInit, addTest } from './declare-content.ts';
import { addHistory } from './declare-history.ts';
import { addDiff, addReview } from './declare-review.ts';
import { addOrg } from './declare-org.ts';
import { addRun } from './declare-run.ts';
import { addSignals } from './declare-signals.ts';
import { addApply, addDrift, addPlan } from './declare-sync.ts';
import { addDemo, addUp } from './serve.ts';

/** In the order that `--help` lists them: the way a newcomer meets them. */
const COMMANDS: readonly AddCommand[] = [
  addInit,
  addImport,
  addCheck,
  addExplain,
  addFmt,
  addTest,
  addCompile,
  addPlan,
  addApply,
  addDrift,
  addHistory,
  addDiff,
  addReview,
  addUp,
  addDemo,
  addSignals,
  addRun,
  addOrg,
];

export function addCommands(program: Command, world: World, onExit: (code: ExitCode) => void): void {
  const run = bindCommands(world, onExit);
  for (const add of COMMANDS) add(program, run);
}
