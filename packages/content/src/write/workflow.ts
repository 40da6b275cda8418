/** Workflow: normal form to written form. Lists become maps in their order; the canvas has a file of its own. */

import type {
  Workflow,
  WorkflowConnectionGroup,
  WorkflowInput,
  WorkflowOutput,
  WorkflowRunAs,
} from '@signalwright/model';
import type {
  WrittenWorkflow,
  WrittenWorkflowInput,
  WrittenWorkflowOutput,
  WrittenWorkflowValue,
} from '../schema/written.ts';
import { ownerAndTags, importedParts, unlessEmpty } from './scalar.ts';
import { writeSteps } from './workflow-steps.ts';
import { writeTriggers } from './workflow-triggers.ts';

export function writeWorkflow(workflow: Workflow): WrittenWorkflow {
  const { runAs, webhookSecret, annotations } = workflow;
  return {
    kind: 'workflow',
    id: workflow.id,
    name: workflow.name,
    ...(workflow.description !== '' && { description: workflow.description }),
    ...ownerAndTags(workflow.tags),
    ...(!workflow.published && { published: false }),
    ...(workflow.handle !== workflow.id && { handle: workflow.handle }),
    ...(runAs !== undefined && { runAs: writeRunAs(runAs) }),
    triggers: writeTriggers(workflow.triggers),
    ...(webhookSecret !== undefined && { webhookSecret: `secret://${webhookSecret}` }),
    ...mapUnlessEmpty('inputs', workflow.inputs, ({ name }) => name, writeInput),
    ...mapUnlessEmpty('outputs', workflow.outputs, ({ name }) => name, writeOutput),
    ...mapUnlessEmpty(
      'connections',
      workflow.connections,
      ({ label }) => label,
      ({ connectionId }) => connectionId,
    ),
    ...mapUnlessEmpty('connectionGroups', workflow.connectionGroups, ({ label }) => label, writeGroup),
    steps: writeSteps(workflow.steps),
    ...unlessEmpty(
      'annotations',
      annotations.map(({ id, text }) => ({ id, text })),
    ),
    ...importedParts(workflow),
  };
}

function writeRunAs(runAs: WorkflowRunAs): NonNullable<WrittenWorkflow['runAs']> {
  return runAs.kind === 'service_account' ? { serviceAccount: runAs.id } : runAs.kind;
}

function writeInput(input: WorkflowInput): WrittenWorkflowInput {
  const { allowedValues, allowExtraValues } = input;
  return {
    ...writeParameter(input),
    ...(allowedValues !== undefined && { allowedValues: allowedValues as WrittenWorkflowValue }),
    ...(allowExtraValues !== undefined && { allowExtraValues }),
  };
}

function writeOutput(output: WorkflowOutput): WrittenWorkflowOutput {
  return {
    ...writeParameter(output),
    ...(output.value !== undefined && { value: output.value as WrittenWorkflowValue }),
  };
}

function writeParameter({ type, label, description, default: value }: WorkflowInput | WorkflowOutput) {
  return {
    type,
    ...(label !== '' && { label }),
    ...(description !== '' && { description }),
    ...(value !== undefined && { default: value as WrittenWorkflowValue }),
  };
}

function writeGroup({ connectionGroupId, tags }: WorkflowConnectionGroup) {
  return { id: connectionGroupId, ...unlessEmpty('tags', tags) };
}

function mapUnlessEmpty<K extends string, T, V>(
  key: K,
  list: readonly T[],
  nameOf: (item: T) => string,
  valueOf: (item: T) => V,
): { readonly [P in K]?: Readonly<Record<string, V>> } {
  if (list.length === 0) return {};
  const map = Object.fromEntries(list.map((item) => [nameOf(item), valueOf(item)]));
  return { [key]: map } as { readonly [P in K]: Readonly<Record<string, V>> };
}
