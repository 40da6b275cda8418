import {
  asCheckFormat,
  renderFindings,
  summaryLine,
  type CheckFormat,
  type Findings,
} from '../check-report.ts';
import { countSeverities, loadContent, plural } from '../load-content.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { findProject } from '../project.ts';
import { oneLine } from '../text-width.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';
import type { World } from '../world.ts';
import { writeOutput } from '../write-output.ts';

export interface CheckOptions extends OutputOptions {
  readonly dir?: string;
  readonly format: string;
  readonly output?: string;
  readonly maxWarnings?: string;
  readonly watch?: boolean;
}

export async function check(options: CheckOptions, context: WorkContext): Promise<ExitCode> {
  const format = asCheckFormat(options.json === true ? 'json' : options.format);
  const maxWarnings = asMaxWarnings(options.maxWarnings);
  const root = findProject(context.world.cwd, options.dir);
  const asked = { format, maxWarnings, root, options };
  const exitCode = report(await findFindings(root, context.world), asked, context);
  return options.watch === true ? watch(asked, context) : exitCode;
}

/** Until Ctrl-C, which is its ordinary end. */
async function watch(asked: Asked, context: WorkContext): Promise<ExitCode> {
  const { root, format } = asked;
  const { world, reporter } = context;
  if (format !== 'text' && format !== 'json') {
    throw usageFailure(`--watch prints no ${format}.`, 'Use it with text or json.');
  }
  const { watchContent } = await import('../watch-content.ts');
  const onReady = (): void => reporter.warn('Watching the content; Ctrl-C ends it.');
  await watchContent(root, world, onReady, async (files) => {
    const time = new Date(world.nowMs()).toISOString().slice(11, 19);
    const shown = files.slice(0, MAX_SHOWN_FILES).map(oneLine).join(', ');
    const more = files.length > MAX_SHOWN_FILES ? ` and ${files.length - MAX_SHOWN_FILES} more` : '';
    reporter.warn(`${time} changed: ${shown}${more}`);
    report(await findFindings(root, world), asked, context);
  });
  return EXIT.ok;
}

const MAX_SHOWN_FILES = 5;

async function findFindings(root: string, world: World): Promise<Findings> {
  const { diagnostics, ignored, sources, workspace } = await loadContent(root, world, {
    everyEnvironment: true,
  });
  return { diagnostics, ignored, sources, objects: workspace?.objects.length };
}

interface Asked {
  readonly format: CheckFormat;
  readonly maxWarnings: number;
  readonly root: string;
  readonly options: CheckOptions;
}

function report(findings: Findings, asked: Asked, { world, reporter }: WorkContext): ExitCode {
  const { format, maxWarnings, root, options } = asked;
  const { errors, warnings } = countSeverities(findings.diagnostics);
  const ok = errors === 0 && warnings <= maxWarnings;
  const context = { root, nowMs: world.nowMs(), reporter, isQuiet: options.quiet === true, ok };
  const text = renderFindings(format, findings, context);
  if (options.output !== undefined || text !== '') writeOutput(text, options.output, world);
  // Beside a document on stdout, a line for people would make it unreadable for programs.
  const isForPeople = options.output !== undefined || format === 'text' || format === 'github';
  if (isForPeople) reporter.say(summaryLine(findings));
  if (errors === 0 && !ok) {
    reporter.warn(`${plural(warnings, 'warning')}: more than --max-warnings ${maxWarnings} allows.`);
  }
  return ok ? EXIT.ok : EXIT.findings;
}

function asMaxWarnings(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw usageFailure(`"${text}" is no number of warnings.`, 'Write a whole number: --max-warnings 0');
}
