/** Drift that was accepted: what stays as it is at the target, until when, and what cannot be. */

import { isDeepStrictEqual } from 'node:util';
import type { AcceptedDrift, Payload } from '@signalwright/model';
import { normalisePayload } from '@signalwright/wire';
import { expect, test } from 'vitest';
import { keepAccepted } from './accept-drift.ts';
import { contentDigest, type DesiredObject } from './desired.ts';
import type { ObservedObject } from './observe.ts';

const BODY: Payload = {
  name: 'Logins',
  type: 'log_detection',
  isEnabled: true,
  message: 'Look.',
  tags: ['signalwright:acme/logins', 'team:soc'],
  queries: [{ name: 'a', query: '@a:b', aggregation: 'count', groupByFields: [], distinctFields: [] }],
  cases: [
    { name: 'many', condition: 'a > 50', status: 'high', notifications: ['@slack-soc'] },
    { name: 'some', condition: 'a > 5', status: 'low', notifications: [] },
  ],
  options: {
    detectionMethod: 'threshold',
    evaluationWindow: 300,
    keepAlive: 3600,
    maxSignalDuration: 86_400,
  },
  filters: [],
};

function desired(): DesiredObject {
  const content = normalisePayload('detection-rule', BODY);
  return {
    address: 'detection-rule/logins',
    kind: 'detection-rule',
    id: 'logins',
    name: 'Logins',
    body: BODY,
    content,
    digest: contentDigest(content),
    dependsOn: [],
    origin: { rangeOf: noRange, keyRangeOf: noRange },
  };
}

function noRange(): never {
  throw new Error('Nobody asks for a place.');
}

function there(change: Payload): ObservedObject {
  const payload = { id: 'abc', version: 2, ...BODY, ...change };
  const content = normalisePayload('detection-rule', payload);
  return {
    kind: 'detection-rule',
    remote: { kind: 'detection-rule', id: 'abc', version: 2, payload },
    ownership: { kind: 'tag', stack: 'acme', id: 'logins' },
    content,
    digest: contentDigest(content),
  };
}

function accept(...fields: readonly string[]): readonly AcceptedDrift[] {
  const until = '2026-12-24';
  return [
    { object: 'detection-rule/logins', fields, until, endsMs: Date.parse(until), reason: 'Quiet weeks.' },
  ];
}

const CASES = BODY['cases'] as readonly Payload[];
const OPTIONS = BODY['options'] as Payload;

test.each<[what: string, change: Payload, fields: readonly string[]]>([
  ['a switch', { isEnabled: false }, ['isEnabled']],
  ['a text', { message: 'Another.' }, ['message']],
  ['a field of an object', { options: { ...OPTIONS, keepAlive: 7200 } }, ['options.keepAlive']],
  ['all of an object', { options: { ...OPTIONS, keepAlive: 7200 } }, ['options']],
  ['a field of an item', { cases: [{ ...CASES[0], status: 'low' }, CASES[1]] }, ['cases[0].status']],
  ['a list as a whole', { tags: ['signalwright:acme/logins', 'team:other', 'x:y'] }, ['tags']],
  ['items that came', { cases: [...CASES, { ...CASES[0], name: 'third' }] }, ['cases']],
  ['an item that went', { cases: CASES.slice(0, 1) }, ['cases']],
])('%s stays as it is', (_what, change, fields) => {
  const observed = there(change);
  const kept = keepAccepted(desired(), observed, accept(...fields));
  if (!kept.ok) throw new Error(kept.reason);
  expect(kept.fields.length).toBeGreaterThan(0);
  expect(kept.fields[0]).toMatchObject({ until: '2026-12-24', reason: 'Quiet weeks.' });
  expect(kept.object.digest).toBe(observed.digest);
  expect(isDeepStrictEqual(kept.object.content, observed.content)).toBe(true);
});

test('what was not accepted is what content asks for', () => {
  const observed = there({ isEnabled: false, message: 'Another.' });
  const kept = keepAccepted(desired(), observed, accept('isEnabled'));
  if (!kept.ok) throw new Error(kept.reason);
  expect(kept.fields.map(({ path }) => path)).toEqual(['isEnabled']);
  expect(kept.object.body).toMatchObject({ isEnabled: false, message: 'Look.' });
});

test.each([
  ['of another object', [{ ...accept('isEnabled')[0], object: 'detection-rule/other' } as AcceptedDrift]],
  ['of a name that only begins alike', accept('isEnable')],
  ['of nothing', []],
])('what was accepted %s changes nothing', (_what, accepted) => {
  const object = desired();
  expect(keepAccepted(object, there({ isEnabled: false }), accepted)).toEqual({
    ok: true,
    object,
    fields: [],
  });
});

test('our mark is never given up', () => {
  const kept = keepAccepted(desired(), there({ tags: ['team:soc'] }), accept('tags'));
  expect(kept).toEqual({
    ok: false,
    reason: 'acceptDrift cannot leave tags alone: it does not stand by itself.',
  });
});
