/** Workflow: written form to normal form. Maps become lists in written order. */

import {
  addressOf,
  NO_LAYOUT,
  type AuthoredWorkflow,
  type Origin,
  type Workflow,
  type WorkflowInput,
  type WorkflowOutput,
  type WorkflowRunAs,
  type WorkflowTest,
} from '@signalwright/model';
import type {
  WrittenWorkflow,
  WrittenWorkflowInput,
  WrittenWorkflowOutput,
  WrittenWorkflowTest,
} from '../schema/written.ts';
import { tagsWithOwner, importedParts } from './scalar.ts';
import { decodeTestSignal } from './test-fields.ts';
import { decodeSteps } from './workflow-steps.ts';
import { decodeTriggers } from './workflow-triggers.ts';

export function decodeWorkflow(written: WrittenWorkflow, origin: Origin): AuthoredWorkflow {
  return {
    kind: 'workflow',
    address: addressOf('workflow', written.id),
    object: decodeObject(written),
    ...(written.owner !== undefined && { owner: written.owner }),
    sample: decodeTestSignal(written.sample),
    tests: (written.tests ?? []).map(decodeTest),
    origin,
  };
}

function decodeObject(written: WrittenWorkflow): Workflow {
  const { runAs, webhookSecret, connections = {}, connectionGroups = {} } = written;
  return {
    kind: 'workflow',
    id: written.id,
    name: written.name,
    description: written.description ?? '',
    tags: tagsWithOwner(written.tags, written.owner),
    published: written.published ?? true,
    handle: written.handle ?? written.id,
    ...(runAs !== undefined && { runAs: decodeRunAs(runAs) }),
    ...(webhookSecret !== undefined && { webhookSecret: webhookSecret.replace(/^secret:\/\//, '') }),
    triggers: decodeTriggers(written.triggers),
    inputs: Object.entries(written.inputs ?? {}).map(([name, input]) => decodeInput(name, input)),
    outputs: Object.entries(written.outputs ?? {}).map(([name, output]) => decodeOutput(name, output)),
    connections: Object.entries(connections).map(([label, connectionId]) => ({ label, connectionId })),
    connectionGroups: Object.entries(connectionGroups).map(([label, { id, tags = [] }]) => ({
      label,
      connectionGroupId: id,
      tags,
    })),
    steps: decodeSteps(written.steps),
    annotations: (written.annotations ?? []).map(({ id, text }) => ({ id, text })),
    layout: NO_LAYOUT,
    ...importedParts(written),
  };
}

function decodeRunAs(written: NonNullable<WrittenWorkflow['runAs']>): WorkflowRunAs {
  return typeof written === 'string'
    ? { kind: written }
    : { kind: 'service_account', id: written.serviceAccount };
}

function decodeInput(name: string, written: WrittenWorkflowInput): WorkflowInput {
  const { allowedValues, allowExtraValues } = written;
  return {
    ...decodeParameter(name, written),
    ...(allowedValues !== undefined && { allowedValues }),
    ...(allowExtraValues !== undefined && { allowExtraValues }),
  };
}

function decodeOutput(name: string, written: WrittenWorkflowOutput): WorkflowOutput {
  return {
    ...decodeParameter(name, written),
    ...(written.value !== undefined && { value: written.value }),
  };
}

function decodeParameter(
  name: string,
  written: WrittenWorkflowInput | WrittenWorkflowOutput,
): Omit<WorkflowOutput, 'value'> {
  return {
    name,
    type: written.type,
    label: written.label ?? '',
    description: written.description ?? '',
    ...(written.default !== undefined && { default: written.default }),
  };
}

function decodeTest(written: WrittenWorkflowTest): WorkflowTest {
  const answers = Object.entries(written.answers ?? {}).map(([step, answer]) => [
    step,
    answer === 'error' ? { kind: 'error' } : { kind: 'output', output: answer },
  ]);
  return {
    name: written.name,
    signal: decodeTestSignal(written.signal),
    inputs: { ...written.inputs },
    answers: Object.fromEntries(answers) as WorkflowTest['answers'],
    ...(written.path !== undefined && { path: written.path }),
    ...(written.calls !== undefined && { calls: written.calls }),
    ...(written.state !== undefined && { state: written.state }),
  };
}
