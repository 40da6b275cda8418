/** What a person changes in the file of a rule, and what another person changes in the org. */

import { parseDocument } from 'yaml';
import type { Stage } from '../gitops/stage.ts';
import type { JsonObject } from '../roundtrip/real-objects.ts';

type Document = ReturnType<typeof parseDocument>;

const EDITS: readonly ((document: Document) => void)[] = [
  (rule) => rule.set('message', `${String(rule.get('message') ?? '')}\nSeen in the review of May.`),
  (rule) => rule.set('enabled', rule.get('enabled') === false),
  (rule) => rule.set('tags', [...tagsOf(rule), 'reviewed:yes']),
  (rule) => rule.set('name', `${String(rule.get('name'))} (reviewed)`),
];

/** @param turn which of the edits */
export function editRule(stage: Stage, file: string, turn: number): void {
  const document = parseDocument(stage.read(file));
  EDITS[turn % EDITS.length]?.(document);
  stage.write(file, document.toString({ lineWidth: 0 }));
}

function tagsOf(rule: Document): readonly unknown[] {
  const { tags } = rule.toJS() as { readonly tags?: readonly unknown[] };
  return tags ?? [];
}

/** Fields of an update by hand, given the rule as it is; its tags hold our mark, which stays. */
export const HAND_EDITS: readonly ((rule: JsonObject) => JsonObject)[] = [
  () => ({ message: 'Changed by hand.' }),
  ({ isEnabled }) => ({ isEnabled: isEnabled !== true }),
  ({ tags }) => ({ tags: [...(Array.isArray(tags) ? (tags as readonly unknown[]) : []), 'by:hand'] }),
];
