/**
 * What the project has agreed on: comments that excuse a finding, and severities of its own. Comments come first, so that
 * one about a lint that is turned off is still about something.
 */

import { isAdvice, type Diagnostic, type ProjectConfig, type SourceRange } from '@signalwright/model';
import { diagnostic, quoted } from '../diagnostic.ts';
import { sourceText } from '../source-text.ts';
import { readIgnores, type Ignore } from './ignore-comments.ts';

export interface IgnoredDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly reason: string;
  /** Where the comment names the code. */
  readonly comment: SourceRange;
}

export interface PolicyInput {
  /** As found, in any order. */
  readonly diagnostics: readonly Diagnostic[];
  /** Files that were read as YAML, by path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly lints: ProjectConfig['lints'];
  /** The caller's clock, Unix time in milliseconds; left out, nothing has expired. */
  readonly nowMs: number | undefined;
  /** False while files could not be read in full: a finding may be missing because of that. */
  readonly isComplete: boolean;
}

export interface PolicyResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly ignored: readonly IgnoredDiagnostic[];
}

export function applyPolicy(input: PolicyInput): PolicyResult {
  const { kept, ignored, reported } = applyIgnores(input);
  return {
    diagnostics: [...kept, ...reported].flatMap((each) => withSeverity(each, input.lints)),
    ignored,
  };
}

function withSeverity(each: Diagnostic, lints: ProjectConfig['lints']): readonly Diagnostic[] {
  const severity = isAdvice(each.code) ? lints[each.code] : undefined;
  if (severity === undefined) return [each];
  return severity === 'off' ? [] : [{ ...each, severity }];
}

interface Ignoring {
  readonly kept: readonly Diagnostic[];
  readonly ignored: readonly IgnoredDiagnostic[];
  /** About the comments. */
  readonly reported: readonly Diagnostic[];
}

function applyIgnores({ diagnostics, sources, nowMs, isComplete }: PolicyInput): Ignoring {
  const reported: Diagnostic[] = [];
  const ignoresOf = new Map<string, readonly Ignore[]>();
  for (const [file, text] of sources) {
    const read = readIgnores(sourceText(file, text));
    if (read.ignores.length > 0) ignoresOf.set(file, read.ignores);
    reported.push(...read.diagnostics);
  }
  if (ignoresOf.size === 0) return { kept: diagnostics, ignored: [], reported };
  const used = new Set<Ignore>();
  const kept: Diagnostic[] = [];
  const ignored: IgnoredDiagnostic[] = [];
  for (const each of diagnostics) {
    const matching = (ignoresOf.get(each.range.file) ?? []).filter((ignore) => speaksOf(ignore, each));
    for (const ignore of matching) used.add(ignore);
    const holding = matching.find((ignore) => !hasExpired(ignore, nowMs));
    if (holding === undefined) kept.push(each);
    else ignored.push({ diagnostic: each, reason: holding.reason, comment: holding.codeRange });
  }
  for (const [file, ignores] of ignoresOf) {
    const isWrong = kept.some(({ range, severity }) => range.file === file && severity === 'error');
    for (const ignore of ignores) {
      if (!used.has(ignore)) reported.push(...(isComplete && !isWrong ? [unused(ignore)] : []));
      else if (hasExpired(ignore, nowMs)) reported.push(expired(ignore));
    }
  }
  return { kept, ignored, reported };
}

function speaksOf({ code, lines }: Ignore, { code: found, range }: Diagnostic): boolean {
  if (code !== found) return false;
  return lines === undefined || (lines.first <= range.start.line && range.start.line <= lines.last);
}

function hasExpired({ endsMs }: Ignore, nowMs: number | undefined): boolean {
  return endsMs !== undefined && nowMs !== undefined && endsMs <= nowMs;
}

function unused({ code, codeRange, lines }: Ignore): Diagnostic {
  const where = lines === undefined ? 'in this file' : `on line ${lines.first}`;
  return diagnostic('ignore/unused', codeRange, `There is no ${quoted(code)} ${where} to ignore.`, {
    hint: 'Remove the comment, or put it above the line that check names.',
  });
}

function expired({ untilRange, codeRange, code }: Ignore): Diagnostic {
  return diagnostic('ignore/expired', untilRange, `This comment no longer ignores ${quoted(code)}.`, {
    hint: 'Mend the finding, or agree on a later day and say why.',
    related: [{ message: 'The finding is reported again.', range: codeRange }],
  });
}
