/** What real processes have left behind: the org, the journal, and whether they agree. */

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnership, type RemoteObject } from '@signalwright/wire';
import type { Ended, RealStage, Repository } from './real-stage.ts';

function journalOf({ folder }: Repository): string {
  return join(folder, '.signalwright/sync/local.ndjson');
}

export function journalBytes(repository: Repository): number {
  return statSync(journalOf(repository), { throwIfNoEntry: false })?.size ?? 0;
}

/** What a killed apply has left in its journal; the end of it may be torn. */
export function readJournal(repository: Repository): { readonly isCut: boolean; readonly openCalls: number } {
  if (journalBytes(repository) === 0) return { isCut: false, openCalls: 0 };
  const text = readFileSync(journalOf(repository), 'utf8');
  const kinds: string[] = [];
  const open = new Set<string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const { body } = JSON.parse(line) as {
      readonly body: { readonly kind?: string; readonly address?: string };
    };
    kinds.push(body.kind ?? '');
    if (body.kind === 'intent') open.add(body.address ?? '');
    if (body.kind === 'outcome') open.delete(body.address ?? '');
  }
  const isCut = kinds.lastIndexOf('apply-started') > kinds.lastIndexOf('apply-finished');
  return { isCut, openCalls: open.size };
}

/** Intents that are whole on the disk. */
export function countIntents(repository: Repository): number {
  if (journalBytes(repository) === 0) return 0;
  return (readFileSync(journalOf(repository), 'utf8').match(/"kind":"intent"[^\n]*\n/g) ?? []).length;
}

/**
 * The org is as content wants it, the journal says so and verifies.
 *
 * @param objects of ours, those switched off included
 * @returns what is wrong
 */
export async function judgeApplied(
  { org }: RealStage,
  repository: Repository,
  stack: string,
  objects: number,
): Promise<readonly string[]> {
  const plan = await repository.run(['plan', '--exit-code']);
  const history = await repository.run(['history', 'verify']);
  const marks = marksOf(await org.objects(), stack);
  const { openCalls } = readJournal(repository);
  return [
    ...(plan.end === 0 ? [] : [`the next plan is not empty: ${told(plan)}`]),
    ...(history.end === 0 ? [] : [`the journal does not verify: ${told(history)}`]),
    ...(marks.length === objects ? [] : [`${marks.length} objects where ${objects} belong`]),
    ...(new Set(marks).size === marks.length ? [] : ['something exists twice']),
    ...(openCalls === 0 ? [] : [`${openCalls} calls are open`]),
  ];
}

/** What carries our mark; one that is a suffix does not say of which stack it is. */
export function marksOf(objects: readonly RemoteObject[], stack: string): readonly string[] {
  return objects.flatMap(({ kind, payload }) => {
    const mark = readOwnership(payload);
    if (mark.kind === 'tag') return mark.stack === stack ? [`${kind}/${mark.id}`] : [];
    return mark.kind === 'suffix' ? [`${kind}/${mark.mark}`] : [];
  });
}

/** So that what follows meets nothing of this stack. */
export async function removeOurs({ org }: RealStage, stack: string): Promise<void> {
  for (const object of await org.objects()) {
    if (marksOf([object], stack).length > 0) await org.client().objects(object.kind).delete(object.id);
  }
}

export function told({ end, text }: Ended): string {
  return `with ${end}: ${text.slice(-600)}`;
}
