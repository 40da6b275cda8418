/** Marks by index mean what they mean one by one. */

import { addressOf, type Address } from '@signalwright/model';
import { ownershipMark, type Ownership, type RemoteKind } from '@signalwright/wire';
import { expect, test } from 'vitest';
import { carriesMark, marksOf, marksOn } from './ownership-match.ts';

const KINDS: readonly RemoteKind[] = ['detection-rule', 'notification-rule'];
const OWNERSHIPS: readonly Ownership[] = [
  { kind: 'unmarked' },
  { kind: 'tag', stack: 'acme', id: 'a' },
  { kind: 'tag', stack: 'other', id: 'a' },
  { kind: 'suffix', mark: ownershipMark('acme', 'a') },
  { kind: 'suffix', mark: ownershipMark('other', 'a') },
  { kind: 'ambiguous', marks: ['signalwright:acme/a', 'signalwright:acme/b', 'signalwright:other/c'] },
  { kind: 'ambiguous', marks: ['signalwright:other/a', 'signalwright:acme2/a'] },
];
const ADDRESSES: readonly Address[] = KINDS.flatMap((kind) =>
  ['a', 'b', 'c'].map((id) => addressOf(kind, id)),
);
const rows = KINDS.flatMap((kind) => OWNERSHIPS.map((ownership) => ({ kind, ownership })));

test.each(rows)('$kind with $ownership', (object) => {
  const keys = marksOn(object, 'acme');
  for (const address of ADDRESSES) {
    const isOfKind = address.startsWith(`${object.kind}/`);
    expect(marksOf(address, 'acme').some((key) => keys.has(key))).toBe(
      isOfKind && carriesMark(object.ownership, 'acme', address),
    );
  }
});
