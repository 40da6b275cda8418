import { describe, expect, test } from 'vitest';
import { parseWorkflowHandle } from './workflow-handle.ts';

describe('a workflow as a target', () => {
  test.each([
    ['@workflow-block-attacker', { workflowId: 'block-attacker', inputs: {} }],
    ['@workflow-x(a="1h", n=-1.5e3, b=true)', { workflowId: 'x', inputs: { a: '1h', n: -1500, b: true } }],
    ['@workflow-x( a="say \\"hi\\", (ok)" )', { workflowId: 'x', inputs: { a: 'say "hi", (ok)' } }],
    ['@workflow-x()', { workflowId: 'x', inputs: {} }],
    ['@workflow-Close_Door-2', { workflowId: 'Close_Door-2', inputs: {} }],
    ['@workflow-x(a=0.1,b=123456789012345)', { workflowId: 'x', inputs: { a: 0.1, b: 123_456_789_012_345 } }],
  ])('%s', (handle, mention) => {
    expect(parseWorkflowHandle(handle)).toEqual(mention);
  });

  test.each([
    '@slack-x',
    '@workflow-',
    '@workflow-team@example.com',
    '@workflow-x(a="1h"',
    '@workflow-x(a)',
    '@workflow-x(a=)',
    '@workflow-x(a=1,)',
    '@workflow-x(a=1 b=2)',
    '@workflow-x(a="1)',
    '@workflow-x(1=a)',
    '@workflow-x(a=null)',
    '@workflow-x(a=1, a=2)',
    '@workflow-x(ticket=12345678901234567890)',
    '@workflow-x(a=1e999)',
  ])('%s is a handle like any other', (handle) => {
    expect(parseWorkflowHandle(handle)).toBeUndefined();
  });
});
