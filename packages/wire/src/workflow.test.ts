import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalisePayload } from './normalise-payload.ts';
import { attributesOf, ownershipTag } from './ownership.ts';
import { isJsonObject } from './payload-reader.ts';
import { SERVER_FILLED } from './server-filled.ts';
import { hasSharedData, readSharedJson } from './testing/shared-data.ts';
import { WORKFLOW } from './testing/sample-content.ts';
import { workflow as anyWorkflow } from './testing/workflow-arbitraries.ts';
import { decodeWorkflow, encodeWorkflow } from './workflow.ts';

const STACK = 'acme-appsec';

/** What is sent again after a payload was read: its attributes, without the mark of ours. */
function sentAgain(payload: unknown): Readonly<Record<string, unknown>> {
  const read = decodeWorkflow(payload, { id: 'imported' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const attributes = attributesOf(encodeWorkflow(read.value, { stack: STACK }));
  const tags = (attributes['tags'] as string[]).filter((tag) => tag !== ownershipTag(STACK, 'imported'));
  return { ...attributes, tags };
}

describe('encode(decode(p)) = p', () => {
  test('for whatever encodes, in whatever order its edges leave', () => {
    fc.assert(
      fc.property(anyWorkflow, fc.array(fc.nat(100)), (workflow, picks) => {
        const { data } = encodeWorkflow(workflow, { stack: STACK }) as { data: { attributes: object } };
        const attributes = shuffleEdges(data.attributes as Attributes, picks);
        const tags = attributes.tags.filter((tag) => !tag.startsWith('signalwright:'));
        expect(sentAgain({ attributes })).toEqual({ ...attributes, tags });
      }),
    );
  });

  test.each([
    ['seconds', '3600s', '3600s'],
    ['hours and minutes', '1h30m', '5400s'],
    ['parts of a second', '0.25s', '0.25s'],
  ])('a rate limit in %s', (_what, interval, again) => {
    const trigger = { startStepNames: ['a'], apiTrigger: { rateLimit: { count: 1, interval } } };
    const sent = sentAgain(payloadOf({ triggers: [trigger], steps: [noop('a')] }));
    const expected = { startStepNames: ['a'], apiTrigger: { rateLimit: { count: 1, interval: again } } };
    expect(sent['spec']).toMatchObject({ triggers: [expected] });
  });

  test('a secret in clear is not read, a named one is', () => {
    const spec = { triggers: [], steps: [noop('a')] };
    const clear = { attributes: { name: 'W', webhookSecret: 'hunter2-hunter2-hunter2', spec } };
    expect(sentAgain(clear)['webhookSecret']).toBeUndefined();
    const named = { attributes: { name: 'W', webhookSecret: 'secret://hook', spec } };
    expect(sentAgain(named)['webhookSecret']).toBe('secret://hook');
  });

  test('the kind alone says who it runs as', () => {
    const spec = { triggers: [], steps: [] };
    expect(sentAgain({ attributes: { name: 'W', runAsUserMode: 'initiator', spec } })['runAs']).toEqual({
      type: 'initiator',
    });
    expect(sentAgain({ attributes: { name: 'W', runAsUserMode: 'owner', spec } })['runAs']).toBeUndefined();
  });
});

interface Attributes {
  readonly tags: readonly string[];
  readonly spec: { readonly steps: readonly { readonly outboundEdges?: readonly object[] }[] };
}

function shuffleEdges(attributes: Attributes, picks: readonly number[]): Attributes {
  const steps = attributes.spec.steps.map((step, index) => {
    if (step.outboundEdges === undefined) return step;
    const keyed = step.outboundEdges.map((edge, position) => ({
      edge,
      key: picks[(index + position) % Math.max(1, picks.length)] ?? 0,
    }));
    return { ...step, outboundEdges: keyed.toSorted((a, b) => a.key - b.key).map(({ edge }) => edge) };
  });
  return { ...attributes, spec: { ...attributes.spec, steps } };
}

const RECORDINGS = 'datadog-api/recordings/v2-workflow-automation.json';
const SPECIFICATION = 'datadog-api/openapi.json';
const PLANS = [
  'create-a-workflow-returns-successfully-created-a-workflow-response',
  'update-an-existing-workflow-returns-successfully-updated-a-workflow-response',
].map((name) => `datadog-api/plans/v2-workflow-automation/${name}.json`);

/** Every workflow in a document, at whatever depth: bodies that were sent, planned or answered. */
function workflowsIn(value: unknown): readonly Record<string, unknown>[] {
  if (typeof value === 'string') return value.startsWith('{') ? workflowsIn(parsed(value)) : [];
  if (Array.isArray(value)) return value.flatMap(workflowsIn);
  if (!isJsonObject(value)) return [];
  if (value['type'] === 'workflows' && isJsonObject(attributesOf(value)['spec'])) return [value];
  return Object.values(value).flatMap(workflowsIn);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe.skipIf(!hasSharedData(RECORDINGS) || !hasSharedData(SPECIFICATION))('recorded workflows', () => {
  const files = [RECORDINGS, SPECIFICATION, ...PLANS.filter(hasSharedData)];
  const found = hasSharedData(RECORDINGS) ? files.flatMap((file) => workflowsIn(readSharedJson(file))) : [];
  // One recorded request is refused by the service: its spec is empty.
  const real = found.filter((each) => Object.keys(attributesOf(each)['spec'] as object).length > 0);

  test(`${real.length} bodies and answers come back as they were, but for what the server fills in`, () => {
    expect(real.length).toBeGreaterThan(12);
    for (const payload of real) {
      const { createdAt: _created, updatedAt: _updated, ...attributes } = attributesOf(payload);
      expect(sentAgain(payload)).toEqual({ description: '', published: true, tags: [], ...attributes });
      expect(normalisePayload('workflow', sentAgain(payload))).toEqual(normalisePayload('workflow', payload));
    }
    expect(Object.keys(SERVER_FILLED.workflow)).toEqual(expect.arrayContaining(['createdAt', 'updatedAt']));
  });
});

const payloadOf = (spec: object): object => ({ data: { id: 'w', attributes: { name: 'W', spec } } });
const start = (...startStepNames: string[]): object[] => [{ startStepNames, apiTrigger: {} }];
const noop = (name: string, more: object = {}): object => ({
  name,
  actionId: 'com.datadoghq.core.noop',
  ...more,
});

describe('answers that content cannot hold are refused, not bent', () => {
  test.each([
    [
      'an unknown trigger',
      { triggers: [{ startStepNames: ['a'], sundialTrigger: {} }], steps: [noop('a')] },
      'spec.triggers[0]',
    ],
    [
      'a field of a trigger that nobody knows',
      { triggers: [{ startStepNames: ['a'], monitorTrigger: { tier: 2 } }], steps: [noop('a')] },
      'spec.triggers[0].monitorTrigger.tier',
    ],
    [
      'two triggers of one kind',
      { triggers: [...start('a'), ...start('a')], steps: [noop('a')] },
      'spec.triggers',
    ],
    [
      'two triggers in one',
      { triggers: [{ startStepNames: ['a'], apiTrigger: {}, appTrigger: {} }], steps: [noop('a')] },
      'spec.triggers[0].appTrigger',
    ],
    [
      'a start that is nowhere',
      { triggers: start('z'), steps: [noop('a')] },
      'spec.triggers[0].startStepNames',
    ],
    [
      'an edge to nowhere',
      {
        triggers: start('a'),
        steps: [noop('a', { outboundEdges: [{ nextStepName: 'z', branchName: 'main' }] })],
      },
      'spec.steps[0].outboundEdges[0]',
    ],
    [
      'a fallback to nowhere',
      { triggers: start('a'), steps: [noop('a', { errorHandlers: [{ fallbackStepName: 'z' }] })] },
      'spec.steps[0].errorHandlers[0]',
    ],
    [
      'a gate of another kind',
      {
        triggers: start('a'),
        steps: [noop('a', { completionGate: { completionCondition: { operator: 'IS' } } })],
      },
      'spec.steps[0].completionGate.completionCondition.operator',
    ],
    ['two steps of one name', { triggers: start('a'), steps: [noop('a'), noop('a')] }, 'spec.steps'],
    [
      'one parameter twice',
      {
        triggers: start('a'),
        steps: [
          noop('a', {
            parameters: [
              { name: 'x', value: 1 },
              { name: 'x', value: 2 },
            ],
          }),
        ],
      },
      'spec.steps[0].parameters[1].name',
    ],
    [
      'one output twice',
      {
        triggers: start('a'),
        steps: [noop('a')],
        outputSchema: {
          parameters: [
            { name: 'o', type: 'STRING' },
            { name: 'o', type: 'NUMBER' },
          ],
        },
      },
      'spec.outputSchema.parameters[1].name',
    ],
    [
      'one label for two connections',
      {
        triggers: start('a'),
        steps: [noop('a')],
        connectionEnvs: [
          {
            env: 'default',
            connections: [
              { label: 'A', connectionId: '1' },
              { label: 'A', connectionId: '2' },
            ],
          },
        ],
      },
      'spec.connectionEnvs[0].connections[1].label',
    ],
  ])('%s', (_what, spec, path) => {
    const result = decodeWorkflow(payloadOf(spec));
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain(path);
  });

  test('a workflow from a list, which has no spec', () => {
    const result = decodeWorkflow({ id: 'w', attributes: { name: 'W', spec: null } });
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain('spec');
  });
});

test('the order in which edges leave, and where boxes stand, is kept and is no difference', () => {
  const body = encodeWorkflow(
    {
      ...WORKFLOW,
      layout: {
        steps: {
          known_bad: { bounds: { x: 1, y: 2 }, edges: ['true block', 'gone nowhere'] },
          nobody: { bounds: { x: 3 } },
        },
        annotations: {},
      },
    },
    { stack: STACK },
  );
  const { steps } = attributesOf(body)['spec'] as { steps: readonly Record<string, unknown>[] };
  expect(steps[1]).toMatchObject({
    outboundEdges: [
      { nextStepName: 'block', branchName: 'true' },
      { nextStepName: 'note', branchName: 'false' },
    ],
    display: { bounds: { x: 1, y: 2 } },
  });
  const plain = encodeWorkflow(WORKFLOW, { stack: STACK });
  expect(normalisePayload('workflow', body)).toEqual(normalisePayload('workflow', plain));
});
