import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  START_MS,
  field,
  loginFailure,
  loginRule,
  openTestOrg,
  type Answered,
  type TestOrg,
} from '../testing/test-org.ts';

const JOBS = '/api/v2/siem-historical-detections/jobs';
const HISTSIGNALS = '/api/v2/siem-historical-detections/histsignals';
const SIGNALS = '/api/v2/security_monitoring/signals';

let own: TestOrg;

beforeEach(async () => {
  own = await openTestOrg();
});

afterEach(() => own.close());

/** Two addresses, each with six failed logins a second apart, ten minutes apart. */
async function storeAttacks(): Promise<void> {
  const attacks = ['203.0.113.7', '203.0.113.8'].flatMap((ip, attack) =>
    Array.from({ length: 6 }, (_, index) =>
      loginFailure(`${ip}-${index}`, START_MS - 3_600_000 + attack * 600_000 + index * 1_000, ip),
    ),
  );
  // The order of arrival says nothing about when it happened.
  await own.org.pipeline.ingest(attacks.toReversed());
}

/** The rule of the sample shop as the definition of a job, with conditions of one letter. */
function definition(change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const { name, type, message, queries, cases, options } = loginRule();
  const range = { from: START_MS - 7_200_000, to: START_MS, index: 'main' };
  return { name, type, message, queries, cases, options, ...range, ...change };
}

function create(attributes: Readonly<Record<string, unknown>>): Promise<Answered> {
  return own.call('POST', JOBS, {
    data: { type: 'historicalDetectionsJobCreate', attributes },
  });
}

async function run(attributes: Readonly<Record<string, unknown>>): Promise<string> {
  const created = await create(attributes);
  expect(created.status).toBe(201);
  await own.org.settle();
  return String(field(created, 'data', 'id'));
}

describe('a historical job', () => {
  test('waits, runs, and finds what the live engine would have found', async () => {
    await storeAttacks();
    const created = await create({ jobDefinition: definition() });
    expect([created.status, field(created, 'data', 'type')]).toEqual([201, 'historicalDetectionsJob']);
    const path = `${JOBS}/${String(field(created, 'data', 'id'))}`;
    const waiting = await own.call('GET', path);
    expect(field(waiting, 'data', 'attributes')).toMatchObject({
      jobName: 'Failed logins',
      jobStatus: 'pending',
      signalOutput: false,
      createdAt: '2026-11-22 10:00:00.000000+00',
      createdByName: 'Administrator',
      jobDefinition: {
        index: 'main',
        options: { detectionMethod: 'threshold' },
      },
    });
    expect(waiting.headers.get('content-type')).toBe('application/vnd.api+json');
    await own.org.settle();
    expect(field(await own.call('GET', path), 'data', 'attributes', 'jobStatus')).toBe('completed');
    const found = await own.call('GET', `${path}/histsignals?sort=timestamp`);
    expect(field(found, 'data')).toMatchObject([
      {
        attributes: {
          attributes: { title: 'Failed logins - burst' },
          message: expect.stringContaining('203.0.113.7 failed to log in.'),
        },
      },
      { attributes: { message: expect.stringContaining('203.0.113.8 failed to log in.') } },
    ]);
    // Nobody hears of it: a job is a question.
    expect(field(await own.call('GET', SIGNALS), 'data')).toEqual([]);
    expect(own.webhook.received).toEqual([]);
  });

  test('finds exactly what is live, for the same rule over the same events in order', async () => {
    const rule = loginRule();
    await own.call('POST', '/api/v2/security_monitoring/rules', rule);
    for (let index = 0; index < 40; index += 1) {
      const ip = `203.0.113.${index % 3}`;
      own.clock.nowMs = START_MS + index * 10_000;
      await own.org.pipeline.ingest([loginFailure(`live-${index}`, own.clock.nowMs, ip)]);
    }
    await own.org.pipeline.tick();
    const live = await own.call('GET', `${SIGNALS}?sort=timestamp`);
    const jobDefinition = definition({
      from: START_MS,
      to: START_MS + 3_600_000,
    });
    const id = await run({ jobDefinition });
    const past = await own.call('GET', `${JOBS}/${id}/histsignals?sort=timestamp`);
    const about = (answered: Answered): unknown =>
      (
        field(answered, 'data') as {
          attributes: Record<string, Record<string, unknown>>;
        }[]
      )
        .map(({ attributes }) => [
          attributes['message'],
          attributes['status'],
          attributes['attributes']?.['events_matched'],
        ])
        .toSorted();
    expect(about(past)).toEqual(about(live));
    expect(field(live, 'data')).toHaveLength(3);
  });

  test('looks only at its range', async () => {
    await storeAttacks();
    const to = START_MS - 3_600_000 + 300_000;
    const id = await run({ jobDefinition: definition({ to }) });
    expect(field(await own.call('GET', `${JOBS}/${id}/histsignals`), 'data')).toHaveLength(1);
  });

  test('is taken from a rule, or from one of its cases', async () => {
    await storeAttacks();
    const rule = await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
    const fromRule = {
      id: field(rule, 'id'),
      from: START_MS - 7_200_000,
      to: START_MS,
      index: 'main',
    };
    const whole = await run({ fromRule });
    const one = await run({ fromRule: { ...fromRule, caseIndex: 0 } });
    const job = await own.call('GET', `${JOBS}/${whole}`);
    expect(field(job, 'data', 'attributes')).toMatchObject({
      createdFromRuleId: field(rule, 'id'),
      jobName: 'Failed logins',
    });
    expect(field(await own.call('GET', `${JOBS}/${whole}/histsignals`), 'data')).toHaveLength(2);
    expect(field(await own.call('GET', `${JOBS}/${one}/histsignals`), 'data')).toEqual([]);
  });

  test('makes signals of its results when it is told to, and blocks nobody', async () => {
    await storeAttacks();
    const cases = [
      {
        condition: 'failures > 4',
        status: 'high',
        actions: [{ type: 'block_ip', options: { duration: 900 } }],
      },
    ];
    await run({ jobDefinition: definition({ cases }), signalOutput: true });
    expect(field(await own.call('GET', SIGNALS), 'data')).toHaveLength(2);
    expect(own.org.denylist()).toEqual([]);
  });

  test('is cancelled before it begins, and deleted once it has ended', async () => {
    const created = await create({ jobDefinition: definition() });
    const path = `${JOBS}/${String(field(created, 'data', 'id'))}`;
    expect((await own.call('PATCH', `${path}/cancel`)).status).toBe(204);
    const again = await own.call('PATCH', `${path}/cancel`);
    expect([again.status, field(again, 'errors', '0', 'detail')]).toEqual([409, 'The job has ended already']);
    await own.org.settle();
    expect(field(await own.call('GET', path), 'data', 'attributes', 'jobStatus')).toBe('cancelled');
    expect((await own.call('DELETE', path)).status).toBe(204);
    expect((await own.call('GET', path)).status).toBe(404);
  });

  test('begins again when the org was closed before its end', async () => {
    await storeAttacks();
    const created = await create({ jobDefinition: definition() });
    const id = String(field(created, 'data', 'id'));
    own = await own.restart();
    await own.org.settle();
    expect(field(await own.call('GET', `${JOBS}/${id}/histsignals`), 'data')).toHaveLength(2);
  });

  test('is found by its name and status, page by page', async () => {
    await run({ jobDefinition: definition({ name: 'First' }) });
    own.clock.nowMs += 1_000;
    await run({ jobDefinition: definition({ name: 'Second' }) });
    own.clock.nowMs += 1_000;
    await create({ jobDefinition: definition({ name: 'Third' }) });
    const names = async (query: string): Promise<unknown> => {
      const answered = await own.call('GET', `${JOBS}?${query}`);
      const rows = field(answered, 'data') as {
        attributes: { jobName: string };
      }[];
      return [rows.map(({ attributes }) => attributes.jobName), field(answered, 'meta', 'totalCount')];
    };
    expect(await names('')).toEqual([['Third', 'Second', 'First'], 3]);
    expect(await names('sort=jobName&page[size]=1&page[number]=1')).toEqual([['Second'], 3]);
    expect(await names('filter[query]=status:completed')).toEqual([['Second', 'First'], 2]);
    expect(await names('filter[query]=first')).toEqual([['First'], 1]);
    expect((await own.call('GET', `${JOBS}?sort=colour`)).status).toBe(400);
  });

  test.each([
    [{}, 'Expected either jobDefinition or fromRule'],
    [{ jobDefinition: 7 }, 'The definition of a job must be an object'],
    [{ jobDefinition: definition({ from: START_MS, to: START_MS - 1 }) }, 'Must be later than from'],
    [{ jobDefinition: definition({ index: 'other' }) }, 'Index must exist'],
    [
      {
        jobDefinition: definition({
          cases: [{ condition: 'nothing > 1', status: 'high' }],
        }),
      },
      'nothing',
    ],
    [{ jobDefinition: definition({ name: '' }) }, "Field 'name' is invalid: Name cannot be empty"],
    [{ jobDefinition: definition({ message: 'm'.repeat(70_000) }) }, 'longer than'],
    [{ jobDefinition: definition(), signalOutput: 'yes' }, 'signalOutput must be true or false'],
  ])('is refused when it makes no sense: %#', async (attributes, message) => {
    const refused = await create(attributes);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(message)]);
    expect(field(await own.call('GET', JOBS), 'meta', 'totalCount')).toBe(0);
  });

  test('is one of few that wait', async () => {
    for (let index = 0; index < 50; index += 1) await create({ jobDefinition: definition() });
    expect((await create({ jobDefinition: definition() })).status).toBe(429);
  });
});

describe('a result', () => {
  test('is searched, shown alone, and made a signal by whom the audit trail names', async () => {
    await storeAttacks();
    await run({ jobDefinition: definition() });
    const body = {
      filter: { query: '@http.client_ip:203.0.113.8' },
      page: { limit: 1 },
    };
    const found = await own.call('POST', `${HISTSIGNALS}/search`, body);
    expect(field(found, 'data')).toHaveLength(1);
    const id = String(field(found, 'data', '0', 'id'));
    expect(field(await own.call('GET', `${HISTSIGNALS}/${id}`), 'data', 'id')).toBe(id);
    const attributes = {
      jobResultIds: [id],
      signalSeverity: 'low',
      signalMessage: 'Found later.',
      notifications: ['@webhook-siem'],
    };
    const convert = (change: object): Promise<Answered> =>
      own.call('POST', `${JOBS}/signal_convert`, {
        data: { attributes: { ...attributes, ...change } },
      });
    expect((await convert({})).status).toBe(204);
    expect((await convert({})).status).toBe(204);
    await own.org.settle();
    const signal = await own.call('GET', `${SIGNALS}/${id}`);
    expect(field(signal, 'data', 'attributes', 'message')).toContain('Found later.');
    expect(field(await own.call('GET', SIGNALS), 'data')).toHaveLength(1);
    expect(own.webhook.received).toHaveLength(1);
    const audit = await own.call('GET', `/api/signalwright/audit?subject=signal:${id}`);
    expect(audit.text).toContain('signal.convert');
    expect((await convert({ jobResultIds: ['none'] })).status).toBe(404);
    expect((await convert({ signalSeverity: 'grave' })).status).toBe(400);
  });

  test('comes page by page, each once', async () => {
    await storeAttacks();
    await run({ jobDefinition: definition() });
    await run({ jobDefinition: definition({ name: 'Again' }) });
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 4; page += 1) {
      const answered = await own.call('GET', `${HISTSIGNALS}?page[limit]=1${cursor}`);
      seen.push(String(field(answered, 'data', '0', 'id')));
      const after = field(answered, 'meta', 'page', 'after');
      expect(after === undefined).toBe(page === 3);
      cursor = `&page[cursor]=${String(after)}`;
    }
    expect(new Set(seen).size).toBe(4);
  });
});
