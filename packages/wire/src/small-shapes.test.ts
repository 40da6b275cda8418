/** Ownership, references, handles of workflows, the denylist, requests: one row a fact. */

import { type DenylistEntry } from '@signalwright/model';
import { describe, expect, test } from 'vitest';
import { encodeDenylist } from './denylist.ts';
import { decodeNotificationRule } from './notification-rule.ts';
import { ownershipSuffix, ownershipTag, readOwnership } from './ownership.ts';
import {
  decodeAssigneeChange,
  decodeBlockRequest,
  decodeDenylistEntry,
  decodeRunRequest,
  decodeStateChange,
  encodeDenylistEntry,
} from './requests.ts';
import { decodeSignal, encodeSignal } from './signal.ts';
import { decodeRuleSelection, encodeRuleSelection } from './suppression.ts';
import { SIGNAL } from './testing/sample-content.ts';
import { parseWorkflowHandle } from './workflow-handle.ts';
import { decodeWorkflow } from './workflow.ts';

describe('whose an object is', () => {
  test.each([
    ['a rule with our tag', { tags: ['a', 'signalwright:acme/x'] }, { kind: 'tag', stack: 'acme', id: 'x' }],
    [
      'a resource with our tag',
      { data: { id: '1', attributes: { tags: ['signalwright:acme/x'] } } },
      { kind: 'tag', stack: 'acme', id: 'x' },
    ],
    [
      'a stack with a slash',
      { tags: ['signalwright:acme/prod/x'] },
      { kind: 'tag', stack: 'acme/prod', id: 'x' },
    ],
    [
      'the same tag twice',
      { tags: ['signalwright:acme/x', 'signalwright:acme/x'] },
      { kind: 'tag', stack: 'acme', id: 'x' },
    ],
    ['a suffix', { attributes: { name: 'N [sw:0123abcd]' } }, { kind: 'suffix', mark: '0123abcd' }],
    [
      'two owners',
      { tags: ['signalwright:a/x', 'signalwright:b/x'] },
      { kind: 'ambiguous', marks: ['signalwright:a/x', 'signalwright:b/x'] },
    ],
    ['no mark', { tags: ['team:x'], name: 'N' }, { kind: 'unmarked' }],
    [
      'a tag that only looks like ours',
      {
        tags: [
          'signalwright:',
          'signalwright:x',
          'signalwright:acme/',
          'signalwright:a/X y',
          'xsignalwright:a/b',
        ],
      },
      { kind: 'unmarked' },
    ],
    ['a suffix that is not at the end', { name: 'N [sw:0123abcd] more' }, { kind: 'unmarked' }],
    ['a suffix in capitals', { name: 'N [sw:0123ABCD]' }, { kind: 'unmarked' }],
    ['tags of a strange sort', { tags: [7, null, { a: 1 }] }, { kind: 'unmarked' }],
    ['no object', 'x', { kind: 'unmarked' }],
  ])('%s', (_what, payload, expected) => {
    expect(readOwnership(payload)).toEqual(expected);
  });

  test('the marks are stable: they stand on objects of organisations', () => {
    expect(ownershipTag('acme-appsec', 'urgent-attacks')).toBe('signalwright:acme-appsec/urgent-attacks');
    expect(ownershipSuffix('acme-appsec', 'urgent-attacks')).toBe(' [sw:e29e5717]');
  });
});

describe('rules that a suppression names', () => {
  test.each([
    [['a'], 'signalwright:"acme/a"'],
    [['a', 'b-2'], 'signalwright:("acme/a" OR "acme/b-2")'],
  ])('%j is %s', (ids, query) => {
    expect(encodeRuleSelection({ kind: 'ids', ids }, 'acme')).toBe(query);
    expect(decodeRuleSelection(query, 'acme')).toEqual({ kind: 'ids', ids });
  });

  test.each([
    'signalwright:"other/a"',
    'signalwright:("acme/a" OR "other/b")',
    'signalwright:("acme/a" AND "acme/b")',
    'signalwright:"acme/a" type:log_detection',
    'signalwright:acme/a',
    'signalwright:()',
    'signalwright:',
    'type:log_detection',
    '',
  ])('%s stays a query', (query) => {
    expect(decodeRuleSelection(query, 'acme')).toEqual({ kind: 'query', query });
  });
});

describe('a workflow as a target', () => {
  test.each([
    ['@workflow-block-attacker', { workflowId: 'block-attacker', inputs: {} }],
    ['@workflow-x(a="1h", n=-1.5e3, b=true)', { workflowId: 'x', inputs: { a: '1h', n: -1500, b: true } }],
    ['@workflow-x( a="say \\"hi\\", (ok)" )', { workflowId: 'x', inputs: { a: 'say "hi", (ok)' } }],
    ['@workflow-x()', { workflowId: 'x', inputs: {} }],
  ])('%s', (handle, mention) => {
    expect(parseWorkflowHandle(handle)).toEqual(mention);
  });

  test.each([
    '@slack-x',
    '@workflow-',
    '@workflow-X',
    '@workflow-team@example.com',
    '@workflow-x(a="1h"',
    '@workflow-x(a)',
    '@workflow-x(a=)',
    '@workflow-x(a=1,)',
    '@workflow-x(a=1 b=2)',
    '@workflow-x(a="1)',
    '@workflow-x(1=a)',
    '@workflow-x(a=null)',
  ])('%s is a handle like any other', (handle) => {
    expect(parseWorkflowHandle(handle)).toBeUndefined();
  });
});

const block = (value: string, expiresAtMs?: number, kind: 'ip' | 'user' = 'ip'): DenylistEntry => ({
  kind,
  value,
  ...(expiresAtMs !== undefined && { expiresAtMs }),
  createdAtMs: 0,
  createdBy: 'dana',
  reason: 'test',
});

test('the denylist for the WAF engine: seconds, the longest block of a value, nothing that has ended', () => {
  const entries = [
    block('203.0.113.1', 10_001),
    block('203.0.113.1', 5_000),
    block('203.0.113.2', 9_000),
    block('203.0.113.2'),
    block('203.0.113.3', 1_000),
    block('user-9', 20_000, 'user'),
  ];
  expect(encodeDenylist(entries, 1_000)).toEqual({
    rules_data: [
      {
        id: 'blocked_ips',
        type: 'ip_with_expiration',
        data: [{ value: '203.0.113.1', expiration: 11 }, { value: '203.0.113.2' }],
      },
      { id: 'blocked_users', type: 'data_with_expiration', data: [{ value: 'user-9', expiration: 20 }] },
    ],
  });
});

test('an entry of the denylist survives the way there and back', () => {
  const entry = block('203.0.113.1', 10_001);
  expect(decodeDenylistEntry(encodeDenylistEntry(entry))).toEqual({ ok: true, value: entry });
});

test.each(['search', 'one'] as const)('a signal in the %s shape is read back', (shape) => {
  const result = decodeSignal(JSON.parse(JSON.stringify(encodeSignal(SIGNAL, shape))));
  expect(result).toMatchObject({
    ok: true,
    value: {
      id: SIGNAL.id,
      severity: 'high',
      title: SIGNAL.title,
      message: SIGNAL.message,
      services: ['shop'],
      env: 'prod',
      state: 'under_review',
      assignee: SIGNAL.triage.assignee,
      incidentIds: [12],
      custom: { http: { client_ip: '203.0.113.7' }, workflow: { rule: { type: 'Application Security' } } },
      ...(shape === 'one' && { version: 3 }),
    },
  });
});

describe('requests that are refused, by field', () => {
  const attributes = (value: object): object => ({ data: { attributes: value } });
  test.each([
    ['no state', decodeStateChange, attributes({}), 'state'],
    ['a state that does not exist', decodeStateChange, attributes({ state: 'closed' }), 'state'],
    [
      'a reason that does not exist',
      decodeStateChange,
      attributes({ state: 'archived', archive_reason: 'x' }),
      'archive_reason',
    ],
    [
      'a version that is no number',
      decodeStateChange,
      attributes({ state: 'open', version: '1' }),
      'version',
    ],
    ['an unknown field', decodeStateChange, attributes({ state: 'open', reason: 'x' }), 'reason'],
    ['no object', decodeStateChange, 'open', ''],
    ['an assignee without uuid', decodeAssigneeChange, attributes({ assignee: {} }), 'assignee.uuid'],
    ['a plain uuid', decodeAssigneeChange, attributes({ assignee: 'u' }), 'assignee'],
    ['a payload that is a list', decodeRunRequest, { meta: { payload: [1] } }, 'meta.payload'],
    ['a block of a host name', decodeBlockRequest, attributes({ kind: 'host', value: 'x' }), 'kind'],
  ])('%s', (_what, decode, body, path) => {
    const result = decode(body);
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain(path);
  });
});

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

  test('a notification rule over findings', () => {
    const attributes = {
      name: 'N',
      enabled: true,
      selectors: { trigger_source: 'security_findings' },
      targets: ['@x'],
    };
    const result = decodeNotificationRule({ id: 'abc-def-ghi', attributes });
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([
      'selectors.trigger_source',
    ]);
  });
});
