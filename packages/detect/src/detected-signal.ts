/** From a life and what its events have in common to the signal that people see. Pure. */

import { createHash } from 'node:crypto';
import { severityRank, type Attributes, type DetectedSignal, type RuleCase } from '@signalwright/model';
import { renderTemplate, signalTimeText } from '@signalwright/template';
import { attributeAt, attributeSegments, withAttribute } from './attribute-path.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { EventProfile } from './event-profile.ts';
import type { SignalLife } from './lifecycle.ts';

/** The group a signal is about: values in the order of the rule's first query. */
export interface SignalGroup {
  readonly key: string;
  /** As the query writes them that has events in this group; the first such query. */
  readonly paths: readonly string[];
  readonly values: readonly string[];
}

/** Like the ids of the service, ours begin with AQAA: never with a dash, which a command line would read as an option. */
const ID_PREFIX = Buffer.from([1, 0, 0]);
const ID_DIGEST_BYTES = 21;

/**
 * URL-safe and deterministic: the same rule, group and first event give the same id, so a replay opens no
 * second signal. The parts cannot run into each other: JSON separates them.
 */
export function signalId(ruleId: string, groupKey: string, firstSeenMs: number): string {
  const identity = JSON.stringify([ruleId, groupKey, firstSeenMs]);
  const digest = createHash('sha256').update(identity).digest().subarray(0, ID_DIGEST_BYTES);
  return Buffer.concat([ID_PREFIX, digest]).toString('base64url');
}

export function buildSignal(
  rule: CompiledRule,
  group: SignalGroup,
  life: SignalLife,
  profile: EventProfile,
): DetectedSignal {
  const decided = rule.cases[life.caseIndex]?.written;
  if (decided === undefined) throw new Error(`Rule ${rule.identity.id} has no case ${life.caseIndex}.`);
  const groupValues = Object.fromEntries(group.paths.map((path, index) => [path, group.values[index] ?? '']));
  const attributes = groupedAttributes(profile.attributes ?? {}, group);
  const tags = signalTags(rule, group, profile);
  const variables = templateVariables(rule, decided, life, tags);
  const name = renderTemplate(rule.title, { variables, attributes }, 'plain');
  // The message speaks of the rule by its rendered name, not by the template.
  const values = { variables: Object.assign(variables, { rule_name: name }), attributes };
  const [env] = profile.envs;
  return {
    id: signalId(rule.identity.id, group.key, life.firstSeenMs),
    rule: rule.signalRule,
    caseName: decided.name,
    severity: life.severity,
    // Source: recorded signals (`PAM … Modification - pam_modification`).
    title: decided.name === '' ? name : `${name} - ${decided.name}`,
    message: renderTemplate(rule.message, values, 'markdown'),
    services: profile.services,
    ...(env !== undefined && profile.envs.length === 1 && { env }),
    ...(profile.host !== undefined && { host: profile.host }),
    tags,
    group: groupValues,
    attributes,
    entities: profile.entities,
    firstSeenMs: life.firstSeenMs,
    lastSeenMs: life.lastSeenMs,
    eventsMatched: life.eventsMatched,
    eventsMatchedPerQuery: Object.fromEntries(
      rule.queries.map((query, index) => [query.label, life.eventsPerQuery[index] ?? 0]),
    ),
    sampleEventIds: profile.samples.map((sample) => sample.id),
    notifications: decided.notifications,
    actions: decided.actions,
  };
}

/** Group values stand at their own path even where events spell them in several ways. */
function groupedAttributes(agreed: Attributes, group: SignalGroup): Attributes {
  let attributes = agreed;
  group.paths.forEach((path, index) => {
    const segments = path.startsWith('@') ? attributeSegments(path) : undefined;
    const value = group.values[index];
    if (segments === undefined || value === undefined) return;
    // 500 stays a number where the events agree on it.
    const present = attributeAt(attributes, segments);
    const isThere = typeof present !== 'object' && present !== undefined && String(present) === value;
    if (!isThere) attributes = withAttribute(attributes, segments, value);
  });
  return attributes;
}

function signalTags(rule: CompiledRule, group: SignalGroup, profile: EventProfile): readonly string[] {
  const tags = new Set(rule.rule.tags);
  for (const service of profile.services) tags.add(`service:${service}`);
  for (const env of profile.envs) tags.add(`env:${env}`);
  group.paths.forEach((path, index) => {
    if (!path.startsWith('@')) tags.add(`${path}:${group.values[index] ?? ''}`);
  });
  return [...tags];
}

/** Source: Datadog "Notification variables". Tags stand beside the named ones and cannot replace them. */
function templateVariables(
  rule: CompiledRule,
  decided: RuleCase,
  life: SignalLife,
  tags: readonly string[],
): Record<string, unknown> {
  // Without a prototype: tag keys come from events too.
  const variables = Object.create(null) as Record<string, unknown>;
  for (const tag of tags) {
    const colon = tag.indexOf(':');
    const key = tag.slice(0, colon);
    if (colon > 0) variables[key] ??= tag.slice(colon + 1);
  }
  const perQuery = rule.queries.map((query, index) => [query.label, life.eventsPerQuery[index] ?? 0]);
  return Object.assign(variables, {
    severity: severityRank(life.severity),
    timestamp: signalTimeText(life.lastSeenMs),
    timestamp_epoch: life.lastSeenMs,
    first_seen: signalTimeText(life.firstSeenMs),
    first_seen_epoch: life.firstSeenMs,
    last_seen: signalTimeText(life.lastSeenMs),
    last_seen_epoch: life.lastSeenMs,
    rule_name: rule.rule.name,
    case_name: decided.name,
    events_matched: life.eventsMatched,
    events_matched_per_query: Object.fromEntries(perQuery),
  });
}
