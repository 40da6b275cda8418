/** Files of content become the objects of one environment, each by itself: what they say of each other is for `link`. */

import { addressOf, isId, type Address } from '@signalwright/model';
import type { EnvironmentView } from '../environment/environments.ts';
import { shapeOf } from '../link/alike-rules.ts';
import { outlineOf, type ContentEntry, type LoadedObject, type Outline } from '../link/content-entry.ts';
import type { ParsedTexts } from '../link/parsed-texts.ts';
import { once } from '../once.ts';
import type { WorkflowLayouts } from '../workflow-layout-file.ts';
import { readObject, type ContentFile, type ReadObject } from './content-file.ts';
import type { ContentTree } from './content-tree.ts';

export interface EnvironmentObjects {
  /** By file: each as it stands alone. Sorted by file. */
  readonly reads: ReadonlyMap<string, ObjectRead>;
  /** Objects that the environment overrides. */
  readonly overridden: ReadonlySet<Address>;
  /** Whether the environment has a say in any object. */
  readonly isVaried: boolean;
}

/** A file as an environment reads it. */
export interface ObjectRead extends ObjectFacts {
  /** Undefined when it cannot be read. */
  readonly entry?: ContentEntry;
}

/** JSON, so that it can be kept. */
interface ObjectFacts extends Pick<ReadObject, 'diagnostics' | 'isVaried' | 'bodyId'> {
  readonly outline?: Outline;
  /** Of the pinned body that it was laid over. */
  readonly body?: string;
}

/** @param base another environment of the same tree: what neither has a say in is not read again */
export function readObjects(
  tree: ContentTree,
  view: EnvironmentView,
  texts: ParsedTexts,
  base?: EnvironmentObjects,
): EnvironmentObjects {
  const reads = new Map<string, ObjectRead>();
  const overridden = new Set<Address>();
  for (const content of tree.contents) {
    const { written, file } = content;
    if (written === undefined) continue;
    const { kind, id } = written;
    const address = id !== undefined && isId(id) ? addressOf(kind, id) : undefined;
    const isOverridden = address !== undefined && view.override(address) !== undefined;
    if (isOverridden) overridden.add(address);
    const known = isOverridden ? undefined : base?.reads.get(file);
    reads.set(
      file,
      known?.isVaried === false
        ? known
        : readFile(content, isOverridden ? address : undefined, view, tree, texts),
    );
  }
  return { reads, overridden, isVaried: [...reads.values()].some((each) => each.isVaried) };
}

function readFile(
  content: ContentFile,
  address: Address | undefined,
  view: EnvironmentView,
  { pins }: ContentTree,
  texts: ParsedTexts,
): ObjectRead {
  const { file, answers } = content;
  const override = address === undefined ? undefined : view.override(address);
  const read = once((): ReadObject => {
    const parsed = content.parsed();
    if (parsed === undefined) throw new Error(`${file} was read, and cannot be read again.`);
    return readObject(parsed, { override, variables: view.variables, pins });
  });
  const find = (): ObjectFacts => {
    const { loaded, ...facts } = read();
    return {
      ...facts,
      ...(loaded !== undefined && { outline: outlineOf(loaded, texts) }),
      ...(facts.bodyId !== undefined && { body: pins.digestOf(facts.bodyId) }),
    };
  };
  const isStillTrue = ({ bodyId, body }: ObjectFacts): boolean =>
    bodyId === undefined || pins.digestOf(bodyId) === body;
  const facts = answers.answer(`object ${view.name}`, find, isStillTrue);
  const { outline, body } = facts;
  if (outline === undefined) return facts;
  const load = (): LoadedObject => {
    const { loaded } = read();
    if (loaded === undefined) throw new Error(`${file} was read, and cannot be read again.`);
    return loaded;
  };
  const digest = body === undefined ? answers.digest : `${answers.digest} ${body}`;
  const findShape = (): KeptShape => {
    const { object } = load();
    return { digest, ...(object.kind === 'detection-rule' && { shape: shapeOf(object.object) }) };
  };
  const shape = (): string | undefined =>
    answers.answer(`shape ${view.name}`, findShape, (kept) => kept.digest === digest).shape;
  return { ...facts, entry: { file, outline, digest, answers, load, shape } };
}

/** JSON, so that it can be kept. */
interface KeptShape {
  /** Of the object. */
  readonly digest: string;
  readonly shape?: string;
}

/** @returns those that can be read, sorted by file */
export function entriesOf({ reads }: EnvironmentObjects): readonly ContentEntry[] {
  return [...reads.values()].flatMap(({ entry }) => entry ?? []);
}

/** Reads all objects, with their layouts and the handles of workflows. By file, sorted. */
export function loadObjects(
  objects: EnvironmentObjects,
  layouts: WorkflowLayouts,
): ReadonlyMap<string, LoadedObject> {
  const entries = entriesOf(objects);
  const handles = new Map(
    entries.flatMap(({ outline: { kind, id, handle } }) =>
      kind === 'workflow' ? [[id, handle ?? ''] as const] : [],
    ),
  );
  return new Map(entries.map((entry) => [entry.file, finish(entry.load(), layouts, handles)]));
}

function finish(
  { object, written }: LoadedObject,
  layouts: WorkflowLayouts,
  handles: ReadonlyMap<string, string>,
): LoadedObject {
  if (object.kind === 'workflow') return { object: layouts.lay(object), written };
  if (object.kind !== 'notification-rule') return { object, written };
  // Targets name a workflow by id, and compile to its handle.
  const targets = object.object.targets.map((target) => {
    const handle = target.kind === 'workflow' ? handles.get(target.workflowId) : undefined;
    const isOther = target.kind === 'workflow' && handle !== undefined && handle !== target.workflowId;
    return isOther ? { ...target, handle } : target;
  });
  return { object: { ...object, object: { ...object.object, targets } }, written };
}
