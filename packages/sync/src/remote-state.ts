/** What a plan keeps of a remote object, so that apply can tell whether it is still the same. */

import type { ObservedObject } from './observe.ts';

export interface RemoteState {
  readonly id: string;
  readonly version?: number;
  readonly updatedAt?: string;
  /** Of the normal form. */
  readonly digest: string;
}

export function remoteStateOf(observed: ObservedObject): RemoteState {
  const { id, version, updatedAt } = observed.remote;
  return {
    id,
    ...(version !== undefined && { version }),
    ...(updatedAt !== undefined && { updatedAt }),
    digest: observed.digest,
  };
}
