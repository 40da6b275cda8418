/** A change that a plan holds. Payloads are the bodies of the public API. */

import type { Address } from './address.ts';
import { unreachable } from './unreachable.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** One field that differs, by its path in the payload (`options.keepAlive`, `cases[0].status`). */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export type Change =
  | { readonly kind: 'create'; readonly address: Address; readonly after: Payload }
  | {
      readonly kind: 'update';
      readonly address: Address;
      readonly remoteId: string;
      readonly before: Payload;
      readonly after: Payload;
      readonly fields: readonly FieldChange[];
    }
  /** Gone from content: it is switched off first, and deleted after a time of grace. */
  | {
      readonly kind: 'disable';
      readonly address: Address;
      readonly remoteId: string;
      readonly before: Payload;
    }
  | {
      readonly kind: 'delete';
      readonly address: Address;
      readonly remoteId: string;
      readonly before: Payload;
    }
  /** Saved views have no public API: a link to the page, never a create. */
  | { readonly kind: 'link'; readonly address: Address; readonly url: string }
  | { readonly kind: 'noop'; readonly address: Address };

const SYMBOL = {
  create: '+',
  update: '~',
  disable: 'x',
  delete: '-',
  link: '>',
  noop: ' ',
} as const satisfies Record<Change['kind'], string>;

/** One line of `signalwright plan` output. */
export function renderChange(change: Change): string {
  switch (change.kind) {
    case 'create':
    case 'disable':
    case 'delete':
    case 'noop':
      return `${SYMBOL[change.kind]} ${change.address}`;
    case 'link':
      return `${SYMBOL.link} ${change.address} ${change.url}`;
    case 'update':
      return `${SYMBOL.update} ${change.address} (${change.fields.map((field) => field.path).join(', ')})`;
    default:
      return unreachable(change);
  }
}
