/** Whose keys are used: keys of another organisation see nothing of ours, and everything would be made there anew. */

import { isEmbeddedTarget } from '@signalwright/sync';
import type { OrgAnswer } from '@signalwright/wire';
import { answerOf } from './api-answer.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { oneLine } from './text-width.ts';
import type { Target } from './target.ts';

export interface ExpectedOrg {
  /** By `signalwright.yaml`. */
  readonly named?: string;
  /** Of the last apply on record. */
  readonly org?: string;
}

/**
 * @returns public id; undefined for the embedded org, and where the keys may not ask
 * @throws CommandFailure 1 for keys of another organisation, or of nobody knows whose where one is named; 74 when the
 *   target does not answer
 */
export async function findOrg(
  target: Target,
  { named, org: applied }: ExpectedOrg,
): Promise<string | undefined> {
  if (isEmbeddedTarget(target.plan)) return undefined;
  const outcome = await target.client.readOrg();
  // Keys with a scope may be kept from asking; what else they may not do is said where it is needed.
  const found = outcome.kind === 'refused' && named === undefined ? undefined : answerOf(outcome, target);
  if (found === undefined && named === undefined) return undefined;
  const expected = named ?? applied;
  if (found !== undefined && (expected === undefined || found.id === expected)) return found.id;
  throw wrongOrg(target, { found, named, applied });
}

function wrongOrg(
  { keysFrom, plan: { name }, journalPath }: Target,
  orgs: {
    readonly found: OrgAnswer | undefined;
    readonly named: string | undefined;
    readonly applied: string | undefined;
  },
): CommandFailure {
  const { found, named, applied } = orgs;
  const theirs =
    found === undefined
      ? 'an organisation that is not told'
      : `${oneLine(found.id)} ("${oneLine(found.name)}")`;
  const ours =
    named === undefined
      ? `${name} was applied to ${oneLine(applied ?? '')} before`
      : `signalwright.yaml says ${named} for ${name}`;
  return new CommandFailure(
    EXIT.findings,
    `The keys in ${keysFrom} are of the organisation ${theirs}, and ${ours}: nothing was done.`,
    named === undefined
      ? `Use the keys of ${name}. If it has moved there for good, move ${journalPath} away: nothing in it is true there.`
      : `Use the keys of ${name}, or correct org: in signalwright.yaml.`,
  );
}
