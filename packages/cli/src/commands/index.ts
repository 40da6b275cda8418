import type { Command } from 'commander';
import { bindCommands, type AddCommand } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { World } from '../world.ts';
import { addApply } from './apply.ts';
import { addCheck } from './check.ts';
import { addCompile } from './compile.ts';
import { addInit } from './init.ts';
import { addPlan } from './plan.ts';
import { addTest } from './test.ts';

/** In the order that `--help` lists them: the way a newcomer meets them. */
const COMMANDS: readonly AddCommand[] = [addInit, addCheck, addTest, addCompile, addPlan, addApply];

export function addCommands(program: Command, world: World, onExit: (code: ExitCode) => void): void {
  const run = bindCommands(world, onExit);
  for (const add of COMMANDS) add(program, run);
}
