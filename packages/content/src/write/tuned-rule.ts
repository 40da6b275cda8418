/**
 * A rule that Datadog owns: what the organisation tuned goes into its file, the rest into the body that is pinned
 * beside it. The inverse of `decode/tuned-rule.ts`.
 */

import { present, queryLabel, type DetectionRule, type OwnedRule, type RuleCase } from '@signalwright/model';
import type { WrittenTunedRule, WrittenTunedRuleCase } from '../schema/written.ts';
import { ownerAndTags, unlessEmpty } from './scalar.ts';

export interface TunedParts {
  readonly tuned: WrittenTunedRule;
  /** As Datadog wrote it; an answer does not say which handles and whether it was enabled, so none and yes. */
  readonly body: DetectionRule;
}

export function writeTunedRule(rule: DetectionRule, owned: OwnedRule): TunedParts {
  const { customName, customMessage } = rule;
  const body = pinnedBodyOf(rule, owned);
  return {
    body,
    tuned: {
      kind: 'detection-rule',
      id: rule.id,
      default: owned.ruleId,
      ...(!rule.enabled && { enabled: false }),
      ...ownerAndTags(rule.tags.filter((tag) => !body.tags.includes(tag))),
      ...writeExtensions(rule),
      ...unlessEmpty('cases', writeCases(rule.cases)),
      ...present({ customName, customMessage }),
    },
  };
}

/** The rule as Datadog wrote it, without what the organisation tuned. */
export function pinnedBodyOf(rule: DetectionRule, { defaultTags }: OwnedRule): DetectionRule {
  const { tunes: _owned, customName: _name, customMessage: _message, remoteId: _pin, ...body } = rule;
  return {
    ...body,
    enabled: true,
    // Older answers do not say which tags are Datadog's.
    tags: defaultTags.length === 0 ? rule.tags : rule.tags.filter((tag) => defaultTags.includes(tag)),
    queries: rule.queries.map(({ customQueryExtension: _extension, ...query }) => query),
    cases: rule.cases.map(({ customSeverity: _severity, ...each }) => ({ ...each, notifications: [] })),
  };
}

/** One text for all queries, or one for each that has one. */
function writeExtensions({ queries }: DetectionRule): Pick<WrittenTunedRule, 'queryExtension'> {
  const extensions = queries.flatMap((query, index): (readonly [string, string])[] => {
    const { customQueryExtension: extension } = query;
    return extension === undefined || extension === '' ? [] : [[queryLabel(query, index), extension]];
  });
  const [first] = extensions;
  if (first === undefined) return {};
  const isShared = extensions.length === queries.length && extensions.every(([, text]) => text === first[1]);
  return { queryExtension: isShared ? first[1] : Object.fromEntries(extensions) };
}

/** By name where every changed case has one of its own, else by position. */
function writeCases(cases: readonly RuleCase[]): readonly WrittenTunedRuleCase[] {
  const changes = cases.map(({ customSeverity, notifications }): WrittenTunedRuleCase => ({
    ...present({ severity: customSeverity }),
    ...unlessEmpty('notifications', notifications),
  }));
  const isChanged = (index: number): boolean => Object.keys(changes[index] ?? {}).length > 0;
  const names = cases.map(({ name }) => name);
  const areNamed = cases.every(
    ({ name }, index) =>
      !isChanged(index) || (name !== '' && names.indexOf(name) === names.lastIndexOf(name)),
  );
  if (areNamed) {
    return cases.flatMap(({ name }, index) => (isChanged(index) ? [{ name, ...changes[index] }] : []));
  }
  return changes.slice(0, cases.findLastIndex((_case, index) => isChanged(index)) + 1);
}
