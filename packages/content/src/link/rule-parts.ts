/**
 * Parts that few detection rules have: filters, coarser groups, reference tables, calculated fields, correlation,
 * third party cases, configuration checks. Names in them must exist.
 */

import { queryLabel, type ContentPath, type DetectionRule, type ThirdPartyMethod } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkHandle } from './check-handle.ts';
import { checkRuleId } from './check-references.ts';
import { checkTemplate } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';

export function checkParts(rule: DetectionRule, context: LinkContext, report: Report): void {
  checkName(rule, report);
  checkTags(rule.tags, report);
  checkSignalGroups(rule, report);
  checkTables(rule, report);
  checkCorrelation(rule, context, report);
  checkCompliance(rule, report);
  if (rule.method.kind === 'third_party') checkThirdParty(rule.method, context, report);
}

/** Chosen: what a list of rules can show. */
const MAX_NAME_CHARACTERS = 200;
/** Source: Datadog "Getting started with tags". Others become underscores. */
const TAG = /^[A-Za-z_][A-Za-z0-9_:./-]*$/;

function checkName({ name }: DetectionRule, report: Report): void {
  if (name.length <= MAX_NAME_CHARACTERS) return;
  const length = [...name].length;
  if (length > MAX_NAME_CHARACTERS) {
    report.at(['name'], 'rule/long-name', `The name has ${length} characters.`, {
      hint: `Up to ${MAX_NAME_CHARACTERS} are good to read; the message has room for more.`,
    });
  }
}

export function checkTags(tags: readonly string[], report: Report): void {
  tags.forEach((tag, index) => {
    if (TAG.test(tag)) return;
    report.at(['tags', index], 'rule/odd-tag', `${quoted(tag)} has characters that tags do not have.`, {
      hint: 'Letters first, then letters, digits, _ - : . and /; Datadog makes underscores of others.',
    });
  });
}

/** Source: rules API, "Must be a subset of the existing groups". */
function checkSignalGroups({ groupSignalsBy, queries }: DetectionRule, report: Report): void {
  const groups = new Set(queries.flatMap(({ groupBy }) => groupBy));
  groupSignalsBy.forEach((path, index) => {
    if (groups.has(path)) return;
    const message = `No query is grouped by ${quoted(path)}.`;
    report.at(['groupSignalsBy', index], 'rule/unknown-group', message, {
      hint: didYouMean(path, groups) ?? `Signals can be grouped by ${[...groups].join(', ') || 'nothing'}.`,
    });
  });
}

function checkTables({ referenceTables, queries }: DetectionRule, report: Report): void {
  const labels = queries.map(queryLabel);
  referenceTables.forEach(({ ruleQueryName }, index) => {
    if (labels.includes(ruleQueryName)) return;
    const path = ['referenceTables', index, 'ruleQueryName'];
    report.at(path, 'rule/unknown-query', `No query is called ${quoted(ruleQueryName)}.`, {
      hint: didYouMean(ruleQueryName, labels) ?? `Queries: ${labels.join(', ')}.`,
    });
  });
}

function checkCorrelation({ queries, id }: DetectionRule, context: LinkContext, report: Report): void {
  queries.forEach(({ correlation }, index) => {
    if (correlation?.rule.kind !== 'content') return;
    const path: ContentPath = ['queries', index, 'rule'];
    if (correlation.rule.id === id) {
      report.at(path, 'rule/correlates-itself', 'The rule counts its own signals.', {
        hint: 'Name another rule; this one would wait for itself.',
      });
    } else {
      checkRuleId(report, context, path, correlation.rule.id);
    }
  });
}

function checkThirdParty(method: ThirdPartyMethod, context: LinkContext, report: Report): void {
  method.cases.forEach(({ notifications }, index) => {
    const path = ['third_party', 'cases', index];
    notifications.forEach((handle, position) =>
      checkHandle(report, context, [...path, 'notifications', position], handle),
    );
  });
  method.defaultNotifications.forEach((handle, position) =>
    checkHandle(report, context, ['third_party', 'defaultNotifications', position], handle),
  );
  if (method.signalTitleTemplate !== undefined) {
    checkTemplate(report, ['third_party', 'signalTitleTemplate'], method.signalTitleTemplate);
  }
}

/** Source: rules API, CloudConfigurationComplianceRuleOptions. */
function checkCompliance({ type, compliance }: DetectionRule, report: Report): void {
  if (compliance === undefined || type !== 'cloud_configuration') return;
  const at: ContentPath = ['complianceRuleOptions'];
  const { regoRule, resourceType, complexRule } = compliance;
  if (regoRule === undefined) {
    report.atKey(at, 'rule/no-policy', 'A configuration rule of your own needs a policy.', {
      hint: 'Add regoRule: with policy and resourceTypes; only rules of Datadog do without.',
    });
    return;
  }
  if (!regoRule.resourceTypes.includes(resourceType)) {
    const message = `${quoted(resourceType)} is not among the types that the policy reads.`;
    report.at([...at, 'resourceType'], 'rule/resource-type-not-read', message, {
      hint: `Add it to regoRule.resourceTypes: ${regoRule.resourceTypes.join(', ')}.`,
    });
  }
  if (regoRule.resourceTypes.length > 1 && complexRule !== true) {
    const message = `The policy reads ${regoRule.resourceTypes.length} types of resources.`;
    report.at([...at, 'regoRule', 'resourceTypes'], 'rule/complex-policy', message, {
      hint: 'Add complexRule: true beside regoRule.',
    });
  }
}
