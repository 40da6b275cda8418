import { describe, expect, test } from 'vitest';
import { decodeWorkflow } from './workflow.ts';

describe('answers that content cannot hold are refused, not bent', () => {
  const workflow = (spec: object): object => ({ data: { id: 'w', attributes: { name: 'W', spec } } });
  const start = (...startStepNames: string[]): object[] => [{ startStepNames, apiTrigger: {} }];
  const noop = (name: string, more: object = {}): object => ({
    name,
    actionId: 'com.datadoghq.core.noop',
    ...more,
  });
  test.each([
    [
      'an unknown trigger',
      {
        triggers: [{ startStepNames: ['a'], monitorTrigger: { rateLimit: { count: 1 } } }],
        steps: [noop('a')],
      },
      'spec.triggers[0].monitorTrigger',
    ],
    [
      'a start in the middle',
      {
        triggers: start('b'),
        steps: [noop('a', { outboundEdges: [{ nextStepName: 'b', branchName: 'main' }] }), noop('b')],
      },
      'spec.triggers',
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
      'a branch of an approval',
      {
        triggers: start('a'),
        steps: [noop('a', { outboundEdges: [{ nextStepName: 'b', branchName: 'block' }] }), noop('b')],
      },
      'spec.steps[0].outboundEdges[0].branchName',
    ],
    [
      'a wait',
      { triggers: start('a'), steps: [noop('a', { completionGate: { completionCondition: {} } })] },
      'spec.steps[0].completionGate',
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
      'outputs',
      {
        triggers: start('a'),
        steps: [noop('a')],
        outputSchema: { parameters: [{ name: 'o', type: 'STRING' }] },
      },
      'spec.outputSchema',
    ],
  ])('%s', (_what, spec, path) => {
    const result = decodeWorkflow(workflow(spec));
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain(path);
  });
});
