/** Inputs of an action, checked against the JSON Schema of its manifest. */

import type { ActionDescription, ContentPath } from '@signalwright/model';
import { parseExpression } from '@signalwright/template';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { newAjv } from '../schema/new-ajv.ts';
import { errorsOf, type SchemaError } from '../schema/validator.ts';
import type { Report } from './link-context.ts';

/** Compiled once for each schema object; manifests live as long as the process. */
const compiled = new WeakMap<object, ValidateFunction>();

function validatorOf(schema: ActionDescription['input']): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = newAjv({ strict: false }).compile(schema);
  compiled.set(schema, validate);
  return validate;
}

export function checkActionInputs(
  report: Report,
  step: ContentPath,
  action: ActionDescription,
  inputs: Readonly<Record<string, unknown>>,
): void {
  const reported = new Set<string>();
  for (const error of errorsOf(validatorOf(action.input), inputs)) {
    const path = pathOf(error, inputs);
    if (isExcused(error)) continue;
    const at = [...step, 'with', ...path];
    const key = JSON.stringify([path, error.params['additionalProperty'], error.params['missingProperty']]);
    if (reported.has(key)) continue;
    reported.add(key);
    reportOne(report, at, action, error);
  }
}

function reportOne(report: Report, at: ContentPath, action: ActionDescription, error: SchemaError): void {
  const code = 'workflow/wrong-input';
  const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params['additionalProperty']);
    return report.atKey([...at, name], code, `${quoted(action.id)} has no input ${quoted(name)}.`, {
      hint: didYouMean(name, known) ?? `Its inputs: ${known.join(', ')}.`,
    });
  }
  if (error.keyword === 'required') {
    const name = String(error.params['missingProperty']);
    return report.atKey(at, code, `${quoted(action.id)} needs the input ${quoted(name)}.`, {
      hint: describe(error, name),
    });
  }
  const values =
    Array.isArray(error.schema) && error.keyword === 'enum' ? error.schema.map(String) : undefined;
  const guess =
    values === undefined || typeof error.data !== 'string' ? undefined : didYouMean(error.data, values);
  const expected = values === undefined ? String(error.message) : `must be one of: ${values.join(', ')}`;
  const name = quoted(at.at(-1));
  report.at(
    at,
    code,
    `The input ${name} of ${quoted(action.id)} ${expected}; ${quoted(error.data)} is not.`,
    {
      hint: guess,
    },
  );
}

function describe(error: SchemaError, name: string): string {
  const properties = error.parentSchema?.['properties'] as
    | Record<string, Record<string, unknown>>
    | undefined;
  const description = properties?.[name]?.['description'];
  return `Add it under with: ${name}: …${typeof description === 'string' ? ` (${description})` : ''}`;
}

/**
 * A single expression may become any value, so nothing can be said about it before a run; text with expressions in
 * it stays text, so only its type can be wrong.
 */
function isExcused(error: SchemaError): boolean {
  if (typeof error.data !== 'string' || !error.data.includes('{{')) return false;
  const result = parseExpression(error.data);
  if (!result.ok) return true;
  const [first, ...rest] = result.expression.segments;
  if (first?.kind === 'path' && rest.length === 0) return true;
  return error.keyword !== 'type' && result.expression.segments.some((segment) => segment.kind === 'path');
}

function pathOf(error: SchemaError, inputs: unknown): ContentPath {
  let at = inputs;
  return error.instancePath
    .split('/')
    .slice(1)
    .map((step) => {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const isIndex = Array.isArray(at);
      at = (at as Record<string, unknown> | undefined)?.[name];
      return isIndex ? Number(name) : name;
    });
}
