/**
 * The process that is measured: it checks one input after the other, each of them twice, and prints a line before and
 * a line behind each. Arguments: a folder of its own, the seed, and the numbers of the inputs.
 */

import { mkdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand, type CommandAnswer } from '../../harness/run-command.ts';
import { openCorpus } from './corpus.ts';
import { CONFIG, judge } from './judge.ts';
import type { Begun, Measured } from './measured.ts';

const [folder = '', seed = '', ...numbers] = process.argv.slice(2);
const corpus = openCorpus(Number(seed));

for (const number of numbers.map(Number)) {
  const input = corpus.input(number);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'signalwright.yaml'), CONFIG);
  mkdirSync(dirname(join(folder, input.file)), { recursive: true });
  writeFileSync(join(folder, input.file), input.bytes());
  say({ begun: number });
  // The second check in one process is the one that the composer of `yaml` does not survive without a guard.
  const first = await timed(['check']);
  const second = await timed(['check', '--json']);
  const { codes, problems } = judge(input, first.answer, second.answer);
  say({
    number,
    family: input.family,
    name: input.name,
    tookMs: Math.max(first.tookMs, second.tookMs),
    peakRssKb: process.resourceUsage().maxRSS,
    codes,
    problems,
  });
}

async function timed(
  args: readonly string[],
): Promise<{ readonly answer: CommandAnswer; readonly tookMs: number }> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const answer = await runCommand(folder, args);
  const passedMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(startCpu);
  return { answer, tookMs: Math.min(passedMs, (user + system) / 1_000) };
}

/** At once: a process that dies must have said what it was doing. */
function say(line: Begun | Measured): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
