/** Whether a mark that stands on a remote object means an address of ours. */

import { addressOf, parseAddress, unreachable, type Address } from '@signalwright/model';
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

/** Keys of the marks that stand on an object: it carries the mark of an address when the two share one. */
export function marksOn(
  { kind, ownership }: { readonly kind: RemoteKind; readonly ownership: Ownership },
  stack: string,
): ReadonlySet<string> {
  switch (ownership.kind) {
    case 'unmarked':
      return new Set();
    case 'tag':
      return new Set(ownership.stack === stack ? [addressOf(kind, ownership.id)] : []);
    case 'suffix':
      return new Set(kind === 'notification-rule' ? [ownership.mark] : []);
    case 'ambiguous': {
      const prefix = ownershipTag(stack, '');
      const ours = ownership.marks.filter((mark) => mark.startsWith(prefix));
      return new Set(ours.map((mark) => addressOf(kind, mark.slice(prefix.length))));
    }
    default:
      return unreachable(ownership);
  }
}

/** Keys of the marks that an object of this address may carry. */
export function marksOf(address: Address, stack: string): readonly string[] {
  const id = address.slice(address.indexOf('/') + 1);
  return address.startsWith('notification-rule/') ? [address, ownershipMark(stack, id)] : [address];
}

/** @throws for the address of a saved view, which no call is ever made for */
export function remoteKindOf(address: Address): RemoteKind {
  const kind = parseAddress(address)?.kind;
  if (kind === undefined || kind === 'saved-view')
    throw new Error(`No remote object has the address ${address}.`);
  return kind;
}
