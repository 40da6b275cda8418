/**
 * Checks values against the manifest before an action sees them, and a run's inputs against its workflow.
 */

import {
  isOfParameterType,
  type ActionDescription,
  type ActionManifest,
  type Workflow,
} from '@signalwright/model';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export type InputCheck =
  | { readonly ok: true }
  /** One sentence that names the input: `input.ip must be string`. */
  | { readonly ok: false; readonly reason: string };

/** Validators are compiled once; the schemas are our own generated ones, never data of a request. */
export function createInputChecker(manifest: ActionManifest): (action: string, input: unknown) => InputCheck {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, ownProperties: true });
  const validators = new Map<string, ValidateFunction>(
    manifest.actions.map((action) => [action.id, ajv.compile(inputSchema(action))]),
  );
  return (action, input) => {
    const validate = validators.get(action);
    if (validate === undefined) return { ok: false, reason: `There is no action "${action}".` };
    if (validate(input) === true) return { ok: true };
    const first = validate.errors?.[0];
    const where = `input${(first?.instancePath ?? '').replaceAll('/', '.')}`;
    const extra = first?.params['additionalProperty'];
    return {
      ok: false,
      reason: `${where} ${first?.message ?? 'is not valid'}${typeof extra === 'string' ? ` ("${extra}")` : ''}`,
    };
  };
}

function inputSchema(action: ActionDescription): object {
  return action.input;
}

export type RunInputs =
  | { readonly ok: true; readonly inputs: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

/** Fills defaults; refuses unknown, missing and mistyped inputs, so that nothing starts half-informed. */
export function runInputs(workflow: Workflow, given: Readonly<Record<string, unknown>>): RunInputs {
  const inputs: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    if (!workflow.inputs.some((input) => input.name === name)) {
      return { ok: false, reason: `The workflow has no input "${name}".` };
    }
  }
  for (const input of workflow.inputs) {
    const value = Object.hasOwn(given, input.name) ? given[input.name] : input.default;
    if (value === undefined) return { ok: false, reason: `The input "${input.name}" is missing.` };
    if (!isOfParameterType(value, input.type)) {
      return { ok: false, reason: `The input "${input.name}" must be of the type ${input.type}.` };
    }
    inputs[input.name] = value;
  }
  return { ok: true, inputs };
}
