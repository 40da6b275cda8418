/** Checks of a workflow that its schema cannot express. */

import { stepBranches, type AuthoredWorkflow } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { parseEdge } from '../decode/workflow-steps.ts';
import type { WrittenWorkflow } from '../schema/written.ts';
import { checkTestNames, checkTestSignal } from './check-references.ts';
import type { LinkContext, Report } from './link-context.ts';
import { checkGivenInputs } from './notification-rule.ts';
import { checkStepBodies } from './workflow-bodies.ts';
import type { ExpressionScope } from './expression-scope.ts';
import { checkValue } from './workflow-expressions.ts';
import { flowOf } from './workflow-flow.ts';
import { checkGraph } from './workflow-graph.ts';
import { checkRateLimits } from './workflow-limits.ts';
import { checkSides } from './workflow-sides.ts';
import { checkConnections, checkParameters, checkTriggers, checkUnusedInputs } from './workflow-triggers.ts';

export function checkWorkflow(
  authored: AuthoredWorkflow,
  written: WrittenWorkflow,
  context: LinkContext,
  report: Report,
): void {
  const { object, sample, tests } = authored;
  const { manifest, config } = context;
  const hasTwins = new Set(object.steps.map((step) => step.id)).size < object.steps.length;
  const flow = hasTwins ? undefined : flowOf(object);
  const scope: ExpressionScope = { workflow: object, flow, manifest, reads: new Set() };
  checkTriggers(authored, report);
  checkRateLimits(object, report);
  checkParameters(authored, report);
  checkConnections(authored, report);
  checkGraph(written, object, flow, manifest, report);
  checkStepBodies(written, scope, report);
  for (const { name, value } of object.outputs) checkValue(report, ['outputs', name, 'value'], value, scope);
  checkUnusedInputs(authored, scope.reads, report);
  checkSides(authored, config, report);
  checkTestSignal(report, context, ['sample'], sample);
  checkTestNames(report, tests);
  tests.forEach((test, index) => {
    checkTestSignal(report, context, ['tests', index, 'signal'], test.signal);
    checkGivenInputs(report, ['tests', index, 'inputs'], test.inputs, object.inputs);
  });
  checkTestSteps(authored, context, report);
}

/** Steps that tests name in `answers`, `calls` and `path`. */
function checkTestSteps({ object, tests }: AuthoredWorkflow, context: LinkContext, report: Report): void {
  const ids = object.steps.map((step) => step.id);
  const unknown = (step: string): { readonly message: string; readonly hint: string } => ({
    message: `No step is called ${quoted(step)}.`,
    hint: didYouMean(step, ids) ?? `Steps: ${ids.join(', ')}.`,
  });
  tests.forEach((test, index) => {
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
      const step = object.steps.find((each) => each.id === id);
      if (step === undefined) {
        const { message, hint } = unknown(id);
        return report.at(path, 'test/unknown-step', message, { hint });
      }
      const branches = stepBranches(step, context.manifest);
      if (branches === undefined || branches.isOpen || branches.names.includes(branch)) return;
      report.at(path, 'test/unknown-step', `The step ${quoted(id)} has no branch ${quoted(branch)}.`, {
        hint: `Its branches: ${branches.names.map((each) => (each === 'main' ? id : `${id}.${each}`)).join(', ')}.`,
      });
    });
  });
}
