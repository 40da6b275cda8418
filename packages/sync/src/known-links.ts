/** Links to saved views that an apply has shown before: the public API has no views, so the journal is what remembers them. */

import type { Address, Change } from '@signalwright/model';
import { canonicalDigest } from '@signalwright/store';

/** Of the link of a view as it was shown last, by the address of the view. */
export type KnownLinks = ReadonlyMap<string, string>;

const DIGEST_CHARS = 16;

export function isKnownLink(known: KnownLinks, address: string, url: string): boolean {
  return known.get(address) === digestOf(url);
}

/** What an apply of these items puts on record: views that are new, or have changed. */
export function newLinks(
  items: readonly { readonly address: Address; readonly change: Change }[],
  known: KnownLinks,
): Readonly<Record<string, string>> {
  const fresh = items.flatMap(({ address, change }) =>
    change.kind === 'link' && !isKnownLink(known, address, change.url)
      ? [[address, digestOf(change.url)] as const]
      : [],
  );
  return Object.fromEntries(fresh);
}

function digestOf(url: string): string {
  return canonicalDigest(url).slice(0, DIGEST_CHARS);
}
