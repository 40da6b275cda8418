/** Whether a mark that stands on a remote object means an address of ours. */

import { parseAddress, unreachable, type Address } from '@signalwright/model';
import { ownershipMark, ownershipTag, type Ownership, type RemoteKind } from '@signalwright/wire';

/** Whether a mark stands for the object of `address` in this stack. */
export function carriesMark(ownership: Ownership, stack: string, address: Address): boolean {
  const id = address.slice(address.indexOf('/') + 1);
  switch (ownership.kind) {
    case 'unmarked':
      return false;
    case 'tag':
      return ownership.stack === stack && ownership.id === id;
    case 'suffix':
      return address.startsWith('notification-rule/') && ownership.mark === ownershipMark(stack, id);
    case 'ambiguous':
      return ownership.marks.includes(ownershipTag(stack, id));
    default:
      return unreachable(ownership);
  }
}

/** @throws for the address of a saved view, which no call is ever made for */
export function remoteKindOf(address: Address): RemoteKind {
  const kind = parseAddress(address)?.kind;
  if (kind === undefined || kind === 'saved-view')
    throw new Error(`No remote object has the address ${address}.`);
  return kind;
}
