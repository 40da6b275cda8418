/** Checks of a notification rule that its schema cannot express. */

import {
  isOfParameterType,
  isTypeOf,
  targetName,
  type AuthoredNotificationRule,
  type ContentPath,
  type NotificationRule,
  type NotificationSource,
  type NotificationTarget,
  type NotificationTestSubject,
  type WorkflowInput,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { WrittenNotificationRule } from '../schema/written.ts';
import { checkHandle, checkIsStarted } from './check-handle.ts';
import { checkTestNames, checkTestSignal } from './check-references.ts';
import { checkSearch } from './check-search.ts';
import { checkQuery } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';
import { hintFor, named, nameOfValue } from './parameter-type.ts';

export function checkNotificationRule(
  { object, tests }: AuthoredNotificationRule,
  written: WrittenNotificationRule,
  context: LinkContext,
  report: Report,
): void {
  if (written.selectors.query !== undefined)
    checkSelectorQuery(object.selectors.source, written.selectors.query, report);
  checkSource(object, report);
  object.targets.forEach((target, index) => checkTarget(report, context, ['targets', index], target));
  checkDuplicateTargets(object.targets, report);
  checkTestNames(report, tests);
  const names = object.targets.map(targetName);
  tests.forEach((test, index) => {
    checkSubject(object.selectors.source, test.about, ['tests', index], context, report);
    test.targets.forEach((name, position) => {
      if (names.includes(name)) return;
      const message = `${quoted(name)} is no target of this rule.`;
      report.at(['tests', index, 'targets', position], 'test/unknown-target', message, {
        hint: didYouMean(name, names) ?? `Its targets: ${names.join(', ')}.`,
      });
    });
  });
}

/** Blank is one keystroke away from a selector that was meant, and would tell of everything. */
function checkSelectorQuery(source: NotificationSource, query: string, report: Report): void {
  const path = ['selectors', 'query'];
  if (query.trim() !== '') {
    // What findings hold is not published: their queries are only read.
    if (source === 'security_signals') checkSearch(report, path, query, 'signals');
    else checkQuery(report, path, query);
    return;
  }
  report.at(path, 'notification/blank-query', 'The query is blank, which would tell of everything.', {
    hint: "Leave query: out to mean any, or write '*'.",
  });
}

/** What only the other source has can match nothing. */
function checkSource({ selectors, timeAggregationMs }: NotificationRule, report: Report): void {
  const { source, ruleTypes, severities } = selectors;
  const [other, what] =
    source === 'security_signals' ? ['security_findings', 'signal'] : ['security_signals', 'finding'];
  ruleTypes.forEach((type, index) => {
    if (isTypeOf(source, type)) return;
    const message = `No ${what} has the type ${quoted(type)}.`;
    report.at(['selectors', 'ruleTypes', index], 'notification/wrong-source', message, {
      hint: `Write source: ${other}, or leave the type out.`,
    });
  });
  if (source === 'security_findings') {
    if (timeAggregationMs !== undefined && (timeAggregationMs === 0 || timeAggregationMs % 1_000 !== 0)) {
      report.at(
        ['timeAggregation'],
        'notification/aggregation-not-seconds',
        'It is not a whole number of seconds.',
        {
          hint: 'Write whole seconds, at least 1s; leave it out to tell of each finding at once.',
        },
      );
    }
    return;
  }
  const unknown = severities.indexOf('unknown');
  if (unknown !== -1) {
    report.at(
      ['selectors', 'severities', unknown],
      'notification/wrong-source',
      'No signal has the severity "unknown".',
      { hint: 'Findings have it: write source: security_findings, or leave it out.' },
    );
  }
  if (timeAggregationMs !== undefined) {
    report.atKey(['timeAggregation'], 'notification/wrong-source', 'Signals are told of one by one.', {
      hint: 'Only findings are collected: write source: security_findings, or remove timeAggregation.',
    });
  }
}

function checkSubject(
  source: NotificationSource,
  about: NotificationTestSubject,
  path: ContentPath,
  context: LinkContext,
  report: Report,
): void {
  if (about.kind === 'signal') checkTestSignal(report, context, [...path, 'signal'], about.signal);
  if ((about.kind === 'signal') === (source === 'security_signals')) return;
  const [written, meant] = about.kind === 'signal' ? ['signal', 'finding'] : ['finding', 'signal'];
  report.atKey([...path, written], 'notification/wrong-source', `The rule tells of no ${written}.`, {
    hint: `Write ${meant}: here, or another source: in the selectors.`,
  });
}

function checkTarget(
  report: Report,
  context: LinkContext,
  path: ContentPath,
  target: NotificationTarget,
): void {
  if (target.kind === 'workflow') return checkWorkflowTarget(report, context, path, target);
  if (!target.handle.startsWith('@workflow-')) return checkHandle(report, context, path, target.handle);
  const id = target.handle.replace(/^@workflow-/, '').replace(/\(.*$/s, '');
  report.at(path, 'notification/workflow-as-text', `${quoted(target.handle)} names a workflow as text.`, {
    hint: `Write it as a target with inputs: - workflow: ${id}`,
  });
}

function checkWorkflowTarget(
  report: Report,
  context: LinkContext,
  path: ContentPath,
  target: Extract<NotificationTarget, { kind: 'workflow' }>,
): void {
  const workflow = context.workflow(target.workflowId);
  if (workflow === undefined) {
    if (context.isTaken('workflow', target.workflowId)) return;
    const message = `No workflow has the id ${quoted(target.workflowId)}.`;
    report.at([...path, 'workflow'], 'link/unknown-workflow', message, {
      hint: didYouMean(target.workflowId, context.ids('workflow')),
    });
    return;
  }
  const { inputs } = workflow.object;
  checkIsStarted(report, [...path, 'workflow'], workflow);
  checkGivenInputs(report, [...path, 'with'], target.inputs, inputs);
  for (const input of inputs) {
    if (input.default !== undefined || Object.hasOwn(target.inputs, input.name)) continue;
    const message = `The workflow ${quoted(target.workflowId)} needs the input ${quoted(input.name)}.`;
    report.at(path, 'link/missing-input', message, { hint: `Add it under with: ${input.name}: …` });
  }
}

/** Also for the inputs that a test of the workflow gives. */
export function checkGivenInputs(
  report: Report,
  path: ContentPath,
  given: Readonly<Record<string, unknown>>,
  inputs: readonly WorkflowInput[],
): void {
  for (const [name, value] of Object.entries(given)) {
    const input = inputs.find((each) => each.name === name);
    if (input === undefined) {
      const known = inputs.map((each) => each.name);
      const fallback = known.length === 0 ? 'It has no inputs.' : `Its inputs: ${known.join(', ')}.`;
      report.atKey([...path, name], 'link/unknown-input', `The workflow has no input ${quoted(name)}.`, {
        hint: didYouMean(name, known) ?? fallback,
      });
    } else if (!isOfParameterType(value, input.type)) {
      const message = `The input ${quoted(name)} is ${named(input.type)}, and ${quoted(value)} is ${nameOfValue(value)}.`;
      report.at([...path, name], 'link/wrong-input-type', message, {
        hint: hintFor(input.type, value),
      });
    }
  }
}

function checkDuplicateTargets(targets: readonly NotificationTarget[], report: Report): void {
  const firstOf = new Map<string, number>();
  targets.forEach((target, index) => {
    const name = targetName(target);
    const first = firstOf.get(name);
    if (first === undefined) {
      firstOf.set(name, index);
      return;
    }
    report.at(['targets', index], 'schema/duplicate-item', `${quoted(name)} is in the list twice.`, {
      hint: 'Keep one of them.',
      related: [{ message: 'First written here.', range: report.origin.rangeOf(['targets', first]) }],
    });
  });
}
