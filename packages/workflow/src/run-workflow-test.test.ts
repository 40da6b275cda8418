import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  BARE_WORKFLOW,
  type ActionManifest,
  type Workflow,
  type WorkflowStep,
  type WorkflowTest,
} from '@signalwright/model';
import { runWorkflowTest } from './run-workflow-test.ts';

const manifest: ActionManifest = JSON.parse(
  readFileSync(new URL('../manifest.json', import.meta.url), 'utf8'),
) as ActionManifest;

function after(...edges: readonly string[]): WorkflowStep['after'] {
  return edges.map((edge) => {
    const [step = '', branch = 'main'] = edge.split('.');
    return { step, branch };
  });
}

const IP = '{{ Source.securitySignal.custom.http.client_ip }}';

const blockAttacker: Workflow = {
  kind: 'workflow',
  ...BARE_WORKFLOW,
  id: 'block-attacker',
  name: 'Block',
  triggers: [{ kind: 'security' }],
  inputs: [{ name: 'duration', type: 'string', default: '1h', label: '', description: '' }],
  steps: [
    {
      id: 'intel',
      does: { kind: 'action', action: 'signalwright.threat_intel.lookup', inputs: { ip: IP } },
      after: [],
      join: 'any',
    },
    {
      id: 'known_bad',
      does: {
        kind: 'if',
        needs: 'all',
        conditions: [{ left: '{{ Steps.intel.verdict }}', operator: 'eq', right: 'malicious' }],
      },
      after: after('intel'),
      join: 'any',
    },
    {
      id: 'block',
      does: {
        kind: 'action',
        action: 'signalwright.block_ip',
        inputs: { ip: IP, duration: '{{ Trigger.duration }}' },
      },
      after: after('known_bad.true'),
      join: 'any',
    },
    {
      id: 'record',
      does: {
        kind: 'action',
        action: 'signalwright.signal.update',
        inputs: { signal: '{{ Source.securitySignal.id }}', state: 'under_review' },
      },
      after: after('block'),
      join: 'any',
    },
    {
      id: 'leave',
      does: {
        kind: 'action',
        action: 'signalwright.signal.comment',
        inputs: { signal: '{{ Source.securitySignal.id }}', comment: 'left' },
      },
      after: after('known_bad.false', 'intel.error'),
      join: 'any',
    },
  ],
};

const base: WorkflowTest = { name: 't', signal: { fields: {} }, inputs: {}, answers: {} };
const malicious = { kind: 'output', output: { verdict: 'malicious', source: 's', category: 'c' } } as const;
const sample = { rule: 'r', severity: 'high', fields: { '@http.client_ip': '203.0.113.7' } } as const;

type Row = [title: string, test: Partial<WorkflowTest>, differences: readonly string[]];

const rows: Row[] = [
  [
    'a right expectation passes',
    {
      answers: { intel: malicious },
      path: ['intel', 'known_bad.true', 'block', 'record'],
      calls: { block: { ip: '203.0.113.7', duration: '1h' } },
      state: 'under_review',
    },
    [],
  ],
  [
    'an input given by the test reaches the call',
    { answers: { intel: malicious }, inputs: { duration: '5m' }, calls: { block: { duration: '5m' } } },
    [],
  ],
  [
    'the error branch is a path',
    { answers: { intel: { kind: 'error' } }, path: ['intel.error', 'leave'], state: 'open' },
    [],
  ],
  ['a wrong path is a difference', { answers: { intel: malicious }, path: ['intel'] }, ['path']],
  [
    'a wrong call is a difference at its input',
    { answers: { intel: malicious }, calls: { block: { ip: '192.0.2.1' } } },
    ['calls.block.ip'],
  ],
  [
    'a call that never came is a difference',
    { answers: { intel: { kind: 'error' } }, calls: { block: {} } },
    ['calls.block'],
  ],
  ['a wrong state is a difference', { answers: { intel: malicious }, state: 'archived' }, ['state']],
  [
    'a step whose output is read must be answered',
    { path: ['intel', 'known_bad.false', 'leave'] },
    ['answers.intel'],
  ],
  ['an input the workflow does not have is a difference', { inputs: { nope: 1 } }, ['inputs']],
  ['an input of the wrong type is a difference', { inputs: { duration: 5 } }, ['inputs']],
];

test.each(rows)('%s', async (_title, given, differences) => {
  const outcome = await runWorkflowTest(blockAttacker, sample, { ...base, ...given }, manifest);
  expect(outcome.differences.map((difference) => difference.path)).toEqual(differences);
  expect(outcome.passed).toBe(differences.length === 0);
});

test('a step with several error handlers cannot be played, which is neither passed nor failed', async () => {
  const [first, ...others] = blockAttacker.steps;
  const handler = { retry: { times: 0, everyMs: 0 }, fallback: '' };
  const steps = first === undefined ? [] : [{ ...first, onError: [handler, handler] }, ...others];
  const outcome = await runWorkflowTest({ ...blockAttacker, steps }, sample, base, manifest);
  expect(outcome).toMatchObject({
    passed: false,
    differences: [],
    notRun: expect.stringContaining('"intel"'),
  });
});

test('a signal without an address fails the look-up before any action is called', async () => {
  const outcome = await runWorkflowTest(
    blockAttacker,
    { fields: {} },
    { ...base, answers: { intel: malicious }, path: ['intel.error', 'leave'] },
    manifest,
  );
  expect(outcome).toEqual({ name: 't', passed: true, differences: [] });
});
