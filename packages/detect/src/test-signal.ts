/** The signal that a test of a notification rule, suppression, view or workflow starts from. */

import {
  UNASSIGNED,
  type DetectionRule,
  type RuleCase,
  type Severity,
  type Signal,
  type TestSignal,
} from '@signalwright/model';
import { attributeAt, attributeSegments } from './attribute-path.ts';
import { signalId } from './detected-signal.ts';
import { EventInHand } from './event-facts.ts';
import { TEST_START_MS, eventOfFields } from './test-events.ts';

/**
 * A signal as the rule would open it from events with the test's fields. What the test does not give is
 * filled from the rule: the case is the first with the test's severity, else the rule's first; without a
 * severity that of this case. Without a rule it is an App and API Protection signal of medium severity.
 *
 * @param atMs when it is seen and created
 */
export function testSignal(test: TestSignal, rule: DetectionRule | undefined, atMs = TEST_START_MS): Signal {
  const event = eventOfFields(test.fields, { id: 'event-1', tsMs: atMs, dataSource: 'spans' });
  const { facts, document } = new EventInHand(event, atMs);
  const decided = decidingCase(rule, test.severity);
  const severity = test.severity ?? decided?.severity ?? 'medium';
  const name = rule?.name ?? 'Test rule';
  const caseName = decided?.name ?? '';
  const group = groupOf(rule, event.attributes, document.reserved, event.tags);
  const ruleId = rule?.id ?? test.rule ?? 'test-rule';
  return {
    id: signalId(ruleId, JSON.stringify(group), atMs),
    rule: {
      id: ruleId,
      name,
      type: rule?.type ?? 'application_security',
      version: 1,
      detectionMethod: rule?.method.kind ?? 'threshold',
      tags: rule?.tags ?? [],
    },
    caseName,
    severity,
    title: caseName === '' ? name : `${name} - ${caseName}`,
    message: event.message === '' ? (rule?.message ?? '') : event.message,
    services: facts.service === undefined ? [] : [facts.service],
    ...(facts.env !== undefined && { env: facts.env }),
    ...(facts.host !== undefined && { host: facts.host }),
    tags: tagsOf(rule, facts, event.tags),
    group,
    attributes: event.attributes,
    entities: facts.entities,
    firstSeenMs: atMs,
    lastSeenMs: atMs,
    eventsMatched: 1,
    eventsMatchedPerQuery: {},
    sampleEventIds: [],
    notifications: decided?.notifications ?? [],
    actions: decided?.actions ?? [],
    version: 1,
    createdAtMs: atMs,
    triage: {
      state: test.state ?? 'open',
      assignee:
        test.assignee === undefined
          ? UNASSIGNED
          : { id: 1, uuid: `test-${test.assignee}`, name: test.assignee },
      incidentIds: [],
    },
  };
}

function decidingCase(rule: DetectionRule | undefined, severity: Severity | undefined): RuleCase | undefined {
  return rule?.cases.find((ruleCase) => ruleCase.severity === severity) ?? rule?.cases[0];
}

function groupOf(
  rule: DetectionRule | undefined,
  attributes: Signal['attributes'],
  reserved: Readonly<Record<string, unknown>>,
  tags: readonly string[],
): Readonly<Record<string, string>> {
  const entries = (rule?.queries[0]?.groupBy ?? []).flatMap((path) => {
    const value = path.startsWith('@')
      ? attributeAt(attributes, attributeSegments(path) ?? [])
      : (reserved[path] ?? tagValue(tags, path));
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[path, String(value)] as const]
      : [];
  });
  return Object.fromEntries(entries);
}

function tagValue(tags: readonly string[], key: string): string | undefined {
  return tags.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1);
}

function tagsOf(
  rule: DetectionRule | undefined,
  facts: { readonly service?: string; readonly env?: string },
  tags: readonly string[],
): readonly string[] {
  return [
    ...new Set([
      ...(rule?.tags ?? []),
      ...(facts.service === undefined ? [] : [`service:${facts.service}`]),
      ...(facts.env === undefined ? [] : [`env:${facts.env}`]),
      ...tags,
    ]),
  ];
}
