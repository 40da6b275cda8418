/** Checks of a workflow that its schema cannot express. */

import { isOfParameterType, type AuthoredWorkflow, type Workflow } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { parseEdge } from '../decode/workflow-steps.ts';
import type { WrittenWorkflow } from '../schema/written.ts';
import { checkTestNames, checkTestSignal } from './check-references.ts';
import type { LinkContext, Report } from './link-context.ts';
import { checkGivenInputs } from './notification-rule.ts';
import { named, nameOfValue } from './parameter-type.ts';
import { checkStepBodies } from './workflow-bodies.ts';
import { branchesOf, checkGraph } from './workflow-graph.ts';

export function checkWorkflow(
  authored: AuthoredWorkflow,
  written: WrittenWorkflow,
  context: LinkContext,
  report: Report,
): void {
  const { object, sample, tests } = authored;
  checkInputs(authored, report);
  checkRateLimit(object, report);
  checkGraph(written, context.manifest, report);
  checkStepBodies(written, object, context.manifest, report);
  checkTestSignal(report, context, ['sample'], sample);
  checkTestNames(report, tests);
  tests.forEach((test, index) => {
    checkTestSignal(report, context, ['tests', index, 'signal'], test.signal);
    checkGivenInputs(report, ['tests', index, 'inputs'], test.inputs, object.inputs);
  });
  checkTestSteps(written, context, report);
}

function checkInputs({ object }: AuthoredWorkflow, report: Report): void {
  for (const input of object.inputs) {
    if (input.default === undefined || isOfParameterType(input.default, input.type)) continue;
    const message = `The default of ${quoted(input.name)} is ${nameOfValue(input.default)}, and its type is ${input.type}.`;
    report.at(['inputs', input.name, 'default'], 'workflow/wrong-default', message, {
      hint: input.type === 'string' ? `Quote it: '${String(input.default)}'` : `Write ${named(input.type)}.`,
    });
  }
}

/** `20 per 0s` would limit nothing. */
function checkRateLimit({ triggers }: Workflow, report: Report): void {
  for (const trigger of triggers) {
    if (!('rateLimit' in trigger) || trigger.rateLimit?.perMs !== 0) continue;
    const path = ['triggers', trigger.kind, 'rateLimit', 'per'];
    report.at(path, 'schema/out-of-range', 'A rate needs a time longer than nothing.', { hint: 'Write 1h.' });
  }
}

/** Steps that tests name in `answers`, `calls` and `path`. */
function checkTestSteps(written: WrittenWorkflow, context: LinkContext, report: Report): void {
  const ids = written.steps.map((step) => step.id);
  const unknown = (step: string): { readonly message: string; readonly hint: string } => ({
    message: `No step is called ${quoted(step)}.`,
    hint: didYouMean(step, ids) ?? `Steps: ${ids.join(', ')}.`,
  });
  (written.tests ?? []).forEach((test, index) => {
    for (const part of ['answers', 'calls'] as const) {
      for (const step of Object.keys(test[part] ?? {})) {
        if (ids.includes(step)) continue;
        const { message, hint } = unknown(step);
        report.atKey(['tests', index, part, step], 'test/unknown-step', message, { hint });
      }
    }
    (test.path ?? []).forEach((text, position) => {
      const { step: id, branch } = parseEdge(text);
      const path = ['tests', index, 'path', position];
      const step = written.steps.find((each) => each.id === id);
      if (step === undefined) {
        const { message, hint } = unknown(id);
        return report.at(path, 'test/unknown-step', message, { hint });
      }
      const branches = branchesOf(step, context.manifest);
      if (branches === undefined || branches.includes(branch)) return;
      report.at(path, 'test/unknown-step', `The step ${quoted(id)} has no branch ${quoted(branch)}.`, {
        hint: `Its branches: ${branches.map((each) => (each === 'main' ? id : `${id}.${each}`)).join(', ')}.`,
      });
    });
  });
}
