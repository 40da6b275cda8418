/** What `check` found, in the format that was asked for. */

import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import {
  diagnosticSuites,
  renderDiagnostic,
  renderJUnit,
  renderSarif,
  type IgnoredDiagnostic,
} from '@signalwright/content';
import type { Diagnostic } from '@signalwright/model';
import { renderAnnotation } from './annotation.ts';
import { usageFailure } from './failure.ts';
import { docsUrl, readLintPage } from './lint-page.ts';
import { countSeverities, plural, renderOne } from './load-content.ts';
import { OUTPUT_SCHEMA_VERSION, type Reporter } from './reporter.ts';
import { readVersion } from './version.ts';

export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly ignored: readonly IgnoredDiagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  /** Undefined while there are errors. */
  readonly objects: number | undefined;
  /** What `--fix` mended, or would. */
  readonly fixed?: readonly Diagnostic[];
}

const FORMATS = ['text', 'json', 'sarif', 'junit', 'github'] as const;
export type CheckFormat = (typeof FORMATS)[number];

/** @throws CommandFailure 64 for a format that does not exist */
export function asCheckFormat(text: string): CheckFormat {
  const format = FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  throw usageFailure(
    `"${text}" is no format.`,
    `Use ${FORMATS.slice(0, -1).join(', ')} or ${FORMATS.at(-1)}.`,
  );
}

export interface ReportContext {
  readonly root: string;
  readonly nowMs: number;
  readonly reporter: Reporter;
  /** Leaves out of text and annotations what is no error. */
  readonly isQuiet: boolean;
  /** Whether the project may pass: no error, and not too many warnings. */
  readonly ok: boolean;
}

/** Whole text of the report; empty when there is nothing to say. */
export function renderFindings(format: CheckFormat, findings: Findings, context: ReportContext): string {
  const { diagnostics, ignored, sources } = findings;
  const shown = context.isQuiet ? diagnostics.filter(({ severity }) => severity === 'error') : diagnostics;
  switch (format) {
    case 'text':
      return shown.map((each) => `${renderOne(each, sources, context.reporter)}\n\n`).join('');
    case 'github': {
      const prefix = repositoryPrefix(context.root);
      return shown.map((each) => `${renderAnnotation(each, prefix)}\n`).join('');
    }
    case 'json':
      return `${JSON.stringify(jsonDocument(findings, context.ok))}\n`;
    case 'sarif':
      return renderSarif({
        diagnostics,
        ignored,
        sources,
        prefix: repositoryPrefix(context.root),
        toolVersion: readVersion(),
        pageOf: readLintPage,
        docsUrl: docsUrl(),
      });
    case 'junit': {
      const textOf = (each: Diagnostic): string =>
        renderDiagnostic(each, sources.get(each.range.file), { color: false, width: 100 });
      const suites = diagnosticSuites(sources.keys(), diagnostics, ignored, textOf);
      return renderJUnit('signalwright check', suites, context.nowMs);
    }
  }
}

function jsonDocument({ diagnostics, ignored, sources, fixed }: Findings, ok: boolean): object {
  return {
    schemaVersion: OUTPUT_SCHEMA_VERSION,
    ok,
    files: sources.size,
    ...countSeverities(diagnostics),
    diagnostics,
    ignored,
    ...(fixed !== undefined && { fixed }),
  };
}

/** The last line of the text: `23 files, 22 objects, 0 errors, 0 warnings`. */
export function summaryLine(
  { diagnostics, ignored, sources, objects }: Findings,
  changedFiles: number | undefined,
): string {
  const { errors, warnings } = countSeverities(diagnostics);
  return [
    changedFiles === undefined
      ? plural(sources.size, 'file')
      : `${changedFiles} changed of ${plural(sources.size, 'file')}`,
    ...(objects === undefined ? [] : [plural(objects, 'object')]),
    plural(errors, 'error'),
    plural(warnings, 'warning'),
    ...(ignored.length === 0 ? [] : [`${ignored.length} ignored`]),
  ].join(', ');
}

/** Folder of the content in its repository: empty, or with a `/` at its end. Services name files from the repository's root. */
function repositoryPrefix(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) {
      const inside = relative(folder, root).split(sep).join('/');
      return inside === '' ? '' : `${inside}/`;
    }
    if (dirname(folder) === folder) return '';
  }
}
