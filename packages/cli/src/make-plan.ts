/** Looks at the target and makes the plan: the same for plan, apply, up and demo. */

import { dirname } from 'node:path';
import type { Workspace } from '@signalwright/content';
import { StoreError } from '@signalwright/store';
import { secretVariable, type Address } from '@signalwright/model';
import {
  OWN_SETTLE_MS,
  SETTLE_MS,
  applyPlan,
  askImported,
  desiredStateBeside,
  importedObjects,
  observe,
  openSyncJournal,
  planChanges,
  readHistory,
  withDefaultTags,
  type ApplyEvidence,
  type ApplyOptions,
  type ApplyResult,
  type DesiredState,
  type ObservedState,
  type Lease,
  type Plan,
  type PlanItem,
  tunedRules,
  type SyncHistory,
  type SyncJournal,
  type SyncJournalFile,
} from '@signalwright/sync';
import { readOwnership, type SecretLookup } from '@signalwright/wire';
import { answerOf } from './api-answer.ts';
import { environmentOf } from './environment.ts';
import { CommandFailure, environmentFailure } from './failure.ts';
import { clockOf } from './interruption.ts';
import { makeDataFolder, makeFolder } from './make-folder.ts';
import { plural } from './load-content.ts';
import type { Provenance } from './provenance.ts';
import { continuesHistory, prunePolicy } from './prune-guard.ts';
import { findOrg } from './target-org.ts';
import { readSecret } from './read-secret.ts';
import type { Reporter } from './reporter.ts';
import type { Target } from './target.ts';
import { readVersion } from './version.ts';
import type { World } from './world.ts';

export interface PlanRequest {
  /** What content was imported from gets our mark. */
  readonly adopt?: boolean;
  /** What has gone from content may be removed, where the environment says `prune: confirm`. */
  readonly prune?: boolean;
  /** Where a plan was approved: what it removes, and nothing else is. */
  readonly removeOnly?: ReadonlySet<Address>;
  /** Left out, the plan is bound to no files and removes nothing. */
  readonly provenance?: Provenance;
}

/** A plan, and what it was made from. */
export interface PlanWithSources {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly observed: ObservedState;
}

/** @throws CommandFailure when the target does not answer or refuses */
export async function makePlan(
  workspace: Workspace,
  target: Target,
  journal: SyncJournal,
  world: Pick<World, 'nowMs'>,
  request: PlanRequest = {},
): Promise<Plan> {
  const history = readHistory(journal.entries(), target.plan);
  return (await lookAndPlan(workspace, target, history, world, request)).plan;
}

/** @throws CommandFailure when the target does not answer or refuses */
export async function lookAndPlan(
  workspace: Workspace,
  target: Target,
  history: SyncHistory,
  world: Pick<World, 'nowMs'>,
  { adopt = false, prune = false, removeOnly, provenance }: PlanRequest = {},
): Promise<PlanWithSources> {
  const { lastApplied } = history;
  const environment = environmentOf(workspace.config, target.plan.name);
  const org = await findOrg(target, {
    ...history,
    ...(environment?.org !== undefined && { named: environment.org }),
  });
  const { stack } = target.plan;
  const wantedAsWell = {
    tuned: tunedRules(workspace),
    ...(adopt && { adopted: importedObjects(workspace) }),
  };
  const client = withDefaultTags(target.client, workspace);
  const [listed, desired] = await Promise.all([
    observe(client, stack, lastApplied, wantedAsWell),
    desiredStateBeside(workspace, { stack }),
  ]);
  const asked = await askImported(client, desired, answerOf(listed, target), { lastApplied, adopt });
  const observed = answerOf(asked, target);
  const wanted = new Set(desired.objects.map(({ address }) => address));
  const nowMs = world.nowMs();
  const plan = planChanges({
    desired,
    observed,
    lastApplied,
    target: org === undefined ? target.plan : { ...target.plan, org },
    toolVersion: readVersion(),
    accepted: environment?.acceptDrift.filter(({ endsMs }) => nowMs < endsMs) ?? [],
    ...(provenance !== undefined && {
      treeDigest: provenance.treeDigest,
      prune: {
        ...(await prunePolicy({
          environment: environment ?? { prune: 'never' },
          asked: prune,
          provenance,
          history,
          wanted,
          nowMs,
        })),
        ...(removeOnly !== undefined && { only: removeOnly }),
      },
    }),
  });
  return { plan, desired, observed };
}

/**
 * Says when objects at the target carry our mark although the journal knows of no apply. Nothing is created twice
 * then, since marks decide; but what others changed there reads as ours, and open calls of before are forgotten.
 */
export function tellMissingHistory(
  plan: Plan,
  journal: SyncJournal,
  target: Target,
  reporter: Reporter,
): void {
  const ours = plan.items.filter(carriesMark).length + plan.orphans.length;
  if (ours === 0 || journal.entries().length > 0) return;
  const found = `${plural(ours, 'object')} at ${target.plan.url} ${ours === 1 ? 'carries' : 'carry'} our mark`;
  reporter.warn(
    `${target.journalPath} knows of no apply, but ${found}: changes that others made there cannot be told from ours. ` +
      'If the journal was lost, restore it from a copy.',
  );
}

/** What is tuned or adopted for the first time has none yet. */
function carriesMark({ change, remote }: PlanItem): boolean {
  if (remote === undefined) return false;
  return change.kind !== 'update' || readOwnership(change.before).kind !== 'unmarked';
}

export interface PlanToCarryOut {
  readonly plan: Plan;
  /** Where a plan was approved: changes that are not in it, and why each waits. */
  readonly held?: ReadonlyMap<Address, string>;
  /** The plan whose removals are agreed to. */
  readonly allowDestroy?: string;
  readonly provenance?: Provenance;
  /** The commit begins the history anew: it was rewritten. */
  readonly acceptHistory?: boolean;
  /** For the record. */
  readonly evidence?: ApplyEvidence;
  readonly lease?: Lease | undefined;
  /** Objects that are written at once. */
  readonly parallel?: number;
  /** How long ago the journal was taken. */
  readonly quietMs?: number;
  /** Ends the apply in order. The client of the target must know it too. */
  readonly stop?: AbortSignal | undefined;
  /** What the plan was made of. */
  readonly workspace: Workspace;
  readonly target: Target;
  readonly journal: SyncJournal;
  readonly world: World;
}

/** How long after a call an object may be missing from lists. */
export function settleMsOf({ isEmbedded }: Target): number {
  return isEmbedded ? OWN_SETTLE_MS : SETTLE_MS;
}

/** Applies exactly this plan; what moved at the target since it was made is refused. */
export async function carryOutPlan(
  work: PlanToCarryOut,
  onProgress: (done: number, total: number) => void,
): Promise<ApplyResult> {
  const { plan, workspace, target, journal, world, held, allowDestroy, provenance, evidence } = work;
  const commit = await commitToRecord(work);
  return applyPlan(plan, withDefaultTags(target.client, workspace), journal, {
    clock: clockOf(world, work.stop),
    stop: work.stop,
    settleMs: settleMsOf(target),
    quietMs: work.quietMs,
    expect: {
      target: target.plan,
      toolVersion: readVersion(),
      ...(provenance !== undefined && { treeDigest: provenance.treeDigest }),
      ...(allowDestroy !== undefined && { allowDestroy }),
    },
    ...(held !== undefined && { held }),
    ...(work.lease !== undefined && { lease: work.lease }),
    ...(work.parallel !== undefined && { parallel: work.parallel }),
    ...(commit !== undefined && { commit }),
    ...(evidence !== undefined && { evidence }),
    secret: (name) => lookUpSecret(name, world),
    onProgress: ({ done, total }) => onProgress(done, total),
  });
}

/** One that cannot be read keeps its object waiting, and nothing else. */
function lookUpSecret(name: string, { env }: Pick<World, 'env'>): ReturnType<SecretLookup> {
  try {
    return readSecret(secretVariable(name), env);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { problem: error.message };
  }
}

async function commitToRecord({
  provenance,
  journal,
  target,
  acceptHistory = false,
}: PlanToCarryOut): Promise<ApplyOptions['commit']> {
  if (provenance?.git.kind !== 'committed') return undefined;
  const history = readHistory(journal.entries(), target.plan);
  const continues = acceptHistory || (await continuesHistory(provenance.git, history));
  return { id: provenance.git.commit, continues };
}

/**
 * Opens the journal of applies; only one process may hold it.
 *
 * @throws CommandFailure which says what to do when it is damaged
 */
export async function openJournalOf(target: Target, world: World): Promise<SyncJournalFile> {
  const folder = dirname(target.journalPath);
  makeDataFolder(dirname(folder));
  makeFolder(folder, 0o700);
  try {
    return await openSyncJournal(target.journalPath, { clock: world.nowMs });
  } catch (error) {
    if (!(error instanceof StoreError) || error.kind !== 'damaged') throw error;
    throw environmentFailure(
      error.message,
      `Nothing was done. Keep the file as evidence, and bring back a copy that \`signalwright history verify --env ${target.plan.name}\` accepts. Without one move it away: nothing is made twice then, but changes by others cannot be told from ours.`,
    );
  }
}
