/**
 * The normal form of a workflow: what a run and its readers can tell apart. Where things stand on the canvas is not in
 * it, and a secret never comes back.
 */

import type { Payload } from '@signalwright/model';
import { isEmptyValue, type JsonObject } from './payload-reader.ts';
import { keep, listOf, objectOf, orderKey, setOf, sortBy } from './payload-parts.ts';
import { canonicalDurationText } from './units.ts';

export function normaliseWorkflow(workflow: JsonObject): Payload {
  const spec = objectOf(workflow['spec']);
  return {
    name: workflow['name'] ?? '',
    description: workflow['description'] ?? '',
    tags: setOf(workflow['tags']),
    published: workflow['published'] ?? true,
    runAs: normaliseRunAs(workflow),
    spec: {
      handle: spec['handle'] ?? '',
      triggers: sortBy(listOf(spec['triggers']).map(normaliseTrigger), (item) =>
        Object.keys(objectOf(item)).toSorted().join(' '),
      ),
      steps: listOf(spec['steps']).map(normaliseStep),
      inputSchema: normaliseSchema(spec['inputSchema']),
      outputSchema: normaliseSchema(spec['outputSchema']),
      connectionEnvs: [normaliseConnections(spec['connectionEnvs'])],
      annotations: normaliseAnnotations(spec['annotations']),
    },
  };
}

/** What says nothing runs as its owner. */
function normaliseRunAs(workflow: JsonObject): unknown {
  const { runAs, runAsUserMode } = workflow;
  if (!isEmptyValue(runAs)) return runAs;
  return { type: runAsUserMode === 'initiator' ? 'initiator' : 'owner' };
}

function normaliseTrigger(value: unknown): Payload {
  const { startStepNames, ...bodies } = objectOf(value);
  const normalBodies = Object.entries(bodies).map(([kind, body]) => [kind, normaliseTriggerBody(body)]);
  return { startStepNames: setOf(startStepNames), ...Object.fromEntries(normalBodies) };
}

function normaliseTriggerBody(value: unknown): Payload {
  const body = objectOf(value);
  const { count, interval } = objectOf(body['rateLimit']);
  const rateLimit = keep({ count, interval: canonicalDurationText(interval) }, ['count', 'interval']);
  const others = keep(
    body,
    Object.keys(body).filter((key) => key !== 'rateLimit'),
  );
  return isEmptyValue(rateLimit) ? others : { ...others, rateLimit };
}

function normaliseSchema(value: unknown): Payload {
  return { parameters: listOf(objectOf(value)['parameters']).map(normaliseParameter) };
}

function normaliseParameter(value: unknown): Payload {
  const parameter = objectOf(value);
  return {
    name: parameter['name'] ?? '',
    type: parameter['type'] ?? '',
    description: parameter['description'] ?? '',
    ...present(parameter, ['defaultValue', 'value', 'allowedValues']),
    ...keep(parameter, ['label', 'allowExtraValues']),
  };
}

/** Values for which false, 0 and '' say something. */
function present(from: JsonObject, keys: readonly string[]): Payload {
  const entries = keys.map((key) => [key, from[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

/** Parameters are a map and leaving edges a set: their order means nothing. */
function normaliseStep(value: unknown): Payload {
  const step = objectOf(value);
  const gate = objectOf(step['readinessGate']);
  return {
    name: step['name'] ?? '',
    actionId: step['actionId'] ?? '',
    parameters: sortBy(
      listOf(step['parameters']).map((item) => ({
        name: objectOf(item)['name'] ?? '',
        value: objectOf(item)['value'] ?? null,
      })),
      (item) => orderKey(objectOf(item)['name']),
    ),
    outboundEdges: sortBy(
      listOf(step['outboundEdges']).map((item) => ({
        nextStepName: objectOf(item)['nextStepName'] ?? '',
        branchName: objectOf(item)['branchName'] ?? 'main',
      })),
      (item) => JSON.stringify(item),
    ),
    errorHandlers: listOf(step['errorHandlers']).map((item) => ({
      fallbackStepName: objectOf(item)['fallbackStepName'] ?? '',
      retryStrategy: normaliseRetry(objectOf(item)['retryStrategy']),
    })),
    readinessGate: { thresholdType: gate['thresholdType'] ?? 'ANY' },
    ...keep(step, ['connectionLabel']),
    ...normaliseGate(step['completionGate']),
  };
}

function normaliseGate(value: unknown): Payload {
  if (isEmptyValue(value)) return {};
  const gate = objectOf(value);
  const condition = objectOf(gate['completionCondition']);
  return {
    completionGate: {
      completionCondition: {
        operator: condition['operator'] ?? '',
        operand1: condition['operand1'] ?? null,
        ...present(condition, ['operand2']),
      },
      retryStrategy: normaliseRetry(gate['retryStrategy']),
    },
  };
}

function normaliseRetry(value: unknown): Payload {
  const linear = objectOf(objectOf(value)['linear']);
  return {
    linear: {
      interval: canonicalDurationText(linear['interval'] ?? '0s'),
      maxRetries: linear['maxRetries'] ?? 0,
    },
  };
}

function normaliseConnections(value: unknown): Payload {
  const environments = listOf(value).map(objectOf);
  const ofAll = (key: string): readonly unknown[] =>
    sortBy(
      environments
        .flatMap((environment) => listOf(environment[key]))
        .map((item) => {
          const { tags, ...reference } = objectOf(item);
          return { ...reference, ...(!isEmptyValue(tags) && { tags: setOf(tags) }) };
        }),
      (item) => orderKey(objectOf(item)['label']),
    );
  return { connections: ofAll('connections'), connectionGroups: ofAll('connectionGroups') };
}

function normaliseAnnotations(value: unknown): readonly unknown[] {
  const notes = listOf(value).map((item) => {
    const { id, markdownTextAnnotation } = objectOf(item);
    const { text } = objectOf(markdownTextAnnotation);
    return { id: id ?? '', markdownTextAnnotation: { text: text ?? '' } };
  });
  return sortBy(notes, (item) => orderKey(objectOf(item)['id']));
}
