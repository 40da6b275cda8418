/** What starts a workflow, and what it hands over: triggers, webhooks, inputs. */

import type { AuthoredWorkflow } from '@signalwright/model';
import { isOfParameterType, triggerOf } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { Report } from './link-context.ts';
import { hintFor, nameOfValue } from './parameter-type.ts';
import { reportUnknownStep } from './workflow-graph.ts';

export function checkTriggers({ object }: AuthoredWorkflow, report: Report): void {
  const { triggers, steps, webhookSecret } = object;
  if (triggers.length === 0) {
    report.at(['triggers'], 'workflow/no-trigger', 'Nothing starts the workflow.', {
      hint: 'Write one: security: {} for signals, api: {} for calls, workflow: {} for runs by hand.',
    });
  }
  if (triggers.length > 1 && triggerOf(triggers, 'workflow') !== undefined) {
    const message = 'The trigger workflow stands alone, and there are others.';
    report.atKey(['triggers', 'workflow'], 'workflow/trigger-not-alone', message, {
      hint: 'Remove it: with another trigger the workflow can be run by hand all the same.',
    });
  }
  for (const { kind, start } of triggers) {
    start?.forEach((id, index) => {
      if (steps.some((step) => step.id === id)) return;
      reportUnknownStep(report, ['triggers', kind, 'start', index], id, steps);
    });
  }
  if (triggerOf(triggers, 'githubWebhook') === undefined || webhookSecret !== undefined) return;
  const message =
    'Nothing signs the calls of this webhook, so anybody who knows its address can start the workflow.';
  report.atKey(['triggers', 'githubWebhook'], 'workflow/webhook-without-secret', message, {
    hint: 'Name a secret: webhookSecret: secret://github-hook',
  });
}

export function checkParameters({ object }: AuthoredWorkflow, report: Report): void {
  for (const part of ['inputs', 'outputs'] as const) {
    for (const { name, type, default: value } of object[part]) {
      if (value === undefined || isOfParameterType(value, type)) continue;
      const message = `The default of ${quoted(name)} is ${nameOfValue(value)}, and its type is ${type}.`;
      report.at([part, name, 'default'], 'workflow/wrong-default', message, {
        hint: hintFor(type, value),
      });
    }
  }
}

/** @param reads names that expressions read of `Trigger`; `undefined` among them stands for any */
export function checkUnusedInputs(
  { object }: AuthoredWorkflow,
  reads: ReadonlySet<string | undefined>,
  report: Report,
): void {
  if (reads.has(undefined)) return;
  for (const { name } of object.inputs) {
    if (reads.has(name)) continue;
    report.atKey(['inputs', name], 'workflow/unused-input', `Nothing reads the input ${quoted(name)}.`, {
      hint: `Read it as {{ Trigger.${name} }}, or remove it.`,
    });
  }
}

export function checkConnections({ object }: AuthoredWorkflow, report: Report): void {
  const labels = [...object.connections, ...object.connectionGroups].map(({ label }) => label);
  object.steps.forEach(({ connection }, index) => {
    if (connection === undefined || labels.includes(connection)) return;
    const message = `No connection has the label ${quoted(connection)}.`;
    report.at(['steps', index, 'connection'], 'workflow/unknown-connection', message, {
      hint:
        didYouMean(connection, labels) ??
        (labels.length === 0 ? 'Name it under connections:.' : `Labels: ${labels.join(', ')}.`),
    });
  });
}
