/** What content was imported from, and no list shows yet: a create would make the same thing once more. */

import type { Address } from '@signalwright/model';
import { readOwnership, type ApiClient, type ApiOutcome } from '@signalwright/wire';
import { remoteKey, type DesiredState } from './desired.ts';
import { indexObserved } from './find-owned.ts';
import type { LastApplied } from './journal-entry.ts';
import { observeObject, type ObservedState } from './observe.ts';

export interface Importing {
  /** What is on record was asked for already. */
  readonly lastApplied: ReadonlyMap<Address, LastApplied>;
  /** What carries no mark is to be taken over. */
  readonly adopt: boolean;
}

/**
 * Asks for it by its id. Once there is an object with the mark of the file, nothing is asked: it stands for the file.
 *
 * @returns the observation, with what is there after all
 */
export async function askImported(
  client: ApiClient,
  desired: DesiredState,
  observed: ObservedState,
  { lastApplied, adopt }: Importing,
): Promise<ApiOutcome<ObservedState>> {
  const objects = [...observed.objects];
  const foreign = new Map(observed.foreign);
  const search = indexObserved(objects, observed.stack);
  const listed = new Set([
    ...foreign.keys(),
    ...objects.map(({ kind, remote }) => remoteKey(kind, remote.id)),
  ]);
  for (const { address, kind, importedFrom } of desired.objects) {
    if (importedFrom === undefined || lastApplied.has(address)) continue;
    if (listed.has(remoteKey(kind, importedFrom)) || search(address).kind !== 'none') continue;
    const read = await client.objects(kind).get(importedFrom);
    if (read.kind === 'refused' && read.error.status === 404) continue;
    if (read.kind !== 'done') return read;
    const ownership = readOwnership(read.value.payload);
    if (adopt && ownership.kind === 'unmarked') objects.push(observeObject(read.value, ownership));
    else foreign.set(remoteKey(kind, importedFrom), ownership);
  }
  return { kind: 'done', value: { ...observed, objects, foreign } };
}
