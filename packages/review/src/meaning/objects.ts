/** One side of a comparison. `Workspace` of the content room is one. */

import type { Address, ContentObject, ProjectConfig } from '@signalwright/model';

export interface Objects {
  readonly objects: readonly ContentObject[];
  get(address: Address): ContentObject | undefined;
}

export interface Side extends Objects {
  readonly config: ProjectConfig;
}

/** Ids of all detection rules of a side, in order. */
export function ruleIdsOf({ objects }: Objects): readonly string[] {
  return objects.flatMap(({ kind, object }) => (kind === 'detection-rule' ? [object.id] : []));
}
