import { CODES, isDiagnosticCode, type DiagnosticCode } from '@signalwright/model';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { environmentFailure, usageFailure } from '../failure.ts';
import { readLintPage } from '../lint-page.ts';
import { renderMarkdown } from '../render-markdown.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface ExplainOptions extends OutputOptions {
  readonly list?: boolean;
}

const ALL = (Object.keys(CODES) as DiagnosticCode[]).toSorted();

export function explain(options: ExplainOptions, { reporter, args }: WorkContext): Promise<ExitCode> {
  const [wanted] = args;
  if (options.list === true || wanted === undefined) {
    const width = Math.max(...ALL.map((code) => code.length));
    for (const code of ALL) {
      const { severity, summary } = CODES[code];
      reporter.say(`${code.padEnd(width)}  ${severity.padEnd(7)}  ${summary}`);
    }
    reporter.data({ ok: true, codes: ALL.map((code) => ({ code, ...CODES[code] })) });
    return Promise.resolve(EXIT.ok);
  }
  const code = findCode(wanted);
  const page = readLintPage(code);
  if (page === undefined)
    throw environmentFailure('The pages of the codes are not installed with this command.');
  reporter.say(renderMarkdown(page, reporter.colours));
  reporter.data({ ok: true, code, ...CODES[code], page });
  return Promise.resolve(EXIT.ok);
}

/** A whole code, or the last part of just one. @throws CommandFailure 64 */
function findCode(wanted: string): DiagnosticCode {
  if (isDiagnosticCode(wanted)) return wanted;
  const named = ALL.filter((code) => code.endsWith(`/${wanted}`));
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  const similar =
    named.length > 0 ? named : ALL.filter((code) => code.includes(wanted)).slice(0, MAX_SIMILAR);
  throw usageFailure(
    `${JSON.stringify(wanted)} is no code.`,
    similar.length > 0
      ? `Do you mean ${similar.join(' or ')}?`
      : 'List them with `signalwright explain --list`.',
  );
}

const MAX_SIMILAR = 5;
