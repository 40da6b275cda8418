import type { ContentTestResult } from '@signalwright/detect';
import type { TestDifference } from '@signalwright/model';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { loadCleanContent, plural } from '../load-content.ts';
import { findProject } from '../project.ts';
import { runAllContentTests } from '../run-content-tests.ts';
import type { WorkContext } from '../command.ts';
import type { Colours, OutputOptions } from '../reporter.ts';

export interface TestOptions extends OutputOptions {
  readonly dir?: string;
}

export async function test(options: TestOptions, { world, reporter, args }: WorkContext): Promise<ExitCode> {
  const workspace = await loadCleanContent(findProject(world.cwd, options.dir), reporter);
  if (workspace === undefined) return EXIT.findings;
  const all = await runAllContentTests(workspace, world, reporter);
  const results =
    args.length === 0 ? all : all.filter(({ address }) => args.some((part) => address.includes(part)));
  const outcomes = results.flatMap((result) => result.outcomes);
  const failed = outcomes.filter((outcome) => !outcome.passed).length;
  for (const result of results) {
    for (const line of renderResult(result, reporter.colours, options.verbose === true)) reporter.say(line);
  }
  if (outcomes.length === 0) reporter.warn(`No test of ${args.join(', ') || 'this content'} was found.`);
  reporter.say(`${outcomes.length - failed} passed, ${failed} failed, in ${plural(results.length, 'file')}`);
  reporter.data({ ok: failed === 0, passed: outcomes.length - failed, failed, results });
  return failed > 0 || outcomes.length === 0 ? EXIT.findings : EXIT.ok;
}

function renderResult(
  { address, outcomes }: ContentTestResult,
  colours: Colours,
  verbose: boolean,
): readonly string[] {
  const failed = outcomes.filter((outcome) => !outcome.passed);
  const symbol = failed.length > 0 ? colours.red('✗') : colours.green('✓');
  const lines = [`${symbol} ${address} ${colours.dim(plural(outcomes.length, 'test'))}`];
  for (const outcome of verbose ? outcomes : failed) {
    lines.push(`    ${outcome.passed ? colours.green('✓') : colours.red('✗')} ${outcome.name}`);
    for (const difference of outcome.differences) lines.push(...renderDifference(difference, colours));
  }
  return lines;
}

function renderDifference(difference: TestDifference, colours: Colours): readonly string[] {
  const lines = [
    `        ${difference.path}`,
    `          expected ${colours.green(show(difference.expected))}`,
    `          actual   ${colours.red(show(difference.actual))}`,
  ];
  if (difference.note !== undefined) lines.push(`          ${colours.dim(difference.note)}`);
  return lines;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}
