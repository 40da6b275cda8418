/** Inputs and outputs of workflows on the wire. */

import {
  PARAMETER_TYPES,
  type ParameterType,
  type Payload,
  type WorkflowInput,
  type WorkflowOutput,
} from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';

type Parameter = WorkflowInput | WorkflowOutput;

export function encodeParameters(parameters: readonly Parameter[]): readonly Payload[] {
  return parameters.map((parameter) => ({
    name: parameter.name,
    type: parameter.type.toUpperCase(),
    ...(parameter.label !== '' && { label: parameter.label }),
    ...(parameter.description !== '' && { description: parameter.description }),
    ...(parameter.default !== undefined && { defaultValue: parameter.default }),
    ...given(parameter, ['allowedValues', 'allowExtraValues', 'value']),
  }));
}

/** The names are the same on both sides. */
function given(parameter: object, names: readonly string[]): Payload {
  const entries = Object.entries(parameter).filter(
    ([name, value]) => names.includes(name) && value !== undefined,
  );
  return Object.fromEntries(entries);
}

/** Content writes them as a map, so that none may be there twice. */
export function decodeParameters<T extends Parameter>(
  spec: PayloadReader,
  key: 'inputSchema' | 'outputSchema',
  decode: (reader: PayloadReader) => T,
): readonly T[] {
  const schema = spec.child(key);
  const names = new Set<string>();
  const parameters = schema.list('parameters', (value, path) => {
    const reader = schema.item(value, path);
    const parameter = decode(reader);
    if (names.has(parameter.name)) reader.refuse('name', `The parameter "${parameter.name}" is there twice.`);
    names.add(parameter.name);
    reader.close();
    return parameter;
  });
  schema.close();
  return parameters;
}

export function decodeInput(reader: PayloadReader): WorkflowInput {
  return {
    ...decodeParameter(reader),
    ...(reader.has('allowedValues') && { allowedValues: reader.raw('allowedValues') }),
    ...(reader.has('allowExtraValues') && { allowExtraValues: reader.flag('allowExtraValues') }),
  };
}

export function decodeOutput(reader: PayloadReader): WorkflowOutput {
  return { ...decodeParameter(reader), ...(reader.has('value') && { value: reader.raw('value') }) };
}

const WIRE_TYPES = PARAMETER_TYPES.map((type) => type.toUpperCase());

function decodeParameter(reader: PayloadReader): WorkflowOutput {
  return {
    name: reader.text('name'),
    type: reader.oneOf('type', WIRE_TYPES).toLowerCase() as ParameterType,
    label: reader.text('label', ''),
    description: reader.text('description', ''),
    ...(reader.has('defaultValue') && { default: reader.raw('defaultValue') }),
  };
}
