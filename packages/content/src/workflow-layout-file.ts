/**
 * Where the boxes of a workflow stand: `block-attacker.layout.yaml` beside `block-attacker.yaml`. A program writes it
 * and no run reads it, so that a box somebody moved changes no file that people review. Not an object of its own.
 */

import type {
  AuthoredWorkflow,
  Diagnostic,
  LayoutBounds,
  Origin,
  StepLayout,
  Workflow,
  WorkflowLayout,
} from '@signalwright/model';
import { diagnostic, quoted } from './diagnostic.ts';
import { FOLDERS, baseName } from './folders.ts';
import { Report } from './link/link-context.ts';
import { readYaml } from './parse/read-yaml.ts';
import type { FileAnswers } from './load/check-cache.ts';
import { once } from './once.ts';
import { sourceText, startOfFile } from './source-text.ts';

const SUFFIX = '.layout';

export function isLayoutFile(path: string): boolean {
  return path.startsWith(`${FOLDERS.workflow}/`) && baseName(path).endsWith(SUFFIX);
}

/** The layout file of a workflow's own file. */
export function layoutFileOf(path: string): string {
  return `${path.replace(/\.ya?ml$/, '')}${SUFFIX}.yaml`;
}

/** What a layout file holds; undefined where nobody has placed anything. */
export function writeLayout({ id, layout }: Workflow): Readonly<Record<string, unknown>> | undefined {
  const steps = Object.entries(layout.steps).map(([step, { bounds, edges }]) => [
    step,
    { ...bounds, ...(edges !== undefined && { edges }) },
  ]);
  const annotations = Object.entries(layout.annotations);
  if (steps.length === 0 && annotations.length === 0) return undefined;
  return {
    layoutOf: id,
    ...(steps.length > 0 && { steps: Object.fromEntries(steps) }),
    ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
  };
}

interface Found {
  readonly facts: LayoutFacts;
  readonly layout?: WorkflowLayout;
  readonly origin?: Origin;
}

/** JSON, so that it can be kept. */
interface LayoutFacts {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined when the file does not say of which workflow. */
  readonly layoutOf?: string;
}

/** The layout files of a workspace, by id of the workflow. */
export class WorkflowLayouts {
  readonly diagnostics: Diagnostic[] = [];
  readonly #found = new Map<string, { readonly file: string; readonly read: () => Found }>();

  add(file: string, text: string, answers: FileAnswers): void {
    const read = once(() => readLayout(file, text));
    const { diagnostics, layoutOf } = answers.answer('layout', () => read().facts);
    if (layoutOf !== undefined) this.#found.set(layoutOf, { file, read });
    this.diagnostics.push(...diagnostics);
  }

  /** The workflow with its layout, if there is one. */
  lay(authored: AuthoredWorkflow): AuthoredWorkflow {
    const { object } = authored;
    const layout = this.#found.get(object.id)?.read().layout;
    return layout === undefined ? authored : { ...authored, object: { ...object, layout } };
  }

  /** @param workflowIds of the workflows that are there */
  orphans(workflowIds: ReadonlySet<string>): readonly Diagnostic[] {
    return [...this.#found]
      .filter(([id]) => !workflowIds.has(id))
      .map(([id, { file, read }]) =>
        diagnostic(
          'workflow/orphan-layout',
          read().origin?.rangeOf(['layoutOf']) ?? startOfFile(file),
          `No workflow has the id ${quoted(id)}.`,
          {
            hint: 'The file goes where its workflow goes: rename it, or remove it.',
          },
        ),
      );
  }
}

function readLayout(file: string, text: string): Found {
  const parsed = readYaml(sourceText(file, text));
  if (!parsed.ok) return { facts: { diagnostics: parsed.diagnostics } };
  const { origin } = parsed;
  const report = new Report(origin);
  const { layoutOf, steps, annotations, ...others } = parsed.data;
  for (const key of Object.keys(others)) refuse(report, [key]);
  const layout = {
    steps: readMap(steps, 'steps', report, readStep),
    annotations: readMap(annotations, 'annotations', report, readBounds),
  };
  if (typeof layoutOf !== 'string')
    refuse(report, [], 'It does not say in layoutOf: which workflow it is of.');
  const diagnostics = [...parsed.warnings, ...report.diagnostics];
  return { facts: { diagnostics, ...(typeof layoutOf === 'string' && { layoutOf }) }, layout, origin };
}

type Path = readonly string[];

function refuse(report: Report, path: Path, message = 'A layout holds nothing of the kind.'): void {
  report.atKey(path, 'workflow/bad-layout', message, {
    hint: 'A program writes this file: import the workflow again, or remove the file.',
  });
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readMap<T>(
  value: unknown,
  key: string,
  report: Report,
  read: (item: Readonly<Record<string, unknown>>, path: Path, report: Report) => T,
): Readonly<Record<string, T>> {
  if (value === undefined) return {};
  if (!isMap(value)) {
    refuse(report, [key]);
    return {};
  }
  const entries = Object.entries(value).flatMap(([name, item]) => {
    if (isMap(item)) return [[name, read(item, [key, name], report)] as const];
    refuse(report, [key, name]);
    return [];
  });
  return Object.fromEntries(entries);
}

function readStep(value: Readonly<Record<string, unknown>>, path: Path, report: Report): StepLayout {
  const { edges, ...rest } = value;
  const bounds = readBounds(rest, path, report);
  const isList = Array.isArray(edges) && edges.every((edge) => typeof edge === 'string');
  if (edges !== undefined && !isList) refuse(report, [...path, 'edges']);
  return {
    ...(Object.keys(bounds).length > 0 && { bounds }),
    ...(isList && { edges }),
  };
}

const BOUNDS: ReadonlySet<string> = new Set(['x', 'y', 'width', 'height']);

function readBounds(value: Readonly<Record<string, unknown>>, path: Path, report: Report): LayoutBounds {
  const entries = Object.entries(value).filter(([key, number]) => {
    const isBound = BOUNDS.has(key) && typeof number === 'number';
    if (!isBound) refuse(report, [...path, key]);
    return isBound;
  });
  return Object.fromEntries(entries);
}
