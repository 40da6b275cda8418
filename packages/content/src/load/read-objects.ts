/** Files of content become the objects of one environment, each by itself: what they say of each other is for `link`. */

import { addressOf, isId, type Address } from '@signalwright/model';
import type { EnvironmentView } from '../environment/environments.ts';
import type { LoadedObject } from '../link/link.ts';
import type { WorkflowLayouts } from '../workflow-layout-file.ts';
import { readObject, type ParsedContent, type ReadObject } from './content-file.ts';
import type { ContentTree } from './content-tree.ts';

export interface EnvironmentObjects {
  /** By file: each as it stands alone. */
  readonly reads: ReadonlyMap<string, ReadObject>;
  /** By file: those that could be read, with their layouts and the handles of workflows. Sorted by file. */
  readonly loaded: ReadonlyMap<string, LoadedObject>;
  /** Objects that the environment overrides. */
  readonly overridden: ReadonlySet<Address>;
  /** Whether the environment has a say in any object. */
  readonly isVaried: boolean;
}

/** @param base another environment of the same tree: what neither has a say in is not read again */
export function readObjects(
  { contents, pins, layouts }: ContentTree,
  view: EnvironmentView,
  base?: EnvironmentObjects,
): EnvironmentObjects {
  const reads = new Map<string, ReadObject>();
  const overridden = new Set<Address>();
  for (const { file, parsed } of contents) {
    if (parsed === undefined) continue;
    const address = addressIn(parsed);
    const override = address === undefined ? undefined : view.override(address);
    if (address !== undefined && override !== undefined) overridden.add(address);
    const known = base?.reads.get(file);
    const isSame = known !== undefined && !known.isVaried && override === undefined;
    reads.set(file, isSame ? known : readObject(parsed, { override, variables: view.variables, pins }));
  }
  return {
    reads,
    loaded: nameHandles(withLayouts(reads, layouts)),
    overridden,
    isVaried: [...reads.values()].some((each) => each.isVaried),
  };
}

function addressIn({ kind, id }: ParsedContent): Address | undefined {
  return id !== undefined && isId(id) ? addressOf(kind, id) : undefined;
}

function withLayouts(
  reads: ReadonlyMap<string, ReadObject>,
  layouts: WorkflowLayouts,
): ReadonlyMap<string, LoadedObject> {
  const entries = [...reads].flatMap(([file, { loaded }]) => {
    if (loaded === undefined) return [];
    const { object, written } = loaded;
    return [[file, { object: object.kind === 'workflow' ? layouts.lay(object) : object, written }] as const];
  });
  return new Map(entries);
}

/** Targets name a workflow by id, and compile to its handle. */
function nameHandles(loaded: ReadonlyMap<string, LoadedObject>): ReadonlyMap<string, LoadedObject> {
  const handles = new Map<string, string>();
  for (const { object } of loaded.values()) {
    if (object.kind === 'workflow') handles.set(object.object.id, object.object.handle);
  }
  const entries = [...loaded].map(([file, each]) => {
    const { object, written } = each;
    if (object.kind !== 'notification-rule') return [file, each] as const;
    const targets = object.object.targets.map((target) => {
      const handle = target.kind === 'workflow' ? handles.get(target.workflowId) : undefined;
      const isOther = target.kind === 'workflow' && handle !== undefined && handle !== target.workflowId;
      return isOther ? { ...target, handle } : target;
    });
    return [file, { object: { ...object, object: { ...object.object, targets } }, written }] as const;
  });
  return new Map(entries);
}
