import { beforeEach, afterEach, describe, expect, test } from 'vitest';

import { loginFailure, loginRule, openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

const SIGNALS = '/api/v2/security_monitoring/signals';
const FIRST = '/api/v1/security_analytics/signals';

let own: TestOrg;
let ids: readonly string[];

beforeEach(async () => {
  own = await openTestOrg();
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  for (const ip of ['203.0.113.7', '203.0.113.8']) {
    for (let n = 0; n < 6; n += 1) {
      await own.org.pipeline.ingest([loginFailure(`${ip}-${n}`, own.clock.nowMs, ip)]);
    }
  }
  const listed = await own.call('GET', SIGNALS);
  ids = (listed.body as { readonly data: readonly { readonly id: string }[] }).data.map(({ id }) => id);
  expect(ids).toHaveLength(2);
});

afterEach(() => own.close());

function triageOf(index: number): unknown {
  const { state, assignee, incidentIds } = own.org.findSignal(ids[index] ?? '')?.triage ?? {};
  return { state, assignee: assignee?.name, incidentIds };
}

async function ownerUuid(): Promise<string> {
  const users = await own.call('GET', '/api/signalwright/users');
  return (users.body as { readonly data: readonly { readonly id: string }[] }).data[0]?.id ?? '';
}

const item = (id: string | undefined, attributes: object): object => ({ id, type: 'signal', attributes });

describe('update', () => {
  test('sets state and assignee in one request, and again without a change', async () => {
    const uuid = await ownerUuid();
    const attributes = { state: 'archived', archive_reason: 'false_positive', assignee: { uuid } };
    const path = `${SIGNALS}/${ids[0]}/update`;
    const answered = await own.call('PATCH', path, { data: { attributes } });
    expect([answered.status, answered.body]).toMatchObject([
      200,
      {
        data: {
          id: ids[0],
          type: 'signal_metadata',
          attributes: { state: 'archived', archive_reason: 'false_positive', assignee: { uuid } },
        },
      },
    ]);
    const version = own.org.findSignal(ids[0] ?? '')?.version;
    expect((await own.call('PATCH', path, { data: { attributes } })).body).toEqual(answered.body);
    expect(own.org.findSignal(ids[0] ?? '')?.version).toBe(version);
  });

  test('that the law refuses assigns nobody either', async () => {
    const path = `${SIGNALS}/${ids[0]}/update`;
    await own.call('PATCH', path, { data: { attributes: { state: 'archived' } } });
    own.clock.nowMs += 31 * 24 * 60 * 60_000;
    const attributes = { state: 'open', assignee: { uuid: await ownerUuid() } };
    expect((await own.call('PATCH', path, { data: { attributes } })).status).toBe(400);
    expect(triageOf(0)).toMatchObject({ state: 'archived', assignee: 'Unassigned' });
  });

  test.each<[string, unknown, number]>([
    ['nothing to change', { data: { attributes: {} } }, 400],
    ['an unknown state', { data: { attributes: { state: 'asleep' } } }, 400],
    ['an unknown field', { data: { attributes: { state: 'open', surprise: 1 } } }, 400],
    ['a user that is not there', { data: { attributes: { assignee: { uuid: 'nobody' } } } }, 400],
    ['an old version', { data: { attributes: { state: 'under_review', version: 0 } } }, 409],
    ['no JSON', '{', 400],
  ])('%s is refused, and nothing is written', async (_title, body, status) => {
    const before = triageOf(0);
    const answered = await own.call('PATCH', `${SIGNALS}/${ids[0]}/update`, body);
    expect([answered.status, Object.keys(answered.body as object)]).toEqual([status, ['errors']]);
    expect(triageOf(0)).toEqual(before);
    expect((await own.call('PATCH', `${SIGNALS}/nothing/update`, body)).status).toBe(
      status === 409 ? 404 : 400,
    );
  });
});

describe('bulk', () => {
  const eventsOf = (answered: Answered): readonly { readonly id: string }[] =>
    (answered.body as { readonly result: { readonly events: readonly { readonly id: string }[] } }).result
      .events;

  test('changes each by itself, and answers those that were changed', async () => {
    const data = [
      item(ids[0], { state: 'under_review' }),
      item('nothing', { state: 'under_review' }),
      item(ids[1], { state: 'under_review', version: 99 }),
    ];
    const answered = await own.call('PATCH', `${SIGNALS}/bulk/state`, { data });
    expect([answered.status, answered.body]).toMatchObject([
      200,
      {
        type: 'status',
        status: 'done',
        result: {
          count: 1,
          events: [{ id: ids[0], event: { id: ids[0], state: 'under_review', incident_ids: [] } }],
        },
      },
    ]);
    expect(triageOf(1)).toMatchObject({ state: 'open' });
  });

  test('takes an assignee as a text, and both in one', async () => {
    const uuid = await ownerUuid();
    const assigned = await own.call('PATCH', `${SIGNALS}/bulk/assignee`, {
      data: ids.map((id) => item(id, { assignee: uuid })),
    });
    expect(eventsOf(assigned).map(({ id }) => id)).toEqual(ids);
    const updated = await own.call('PATCH', `${SIGNALS}/bulk/update`, {
      data: ids.map((id) => item(id, { state: 'archived', assignee: { uuid: '' } })),
    });
    expect(eventsOf(updated)).toHaveLength(2);
    expect(triageOf(0)).toMatchObject({ state: 'archived', assignee: 'Unassigned' });
  });

  test.each([
    ['no list', { data: {} }],
    ['an empty list', { data: [] }],
    ['200 signals', { data: Array.from({ length: 200 }, () => item('x', { state: 'open' })) }],
    ['an item that is a text', { data: ['x'] }],
    ['an item without id', { data: [item(undefined, { state: 'open' })] }],
    ['a user that is not there', { data: [item('x', { assignee: 'nobody' })] }],
  ])('%s is refused as a whole', async (_title, body) => {
    const answered = await own.call('PATCH', `${SIGNALS}/bulk/update`, body);
    expect([answered.status, Object.keys(answered.body as object)]).toEqual([400, ['errors']]);
  });
});

describe('version 1', () => {
  test('answers that it is done', async () => {
    const uuid = await ownerUuid();
    for (const [what, body] of [
      ['state', { state: 'archived', archiveReason: 'other', archiveComment: 'x' }],
      ['assignee', { assignee: uuid }],
      ['add_to_incident', { incident_id: 2066 }],
      ['add_to_incident', { incident_id: 7, add_to_signal_timeline: false }],
    ] as const) {
      const answered = await own.call('PATCH', `${FIRST}/${ids[0]}/${what}`, body);
      expect([answered.status, answered.body]).toMatchObject([
        200,
        { status: 'done', hitCount: 1, type: 'status' },
      ]);
    }
    expect(triageOf(0)).toMatchObject({ state: 'archived', incidentIds: [2066, 7] });
  });

  test.each([
    ['state', { state: 'asleep' }, 400],
    ['assignee', { assignee: 7 }, 400],
    ['add_to_incident', { incident_id: '7' }, 400],
    ['add_to_incident', { incident_id: 7, version: 0 }, 409],
  ])('%s refuses %j', async (what, body, status) => {
    expect((await own.call('PATCH', `${FIRST}/${ids[0]}/${what}`, body)).status).toBe(status);
    expect(triageOf(0)).toMatchObject({ state: 'open', incidentIds: [] });
  });
});
