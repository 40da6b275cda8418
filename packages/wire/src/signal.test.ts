import { expect, test } from 'vitest';
import { decodeSignal, encodeSignal } from './signal.ts';
import { SIGNAL } from './testing/sample-content.ts';

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
