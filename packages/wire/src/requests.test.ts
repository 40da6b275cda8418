import type { DenylistEntry } from '@signalwright/model';
import { describe, expect, test } from 'vitest';
import {
  decodeAssigneeChange,
  decodeBlockRequest,
  decodeDenylistEntry,
  decodeRunRequest,
  decodeStateChange,
  encodeDenylistEntry,
} from './requests.ts';

test('an entry of the denylist survives the way there and back', () => {
  const entry: DenylistEntry = {
    kind: 'ip',
    value: '203.0.113.1',
    expiresAtMs: 10_001,
    createdAtMs: 1,
    createdBy: 'dana',
    reason: 'test',
  };
  expect(decodeDenylistEntry(encodeDenylistEntry(entry))).toEqual({ ok: true, value: entry });
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
