/** Two objects of a kind with one name: people pick the wrong one from a list. Notification rules must differ. */

import type { ContentObject } from '@signalwright/model';
import { quoted } from '../../diagnostic.ts';
import type { LinkContext } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';

export const sameName: Lint = (object, report, context) => {
  const first = firstOfName(context).get(nameKey(object));
  if (first === undefined || first === object) return;
  report.at(['name'], 'lint/same-name', `${first.address} has the name ${quoted(object.object.name)} too.`, {
    hint: 'Give them names that tell them apart.',
    related: [{ message: 'The other one.', range: first.origin.rangeOf(['name']) }],
  });
};

const firstByName = new WeakMap<LinkContext, ReadonlyMap<string, ContentObject>>();

function firstOfName(context: LinkContext): ReadonlyMap<string, ContentObject> {
  let known = firstByName.get(context);
  if (known === undefined) {
    const found = new Map<string, ContentObject>();
    for (const each of context.objects) if (!found.has(nameKey(each))) found.set(nameKey(each), each);
    known = found;
    firstByName.set(context, known);
  }
  return known;
}

function nameKey({ kind, object }: ContentObject): string {
  return `${kind} ${object.name.trim().toLowerCase()}`;
}
