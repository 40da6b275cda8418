/**
 * The default rules of an embedded org: those that the content tunes, as their pinned bodies have them, and those of a
 * file of answers of the API. So content that tunes rules of Datadog can be applied offline.
 */

import { pinnedBodyOf, type Workspace } from '@signalwright/content';
import { defaultRulesOf, type DefaultRules } from '@signalwright/org';
import { encodeRule } from '@signalwright/wire';
import { usageFailure } from './failure.ts';
import { readPayloads } from './import-sources.ts';
import type { World } from './world.ts';

type RulePayload = Parameters<typeof defaultRulesOf>[0][number];

/**
 * @param workspace content; its rules of Datadog count as pinned
 * @param file answers of `GET /api/v2/security_monitoring/rules`; it counts before what content pins
 * @throws CommandFailure for a file that holds no default rule, and what the system says of one that cannot be read
 */
export async function defaultRulesFor(
  workspace: Pick<Workspace, 'objects' | 'config'>,
  file: string | undefined,
  world: World,
): Promise<DefaultRules> {
  const pinned = pinnedPayloads(workspace);
  if (file === undefined) return defaultRulesOf(pinned);
  const { sources, refused } = await readPayloads([file], 'detection-rule', world);
  const [first] = refused;
  if (first !== undefined) throw usageFailure(`${first.where}: ${first.reason}`);
  const read = defaultRulesOf(sources.map(({ payload }) => payload));
  if (read.seeds.length === 0) {
    throw usageFailure(
      `${file} holds no rule that Datadog or a partner owns.`,
      'Such a rule says "isDefault": true or "isPartner": true.',
    );
  }
  return { ...defaultRulesOf([...sources.map(({ payload }) => payload), ...pinned]), others: read.others };
}

function pinnedPayloads({ objects, config }: Pick<Workspace, 'objects' | 'config'>): readonly RulePayload[] {
  return objects.flatMap(({ object }): readonly RulePayload[] => {
    if (object.kind !== 'detection-rule' || object.tunes === undefined) return [];
    const { ruleId } = object.tunes;
    const body = pinnedBodyOf(object, object.tunes);
    const tags = [...body.tags];
    const payload = encodeRule(body, { stack: config.stack });
    return [{ ...payload, id: ruleId, tags, defaultTags: tags, isDefault: true }];
  });
}
