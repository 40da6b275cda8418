import type { ContentTestResult } from '@signalwright/detect';
import { isFailed, type TestDifference, type TestOutcome } from '@signalwright/model';
import { renderJUnit, type JUnitCase, type JUnitSuite } from '@signalwright/content';
import pc from 'picocolors';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { loadCleanContent, plural } from '../load-content.ts';
import { findProject } from '../project.ts';
import { runAllContentTests } from '../run-content-tests.ts';
import type { WorkContext } from '../command.ts';
import { OUTPUT_SCHEMA_VERSION, type Colours, type OutputOptions } from '../reporter.ts';
import { writeOutput } from '../write-output.ts';

export interface TestOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly format: string;
  readonly output?: string;
}

export async function test(options: TestOptions, { world, reporter, args }: WorkContext): Promise<ExitCode> {
  const format = asTestFormat(options.json === true ? 'json' : options.format);
  const workspace = await loadCleanContent(
    findProject(world.cwd, options.dir),
    { world, reporter },
    envOf(options),
  );
  if (workspace === undefined) return EXIT.findings;
  const all = await runAllContentTests(workspace, world, reporter);
  const results =
    args.length === 0 ? all : all.filter(({ address }) => args.some((part) => address.includes(part)));
  const outcomes = results.flatMap((result) => result.outcomes);
  const failed = outcomes.filter(isFailed).length;
  const notRun = outcomes.filter((outcome) => outcome.notRun !== undefined).length;
  const passed = outcomes.length - failed - notRun;
  const ok = failed === 0 && outcomes.length > 0;
  const document = { ok: failed === 0, passed, failed, notRun, results };
  if (format === 'junit') {
    writeOutput(renderJUnit('signalwright test', results.map(asSuite), world.nowMs()), options.output, world);
  } else if (format === 'json') {
    const text = JSON.stringify({ schemaVersion: OUTPUT_SCHEMA_VERSION, ...document });
    writeOutput(`${text}\n`, options.output, world);
  }
  // A document on stdout stands alone there.
  const isForPeople = format === 'text' || options.output !== undefined;
  for (const result of isForPeople ? results : []) {
    for (const line of renderResult(result, reporter.colours, options.verbose === true)) reporter.say(line);
  }
  if (outcomes.length === 0) reporter.warn(`No test of ${args.join(', ') || 'this content'} was found.`);
  if (isForPeople)
    reporter.say(
      `${passed} passed, ${failed} failed${notRun === 0 ? '' : `, ${notRun} not run`}, in ${plural(results.length, 'file')}`,
    );
  return ok ? EXIT.ok : EXIT.findings;
}

const FORMATS = ['text', 'json', 'junit'] as const;

function asTestFormat(text: string): (typeof FORMATS)[number] {
  const format = FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  throw usageFailure(`"${text}" is no format.`, 'Use text, json or junit.');
}

function asSuite({ address, outcomes }: ContentTestResult): JUnitSuite {
  return { name: address, cases: outcomes.map(asCase) };
}

function asCase({ name, differences, notRun }: TestOutcome): JUnitCase {
  if (notRun !== undefined) return { name, outcome: { kind: 'skipped', message: notRun } };
  const [first] = differences;
  if (first === undefined) return { name, outcome: { kind: 'passed' } };
  const message = `${first.path}: expected ${show(first.expected)}, got ${show(first.actual)}`;
  const text = differences.flatMap((each) => renderDifference(each, pc.createColors(false))).join('\n');
  return { name, outcome: { kind: 'failed', type: 'difference', message, text } };
}

function renderResult(
  { address, outcomes }: ContentTestResult,
  colours: Colours,
  verbose: boolean,
): readonly string[] {
  const shown = outcomes.filter((outcome) => verbose || !outcome.passed);
  const symbol = outcomes.some(isFailed) ? colours.red('✗') : colours.green('✓');
  const lines = [`${symbol} ${address} ${colours.dim(plural(outcomes.length, 'test'))}`];
  for (const outcome of shown) {
    if (outcome.notRun !== undefined) {
      lines.push(
        `    ${colours.yellow('?')} ${outcome.name}`,
        `        not run: ${outcome.notRun} What one event matches can be tested with event and matches.`,
      );
      continue;
    }
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
