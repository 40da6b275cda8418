import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Event } from '@signalwright/model';
import { SIGNALS_MIGRATIONS } from '@signalwright/signals';
import { openDatabase } from '@signalwright/store';
import { PATHS, encodeSpan } from '@signalwright/wire';

import { LINES_A_MINUTE } from './bounded-log.ts';
import { START_MS, loginFailure, loginRule, openTestOrg, type TestOrg } from './testing/test-org.ts';

let own: TestOrg;

beforeEach(async () => {
  own = await openTestOrg();
});

afterEach(() => own.close());

async function createRule(change: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const created = await own.client.rules.create(loginRule(change));
  if (created.kind !== 'done') throw new Error(JSON.stringify(created));
  return created.value.id;
}

/** Failed logins, one a second, from event `from` on; the clock follows. */
async function fail(count: number, from = 0, ip?: string): Promise<void> {
  const events = Array.from({ length: count }, (_, index) =>
    loginFailure(`e${from + index}`, START_MS + (from + index) * 1_000, ip),
  );
  own.clock.nowMs = START_MS + (from + count) * 1_000;
  const sent = await own.client.own.sendSpans(events);
  expect(sent.kind).toBe('done');
  await own.org.settle();
}

interface Seen {
  readonly id: string;
  readonly severity: string;
  readonly title: string;
  readonly matched: unknown;
}

async function signals(query = ''): Promise<readonly Seen[]> {
  const found = await own.client.signals.search({ query });
  if (found.kind !== 'done') throw new Error(JSON.stringify(found));
  return found.value.map(({ id, severity, title, custom }) => {
    const workflow = custom['workflow'] as Readonly<Record<string, unknown>>;
    return { id, severity, title, matched: workflow['events_matched'] };
  });
}

test('events become a signal, which is found, told and raised', async () => {
  await createRule();
  await fail(4);
  expect(await signals()).toEqual([]);
  await fail(1, 4);
  expect(await signals('status:high')).toMatchObject([{ title: 'Failed logins - burst', matched: 5 }]);
  expect(own.webhook.received).toHaveLength(1);
  expect(own.webhook.received[0]?.body).toMatchObject({ event: 'signal.opened', severity: 'high' });
  await fail(5, 5);
  expect(await signals()).toMatchObject([{ severity: 'critical', matched: 10 }]);
  // The critical case names no handle.
  expect(own.webhook.received).toHaveLength(1);
});

test('the same request twice counts its events once', async () => {
  await createRule();
  await fail(4);
  await fail(4);
  expect(await signals()).toEqual([]);
});

describe('after a restart', () => {
  test('detection picks up in the middle of a window', async () => {
    await createRule();
    await fail(4);
    own = await own.restart();
    await fail(1, 4);
    expect(await signals()).toMatchObject([{ matched: 5 }]);
  });

  test('an open signal goes on, and opens no second one', async () => {
    await createRule();
    await fail(5);
    const [before] = await signals();
    own = await own.restart();
    await fail(5, 5);
    expect(await signals()).toEqual([
      { ...before, severity: 'critical', title: 'Failed logins - storm', matched: 10 },
    ]);
    expect(own.webhook.received).toHaveLength(1);
  });

  test('a rule does not judge what arrived before it was made', async () => {
    await fail(4);
    own.clock.nowMs += 1_000;
    await createRule();
    own = await own.restart();
    await fail(1, 10);
    expect(await signals()).toEqual([]);
  });

  test('a notice that was not told yet is told', async () => {
    own.webhook.answers.push(503);
    await createRule();
    await fail(5);
    expect(own.webhook.received).toHaveLength(1);
    own = await own.restart();
    own.clock.nowMs += 5_000;
    await own.org.settle();
    expect(own.webhook.received).toHaveLength(2);
    const keys = own.webhook.received.map(({ headers }) => headers['x-signalwright-delivery']);
    expect(new Set(keys).size).toBe(1);
  });
});

test('a rule that is changed keeps the count of the others', async () => {
  await createRule();
  const other = await createRule({ name: 'Other', cases: [{ condition: 'failures > 100', status: 'low' }] });
  await fail(4);
  const got = await own.client.rules.get(other);
  expect(got.kind).toBe('done');
  await own.client.rules.update(other, { name: 'Another' });
  await fail(1, 4);
  expect(await signals()).toHaveLength(1);
});

test('a deleted rule detects no more', async () => {
  const id = await createRule();
  await own.client.rules.delete(id);
  await fail(20);
  expect(await signals()).toEqual([]);
});

describe('suppressions', () => {
  const suppression = {
    name: 'Test addresses',
    enabled: true,
    description: 'Our own testers.',
    rule_query: 'signalwright:"acme/failed-logins"',
    suppression_query: '@http.client_ip:203.0.113.7',
  };

  test('hide the signals of the rule that they name by its mark', async () => {
    await createRule();
    await own.client.suppressions.create({ data: { type: 'suppressions', attributes: suppression } });
    await fail(6);
    expect(await signals()).toEqual([]);
    await fail(6, 20, '203.0.113.8');
    expect(await signals()).toHaveLength(1);
  });

  test('leave other rules alone', async () => {
    await createRule({ tags: ['signalwright:acme/another'] });
    await own.client.suppressions.create({ data: { type: 'suppressions', attributes: suppression } });
    await fail(6);
    expect(await signals()).toHaveLength(1);
  });
});

describe('notification rules', () => {
  const rule = (change: object = {}): Readonly<Record<string, unknown>> => ({
    data: {
      type: 'notification_rules',
      attributes: {
        name: 'Urgent',
        enabled: true,
        selectors: { trigger_source: 'security_signals', severities: ['critical'], query: 'env:prod' },
        targets: ['@webhook-siem', '@nobody'],
        ...change,
      },
    },
  });

  test('tell their targets when a signal comes up to their severity, and say which could not be told', async () => {
    await createRule({
      cases: [
        { name: 'storm', condition: 'failures > 9', status: 'critical' },
        { condition: 'failures > 4', status: 'high' },
      ],
    });
    await own.client.notificationRules.create(rule());
    await fail(5);
    expect(own.webhook.received).toEqual([]);
    await fail(5, 5);
    expect(own.webhook.received).toMatchObject([{ body: { event: 'signal.raised', severity: 'critical' } }]);
    const [signal] = await signals();
    const notices = await own.call('GET', `/api/signalwright/signals/${signal?.id ?? ''}/notices`);
    expect(notices.body).toMatchObject({
      data: [
        { attributes: { status: 'done', target: { handle: '@webhook-siem' } } },
        { attributes: { status: 'failed', reason: 'No connector has the handle @nobody.' } },
      ],
    });
  });
});

const blockWorkflow = (change: object = {}): Readonly<Record<string, unknown>> => ({
  data: {
    type: 'workflows',
    attributes: {
      name: 'Block the attacker',
      published: true,
      tags: [],
      spec: {
        handle: 'block-attacker',
        triggers: [
          { startStepNames: ['block'], securityTrigger: { rateLimit: { count: 2, interval: '3600s' } } },
        ],
        steps: [
          {
            name: 'block',
            actionId: 'signalwright.block_ip',
            parameters: [
              { name: 'ip', value: '{{ Source.securitySignal.custom.http.client_ip }}' },
              { name: 'duration', value: '1h' },
            ],
            outboundEdges: [{ nextStepName: 'record', branchName: 'main' }],
          },
          {
            name: 'record',
            actionId: 'signalwright.signal.update',
            parameters: [
              { name: 'signal', value: '{{ Source.securitySignal.id }}' },
              { name: 'state', value: 'under_review' },
              { name: 'comment', value: 'Blocked.' },
            ],
          },
        ],
        ...change,
      },
    },
  },
});
const startsWorkflow = {
  cases: [{ condition: 'failures > 4', status: 'high', notifications: ['@workflow-block-attacker'] }],
};

describe('workflows', () => {
  test('start by themselves, block the attacker, comment and take the signal up', async () => {
    await own.client.workflows.create(blockWorkflow());
    await createRule(startsWorkflow);
    const told: unknown[] = [];
    own.org.onDenylistChanged((data) => told.push(data.rules_data[0]?.data));
    await fail(5);
    const [signal] = await signals('@workflow.triage.state:under_review');
    expect(signal).toBeDefined();
    expect(own.org.denylist()).toMatchObject([{ kind: 'ip', value: '203.0.113.7' }]);
    expect(told.at(-1)).toMatchObject([{ value: '203.0.113.7' }]);
    const audit = await own.call('GET', `/api/signalwright/audit?subject=signal:${signal?.id ?? ''}`);
    const entries = (
      audit.body as { data: { attributes: { action: string; actorId: string; cause: string[] } }[] }
    ).data;
    expect(entries.map(({ attributes }) => attributes.action)).toEqual([
      'signal.open',
      'signal.state',
      'signal.comment',
    ]);
    expect(entries[1]?.attributes.actorId).toBe('workflow:block-attacker');
    expect(entries[1]?.attributes.cause).toEqual([
      `signal:${signal?.id ?? ''}`,
      expect.stringMatching(/^run:/),
    ]);
  });

  test('are followed through events that a run sends, and end there', async () => {
    const access = own.runnerAccess;
    await own.client.workflows.create(blockWorkflow());
    await createRule(startsWorkflow);
    const send = (ip: string, runs: number): Promise<Response> => {
      const events = Array.from({ length: 5 }, (_, index) =>
        encodeSpan(loginFailure(`${ip}-${index}`, START_MS + index * 1_000, ip)),
      );
      return access.fetch(`${access.baseUrl}${PATHS.spans}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'dd-api-key': access.apiKey,
          'dd-application-key': access.applicationKey,
          'x-signalwright-cause': Array.from({ length: runs }, (_, run) => `run:r${run}`).join(','),
        },
        body: JSON.stringify(events),
      });
    };
    await send('203.0.113.7', 2);
    await send('203.0.113.8', 3);
    await own.org.settle();
    expect(own.org.denylist().map(({ value }) => value)).toEqual(['203.0.113.7']);
    const [looped] = await signals('@http.client_ip:203.0.113.8');
    const notices = await own.call('GET', `/api/signalwright/signals/${looped?.id ?? ''}/notices`);
    expect(notices.text).toContain('Runs that start runs are followed 3 times at most.');
  });

  test('keep to their rate limit', async () => {
    await own.client.workflows.create(blockWorkflow());
    await createRule(startsWorkflow);
    for (let attacker = 0; attacker < 4; attacker += 1) {
      await fail(5, attacker * 10, `203.0.113.${attacker + 1}`);
    }
    expect(await signals()).toHaveLength(4);
    expect(own.org.denylist()).toHaveLength(2);
  });

  test('run by hand on a signal are audited, and so is cancelling them', async () => {
    const created = await own.client.workflows.create(blockWorkflow());
    if (created.kind !== 'done') throw new Error(JSON.stringify(created));
    await createRule();
    await fail(5);
    const [signal] = await signals();
    const run = await own.client.workflows.run(created.value.id, { signalId: signal?.id ?? '' });
    if (run.kind !== 'done') throw new Error(JSON.stringify(run));
    const path = `/api/v2/workflows/${created.value.id}/instances/${run.value}`;
    const cancelled = await own.call('PUT', `${path}/cancel`);
    expect(cancelled.status).toBe(200);
    const audit = await own.call('GET', `/api/signalwright/audit?subject=workflow:${created.value.id}`);
    expect(audit.body).toMatchObject({
      data: [
        { attributes: { action: 'workflow.create' } },
        { attributes: { action: 'workflow.run', after: { runId: run.value, signalId: signal?.id } } },
        { attributes: { action: 'workflow.cancel', after: { runId: run.value } } },
      ],
    });
    await own.org.settle();
    expect((await own.call('PUT', `${path}/cancel`)).status).toBe(400);
  });

  test('run by hand on a signal, and are watched to the end', async () => {
    const created = await own.client.workflows.create(blockWorkflow());
    if (created.kind !== 'done') throw new Error(JSON.stringify(created));
    await createRule();
    await fail(5);
    const [signal] = await signals();
    const run = await own.client.workflows.run(created.value.id, { signalId: signal?.id ?? '' });
    if (run.kind !== 'done') throw new Error(JSON.stringify(run));
    await own.org.settle();
    const instance = await own.client.workflows.getInstance(created.value.id, run.value);
    expect(instance).toMatchObject({ kind: 'done', value: { status: 'SUCCEEDED' } });
    const list = await own.client.workflows.listInstances(created.value.id);
    expect(list.kind === 'done' && list.value.map(({ id }) => id)).toEqual([run.value]);
  });
});

test('a rule whose case blocks does so without a workflow', async () => {
  const actions = [{ type: 'block_ip', options: { duration: 900 } }];
  await createRule({ cases: [{ condition: 'failures > 4', status: 'high', actions }] });
  await fail(5);
  expect(own.org.denylist()).toMatchObject([{ value: '203.0.113.7', expiresAtMs: START_MS + 905_000 }]);
});

test('events that could not be stored were never seen: a repeat of them counts once', async () => {
  await createRule();
  await fail(4);
  const other = openDatabase(join(own.dataDir, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
  other.run('ALTER TABLE audit RENAME TO audit_away');
  const fifth = [loginFailure('e4', START_MS + 4_000)];
  await expect(own.org.pipeline.ingest(fifth)).rejects.toThrow();
  other.run('ALTER TABLE audit_away RENAME TO audit');
  other.close();
  expect(await signals()).toEqual([]);
  await own.org.pipeline.ingest(fifth);
  expect(await signals()).toMatchObject([{ matched: 5 }]);
});

test('while the store fails, not every intake builds detection again', async () => {
  let nowMs = START_MS;
  // Each look at the clock takes a second, and so does building detection.
  const slow = await openTestOrg({ nowMs: () => (nowMs += 1_000) });
  const ingest = (): Promise<unknown> => slow.org.pipeline.ingest([loginFailure('e', START_MS)]);
  const other = openDatabase(join(slow.dataDir, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
  other.run('ALTER TABLE events RENAME TO events_away');
  await expect(ingest()).rejects.toThrow();
  expect(await ingest()).toEqual({ ok: false, reason: 'busy' });
  other.run('ALTER TABLE events_away RENAME TO events');
  other.close();
  nowMs += 60_000;
  expect(await ingest()).toMatchObject({ ok: true, fresh: 1 });
  await slow.close();
});

describe('a mistake of ours that one event brings up', () => {
  const failure = (id: string, attributes: PropertyDescriptorMap): Event => {
    const event = loginFailure(id, START_MS + 4_000);
    return { ...event, attributes: Object.defineProperties({ ...event.attributes }, attributes) };
  };
  const fifth = loginFailure('e4', START_MS + 4_000);
  /** Each stands for whatever one room cannot cope with; no attribute from outside is one of them. */
  const rows: [where: string, attributes: PropertyDescriptorMap, message: string, ids: object][] = [
    [
      'in the store',
      { n: { value: 1n, enumerable: true } },
      'An event was not stored.',
      { eventId: 'hostile' },
    ],
    [
      'in a rule',
      {
        http: {
          enumerable: false,
          get: () => {
            throw new RangeError('too deep');
          },
        },
      },
      'An event was not judged.',
      { eventId: 'hostile', ruleId: expect.any(String) as string },
    ],
  ];

  test.each(rows)('%s costs nobody else anything', async (_where, attributes, message, ids) => {
    await createRule();
    await fail(4);
    const result = await own.org.pipeline.ingest([failure('hostile', attributes), fifth]);
    expect(result).toMatchObject({ ok: true, recorded: { opened: [{ eventsMatched: 5 }] } });
    expect(own.log).toMatchObject([{ level: 'error', message, ...ids }]);
    expect(own.org.pipeline.stats()).toMatchObject({ mistakes: 1 });
    // Nothing was built again from what is stored: that would cost all senders dearly.
    expect(own.log.map((entry) => entry.message)).not.toContain('Replayed stored events.');
  });

  test('does not fill the log', async () => {
    const many = Array.from({ length: 500 }, (_, index) => failure(`h${index}`, rows[0]?.[1] ?? {}));
    await own.org.pipeline.ingest(many);
    expect(own.log).toHaveLength(LINES_A_MINUTE);
    own.clock.nowMs += 60_000;
    await own.org.pipeline.tick();
    expect(own.log.at(-1)).toMatchObject({
      message: 'Lines like those before were only counted.',
      lines: 490,
    });
  });
});

test('an org that cannot open its runs leaves its folder free', async () => {
  await own.org.close();
  const path = join(own.dataDir, 'runs.db');
  const runs = readFileSync(path);
  writeFileSync(path, 'x'.repeat(5_000));
  await expect(own.restart()).rejects.toThrow('the file is damaged');
  for (const tail of ['-wal', '-shm']) rmSync(`${path}${tail}`, { force: true });
  writeFileSync(path, runs);
  own = await own.restart();
  expect(await signals()).toEqual([]);
});

describe('damage says where it is in one line, and leaves the folder free', () => {
  test.each([
    [
      'a list without its head',
      'threat-intel.csv',
      '203.0.113.7,scanner\n',
      /threat-intel\.csv:1: There is no column/,
    ],
    [
      'a row of no address',
      'threat-intel.csv',
      'ip_address\nnobody\n',
      /threat-intel\.csv:2: This row has no address/,
    ],
  ])('%s', async (_title, name, text, says) => {
    await own.org.close();
    const path = join(own.dataDir, name);
    const before = existsSync(path) ? readFileSync(path) : undefined;
    writeFileSync(path, text);
    await expect(own.restart()).rejects.toThrow(expect.objectContaining({ kind: 'damaged', path }) as Error);
    await expect(own.restart()).rejects.toThrow(says);
    if (before === undefined) rmSync(path);
    else writeFileSync(path, before);
    own = await own.restart();
  });

  test.each([
    ['emptied', (path: string): void => writeFileSync(path, ''), 'is empty'],
    ['gone', (path: string): void => rmSync(path), 'is missing'],
  ])('a database that is %s, while credentials.json shows that there was one', async (_title, lose, says) => {
    await createRule();
    await own.org.close();
    const path = join(own.dataDir, 'org.db');
    const before = readFileSync(path);
    lose(path);
    await expect(own.restart()).rejects.toThrow(
      expect.objectContaining({ code: 'store/data-lost' }) as Error,
    );
    await expect(own.restart()).rejects.toThrow(says);
    writeFileSync(path, before);
    own = await own.restart();
  });

  test('a database that is gone with all but the runs', async () => {
    await own.org.close();
    const names = ['org.db', 'credentials.json'];
    const before = names.map((name) => readFileSync(join(own.dataDir, name)));
    for (const name of names) rmSync(join(own.dataDir, name));
    await expect(own.restart()).rejects.toThrow('runs.db beside it shows that an org kept');
    names.forEach((name, index) => writeFileSync(join(own.dataDir, name), before[index] ?? ''));
    own = await own.restart();
  });

  test('a stored event that is no JSON', async () => {
    await fail(1);
    await own.org.close();
    const path = join(own.dataDir, 'org.db');
    const db = openDatabase(path, { migrations: SIGNALS_MIGRATIONS });
    db.run('UPDATE events SET body = substr(body, 2)');
    db.close();
    await expect(own.restart()).rejects.toThrow(expect.objectContaining({ kind: 'damaged', path }) as Error);
    await expect(own.restart()).rejects.toThrow('a record is no JSON');
    const again = openDatabase(path, { migrations: SIGNALS_MIGRATIONS });
    again.run('DELETE FROM events');
    again.close();
    own = await own.restart();
  });
});

describe('what is lost and can be made anew is told', () => {
  test('users and keys', async () => {
    await createRule();
    await own.org.close();
    rmSync(join(own.dataDir, 'credentials.json'));
    const db = openDatabase(join(own.dataDir, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
    db.run('DELETE FROM users');
    db.close();
    own = await own.restart();
    expect(own.log).toMatchObject([
      { level: 'error', message: expect.stringMatching(/^identity.json is missing/) as string },
    ]);
  });

  test('runs', async () => {
    await own.client.workflows.create(blockWorkflow());
    await createRule(startsWorkflow);
    await fail(5);
    own = await own.restart();
    expect(own.log.filter(({ level }) => level === 'error')).toEqual([]);
    await own.org.close();
    rmSync(join(own.dataDir, 'runs.db'));
    own = await own.restart();
    const losses = own.log.filter(({ level }) => level === 'error');
    expect(losses).toMatchObject([{ message: expect.stringMatching(/^runs.db does not hold/) as string }]);
  });

  test('of a folder that never held any, nothing', async () => {
    own = await own.restart();
    expect(own.log).toEqual([]);
  });
});

test('a listener of the denylist that throws holds up nobody', async () => {
  const told: unknown[] = [];
  let isBroken = false;
  own.org.onDenylistChanged(() => {
    if (isBroken) throw new Error('engine is gone');
  });
  own.org.onDenylistChanged((data) => told.push(data));
  isBroken = true;
  const blocked = await own.client.own.block({ kind: 'ip', value: '203.0.113.9', reason: 'test' });
  expect(blocked.kind).toBe('done');
  expect(told).toHaveLength(2);
  expect(own.log.map(({ message }) => message)).toContain('A listener of the denylist failed.');
});

test('a full queue of events asks the sender to come back', async () => {
  const many = Array.from({ length: 21 }, () =>
    own.org.pipeline.ingest(Array.from({ length: 1_000 }, (_, index) => loginFailure(`x${index}`, START_MS))),
  );
  const results = await Promise.all(many);
  expect(results.filter((result) => !result.ok)).toEqual([{ ok: false, reason: 'busy' }]);
});
