/**
 * Workflows on the wire. Source: `POST /api/v2/workflows` and real exports.
 * The model writes edges on the step where they arrive, the API on the step where they leave.
 */

import type { Payload, Workflow, WorkflowRunAs } from '@signalwright/model';
import { decodeId, ownTags, type DecodeContext, type EncodeContext } from './decode-context.ts';
import { attributesOf, withOwnershipTag } from './ownership.ts';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';
import { decodeSecretName, encodeSecretName } from './secret-reference.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { layOver } from './unknown-fields.ts';
import {
  decodeAnnotations,
  decodeConnections,
  encodeAnnotations,
  encodeConnections,
} from './workflow-bindings.ts';
import { decodeInput, decodeOutput, decodeParameters, encodeParameters } from './workflow-parameters.ts';
import { decodeSteps, encodeStep } from './workflow-step.ts';
import { decodeTriggers, encodeTriggers } from './workflow-trigger.ts';

/** Create body of a workflow, `{ data: { type, attributes } }`; a secret is in it by name only. */
export function encodeWorkflow(workflow: Workflow, ctx: EncodeContext): Payload {
  const fields = {
    name: workflow.name,
    description: workflow.description,
    tags: [...workflow.tags],
    published: workflow.published,
    ...(workflow.runAs !== undefined && { runAs: encodeRunAs(workflow.runAs) }),
    ...(workflow.webhookSecret !== undefined && {
      webhookSecret: encodeSecretName(workflow.webhookSecret),
    }),
    spec: encodeSpec(workflow),
  };
  const attributes = withOwnershipTag(layOver(fields, workflow.unknownFields), ctx.stack, workflow.id);
  return { data: { type: 'workflows', attributes } };
}

function encodeSpec(workflow: Workflow): Payload {
  const { handle, inputs, outputs, annotations, layout } = workflow;
  return {
    ...(handle !== '' && { handle }),
    triggers: encodeTriggers(workflow),
    steps: workflow.steps.map((step) => encodeStep(step, workflow)),
    ...encodeConnections(workflow),
    ...(inputs.length > 0 && { inputSchema: { parameters: encodeParameters(inputs) } }),
    ...(outputs.length > 0 && { outputSchema: { parameters: encodeParameters(outputs) } }),
    ...(annotations.length > 0 && { annotations: encodeAnnotations(annotations, layout) }),
  };
}

function encodeRunAs(runAs: WorkflowRunAs): Payload {
  return { type: runAs.kind, ...(runAs.kind === 'service_account' && { id: runAs.id }) };
}

/** Reads a workflow as the API answers it (with or without `data` around), or a create body. */
export function decodeWorkflow(payload: unknown, ctx: DecodeContext = {}): Decoded<Workflow> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(payload), '', problems);
  // Lists leave it out unless they are asked: no spec is not an empty one.
  if (!reader.has('spec')) reader.refuse('spec', 'The field "spec" is missing; expected an object.');
  const spec = reader.child('spec');
  const { steps, layouts } = decodeSteps(spec);
  const { annotations, bounds } = decodeAnnotations(spec);
  const workflow: Workflow = {
    kind: 'workflow',
    id: decodeId(payload, ctx, reader, spec.raw('handle')),
    name: reader.text('name'),
    description: reader.text('description', ''),
    tags: ownTags(reader.texts('tags')),
    published: reader.flag('published', true),
    handle: spec.text('handle', ''),
    ...decodeRunAs(reader),
    ...decodeWebhookSecret(reader),
    triggers: decodeTriggers(spec, steps),
    inputs: decodeParameters(spec, 'inputSchema', decodeInput),
    outputs: decodeParameters(spec, 'outputSchema', decodeOutput),
    ...decodeConnections(spec),
    steps,
    annotations,
    layout: { steps: layouts, annotations: bounds },
  };
  spec.close();
  reader.ignore(fieldNames(SERVER_FILLED.workflow)).close();
  return decoded(problems, workflow);
}

/** The older field says the kind alone; an owner is what it is without any of them. */
function decodeRunAs(reader: PayloadReader): { readonly runAs?: WorkflowRunAs } {
  const mode = reader.raw('runAsUserMode');
  if (!reader.has('runAs')) return mode === 'initiator' ? { runAs: { kind: 'initiator' } } : {};
  const runAs = reader.child('runAs');
  const kind = runAs.oneOf('type', ['owner', 'initiator', 'service_account']);
  const decodedRunAs: WorkflowRunAs = kind === 'service_account' ? { kind, id: runAs.text('id') } : { kind };
  runAs.close();
  return { runAs: decodedRunAs };
}

/** A secret in clear is read by nobody: it must not get into a file. */
function decodeWebhookSecret(reader: PayloadReader): { readonly webhookSecret?: string } {
  const name = decodeSecretName(reader.raw('webhookSecret'));
  return name === undefined ? {} : { webhookSecret: name };
}
