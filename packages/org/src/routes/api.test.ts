import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { encodeSpan } from '@signalwright/wire';

import type { OrgServices } from '../org-services.ts';
import {
  START_MS,
  field,
  loginFailure,
  loginRule,
  openTestOrg,
  type Answered,
  type TestOrg,
} from '../testing/test-org.ts';
import { routeTable } from './route-table.ts';

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});

afterAll(() => own.close());

const RULES = '/api/v2/security_monitoring/rules';
const SUPPRESSIONS = '/api/v2/security_monitoring/configuration/suppressions';
const NOTIFICATIONS = '/api/v2/security/signals/notification_rules';
const SIGNALS = '/api/v2/security_monitoring/signals';
const WORKFLOWS = '/api/v2/workflows';

describe('rules', () => {
  test('count their versions, keep what is not named, and say who and when', async () => {
    const created = await own.call('POST', RULES, loginRule());
    expect(created.status).toBe(200);
    expect(created.headers.get('content-type')).toBe('application/json');
    const id = String(field(created, 'id'));
    expect(id).toMatch(/^[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}$/);
    expect(created.body).toMatchObject({
      version: 1,
      createdAt: START_MS,
      isDefault: false,
      blocking: false,
      dependencies: ['business_logic.users.login.failure'],
      queries: [
        {
          aggregation: 'count',
          dataSource: 'app_sec_spans',
          distinctFields: [],
          hasOptionalGroupByFields: false,
        },
      ],
    });
    const updated = await own.call('PUT', `${RULES}/${id}`, { name: 'Renamed', version: 1 });
    expect(updated.body).toMatchObject({
      version: 2,
      name: 'Renamed',
      message: loginRule()['message'],
      updatedAt: START_MS,
    });
    const stale = await own.call('PUT', `${RULES}/${id}`, { name: 'Again', version: 1 });
    expect([stale.status, stale.body]).toEqual([401, { errors: ['Concurrent Modification'] }]);
    expect((await own.call('GET', `${RULES}/${id}`)).body).toEqual(updated.body);
    expect((await own.call('DELETE', `${RULES}/${id}`)).status).toBe(204);
    expect((await own.call('DELETE', `${RULES}/${id}`)).body).toEqual({
      errors: [`Threat detection rule not found: ${id}`],
    });
  });

  test('what an answer gave can be sent back as it is', async () => {
    const created = await own.call('POST', RULES, loginRule());
    const path = `${RULES}/${String(field(created, 'id'))}`;
    const { version: _version, ...sent } = created.body as Record<string, unknown>;
    const updated = await own.call('PUT', path, sent);
    expect(updated.status).toBe(200);
    const ignore = { version: 0, updatedAt: 0, updateAuthorId: 0, updater: 0 };
    expect({ ...(updated.body as object), ...ignore }).toEqual({ ...(created.body as object), ...ignore });
    await own.call('DELETE', path);
  });

  type BadRow = [title: string, change: Readonly<Record<string, unknown>>, target: string];

  const badRows: BadRow[] = [
    ['no name', { name: '' }, 'name'],
    ['a bad query', { queries: [{ query: 'status:(' }] }, 'queries[0].query'],
    ['no query', { queries: [] }, 'queries'],
    ['a bad condition', { cases: [{ condition: 'failures >', status: 'low' }] }, 'cases[0].condition'],
    ['an unknown label', { cases: [{ condition: 'nothing > 1', status: 'low' }] }, 'cases[0].condition'],
    ['an unknown severity', { cases: [{ condition: 'failures > 1', status: 'urgent' }] }, 'cases[0].status'],
    ['a window that is not offered', { options: { evaluationWindow: 7 } }, 'evaluationWindow'],
    [
      'a keep-alive that is longer than the signal',
      { options: { evaluationWindow: 60, keepAlive: 86_400, maxSignalDuration: 3_600 } },
      'maxSignalDuration',
    ],
    ['a bad template', { message: '{{#each x}}' }, 'message'],
    ['an unknown field', { surprise: 1 }, 'surprise'],
    ['an unknown method', { options: { detectionMethod: 'guessing' } }, 'detectionMethod'],
    ['an unknown type', { type: 'guess' }, 'type'],
    ['no options', { options: undefined }, 'options'],
    ['a text where a list belongs', { cases: 'none' }, 'cases'],
  ];

  test.each(badRows)(
    '%s is refused with its place, by validation and by create',
    async (_title, change, target) => {
      for (const path of [`${RULES}/validation`, RULES]) {
        const answered = await own.call('POST', path, loginRule(change));
        expect(answered.status).toBe(400);
        expect(field(answered, 'error', 'code')).toBe('InvalidArgument');
        expect(field(answered, 'error', 'message')).toBe('Invalid rule configuration');
        expect(field(answered, 'error', 'details', '0', 'target')).toBe(target);
      }
    },
  );

  test('several mistakes are told at once', async () => {
    const answered = await own.call(
      'POST',
      `${RULES}/validation`,
      loginRule({ name: '', message: 7, cases: 'none' }),
    );
    expect(field(answered, 'error', 'details')).toHaveLength(3);
  });

  test('a rule of another method is kept and answered, and said not to run', async () => {
    const rule = loginRule({
      options: { detectionMethod: 'new_value', newValueOptions: { forgetAfter: 7 } },
    });
    const created = await own.call('POST', RULES, rule);
    expect(created.status).toBe(200);
    const id = String(field(created, 'id'));
    const status = await own.call('GET', '/api/signalwright/status');
    expect(field(status, 'data', 'notRun')).toMatchObject([{ kind: 'detection-rule', id }]);
    const changed = await own.call('PUT', `${RULES}/${id}`, { options: { detectionMethod: 'threshold' } });
    expect(field(changed, 'error', 'details')).toMatchObject([{ target: 'detectionMethod' }]);
    await own.call('DELETE', `${RULES}/${id}`);
  });

  test('pages count from 0, end on a short one, and overlap nowhere', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push(String(field(await own.call('POST', RULES, loginRule({ name: `Rule ${index}` })), 'id')));
    }
    const seen: unknown[] = [];
    for (let page = 0; page < 4; page += 1) {
      const answered = await own.call('GET', `${RULES}?page[size]=2&page[number]=${page}`);
      seen.push(...(field(answered, 'data') as { id: string }[]).map(({ id }) => id));
      expect(field(answered, 'meta', 'page')).toEqual({ total_count: 5, total_filtered_count: 5 });
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    const found = await own.call('GET', `${RULES}?query=${encodeURIComponent('name:"Rule 3"')}`);
    expect(field(found, 'data')).toHaveLength(1);
    expect((await own.call('GET', `${RULES}?page[size]=all`)).status).toBe(400);
    for (const id of ids) {
      await own.call('DELETE', `${RULES}/${id}`);
    }
  });
});

describe('suppressions', () => {
  const body = (attributes: object): object => ({ data: { type: 'suppressions', attributes } });
  const good = {
    name: 'Testers',
    enabled: true,
    rule_query: 'type:application_security',
    suppression_query: 'env:staging',
    expiration_date: START_MS + 86_400_000,
    tags: ['b:2', 'a:1'],
  };

  test('are created with 200, changed with their version, and lose a date that is null', async () => {
    const created = await own.call('POST', SUPPRESSIONS, body(good));
    expect([created.status, created.headers.get('content-type')]).toEqual([200, 'application/vnd.api+json']);
    expect(field(created, 'data', 'attributes')).toMatchObject({
      version: 1,
      tags: ['a:1', 'b:2'],
      editable: true,
    });
    const path = `${SUPPRESSIONS}/${String(field(created, 'data', 'id'))}`;
    const patched = await own.call('PATCH', path, body({ expiration_date: null, version: 1 }));
    expect(field(patched, 'data', 'attributes', 'version')).toBe(2);
    expect(field(patched, 'data', 'attributes', 'expiration_date')).toBeUndefined();
    const stale = await own.call('PATCH', path, body({ enabled: false, version: 1 }));
    expect(stale.status).toBe(409);
    expect((await own.call('DELETE', path)).status).toBe(204);
    expect((await own.call('GET', path)).status).toBe(404);
  });

  test.each([
    ['a bad rule query', { rule_query: 'rule:[A-Invalid' }, 'rule_query'],
    ['a bad signal query', { suppression_query: '(' }, 'suppression_query'],
    ['nothing to hide', { suppression_query: '' }, 'suppression_query'],
    ['an end before its start', { start_date: START_MS + 90_000_000 }, 'expiration_date'],
    ['no name', { name: undefined }, 'name'],
    ['an unknown field', { surprise: 1 }, 'surprise'],
  ])('%s is refused by its field', async (_title, change, name) => {
    for (const path of [`${SUPPRESSIONS}/validation`, SUPPRESSIONS]) {
      const answered = await own.call('POST', path, body({ ...good, ...change }));
      expect(answered.status).toBe(400);
      expect(answered.text).toContain(`Field 'data.attributes.${name}' is invalid`);
    }
  });

  test('those that concern a rule are found', async () => {
    const created = await own.call('POST', SUPPRESSIONS, body(good));
    const other = await own.call('POST', SUPPRESSIONS, body({ ...good, rule_query: 'type:log_detection' }));
    const rule = await own.call('POST', RULES, loginRule());
    const affecting = await own.call('GET', `${SUPPRESSIONS}/rules/${String(field(rule, 'id'))}`);
    expect((field(affecting, 'data') as { id: string }[]).map(({ id }) => id)).toEqual([
      field(created, 'data', 'id'),
    ]);
    for (const answered of [created, other]) {
      await own.call('DELETE', `${SUPPRESSIONS}/${String(field(answered, 'data', 'id'))}`);
    }
    await own.call('DELETE', `${RULES}/${String(field(rule, 'id'))}`);
  });
});

describe('notification rules', () => {
  const body = (attributes: object): object => ({ data: { type: 'notification_rules', attributes } });
  const good = {
    name: 'Feed',
    enabled: true,
    selectors: { trigger_source: 'security_signals' },
    targets: ['@webhook-siem'],
  };

  test('need their version to be changed', async () => {
    const created = await own.call('POST', NOTIFICATIONS, body(good));
    expect(created.status).toBe(201);
    const path = `${NOTIFICATIONS}/${String(field(created, 'data', 'id'))}`;
    expect((await own.call('PATCH', path, body({ name: 'New' }))).text).toContain(
      'Specify the notification rule version',
    );
    expect((await own.call('PATCH', path, body({ name: 'New', version: 0 }))).status).toBe(400);
    expect((await own.call('PATCH', path, body({ name: 'New', version: 7 }))).status).toBe(409);
    const patched = await own.call('PATCH', path, body({ name: 'New', version: 1 }));
    expect(field(patched, 'data', 'attributes')).toMatchObject({
      name: 'New',
      version: 2,
      time_aggregation: 0,
    });
    await own.call('DELETE', path);
  });

  test.each([
    ['a target without @', { targets: ['siem'] }, 'targets'],
    ['no selectors', { selectors: undefined }, 'selectors'],
    ['a bad query', { selectors: { trigger_source: 'security_signals', query: '(' } }, 'selectors.query'],
    [
      'an unknown severity',
      { selectors: { trigger_source: 'security_signals', severities: ['urgent'] } },
      'selectors.severities[0]',
    ],
  ])('%s is refused by its field', async (_title, change, name) => {
    const answered = await own.call('POST', NOTIFICATIONS, body({ ...good, ...change }));
    expect(answered.status).toBe(400);
    expect(answered.text).toContain(`Field 'data.attributes.${name}' is invalid`);
  });
});

describe('workflows', () => {
  const attributes = {
    name: 'Note it',
    published: false,
    tags: ['b', 'a'],
    spec: {
      handle: 'note-it',
      triggers: [{ startStepNames: ['note'], securityTrigger: {} }],
      steps: [{ name: 'note', actionId: 'signalwright.signal.comment', parameters: [] }],
    },
  };
  const body = (change: object = {}): object => ({
    data: { type: 'workflows', attributes: { ...attributes, ...change } },
  });

  test('come without their spec in lists unless it is asked for, and share no handle', async () => {
    const created = await own.call('POST', WORKFLOWS, body());
    expect(created.status).toBe(201);
    expect(field(created, 'data', 'attributes', 'tags')).toEqual(['a', 'b']);
    const path = `${WORKFLOWS}/${String(field(created, 'data', 'id'))}`;
    expect((await own.call('POST', WORKFLOWS, body())).text).toContain('the handle note-it is taken');
    const [plain, full] = [
      await own.call('GET', WORKFLOWS),
      await own.call('GET', `${WORKFLOWS}?filter[includeSpecs]=true`),
    ];
    expect(field(plain, 'data', '0', 'attributes', 'spec')).toBeNull();
    expect(field(full, 'data', '0', 'attributes', 'spec', 'handle')).toBe('note-it');
    expect(field(plain, 'meta', 'page')).toEqual({ totalCount: 1, totalFilteredCount: 1 });
    const run = await own.call('POST', `${path}/instances`, { meta: { payload: {} } });
    expect([run.status, run.text]).toEqual([400, expect.stringContaining('signalId')]);
    expect((await own.call('DELETE', path)).status).toBe(204);
    expect((await own.call('GET', path)).body).toEqual({ errors: [{ detail: 'workflow not found' }] });
  });

  test('say all that is wrong with them', async () => {
    const answered = await own.call(
      'POST',
      WORKFLOWS,
      body({ description: 'x'.repeat(301), spec: { steps: [], triggers: [] } }),
    );
    expect(answered.body).toEqual({
      errors: [
        { detail: 'workflow description exceeds size limit of [300] characters' },
        { detail: 'spec is invalid' },
        { detail: 'no trigger found. At least one trigger is required.' },
      ],
    });
  });

  test('a secret that was sent is not answered, nor written to the audit trail', async () => {
    const created = await own.call('POST', WORKFLOWS, body({ webhookSecret: 'a-secret-of-sixteen' }));
    expect(created.text).not.toContain('a-secret-of-sixteen');
    const path = `${WORKFLOWS}/${String(field(created, 'data', 'id'))}`;
    expect((await own.call('GET', path)).text).not.toContain('a-secret-of-sixteen');
    expect((await own.call('GET', '/api/signalwright/audit')).text).not.toContain('a-secret-of-sixteen');
    await own.call('DELETE', path);
  });

  test('made at once still share no handle', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => own.call('POST', WORKFLOWS, body())));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400, 400]);
    const created = answers.find(({ status }) => status === 201);
    await own.call('DELETE', `${WORKFLOWS}/${String(created && field(created, 'data', 'id'))}`);
  });

  test('changed at once: one change is refused, none is lost', async () => {
    const created = await own.call('POST', WORKFLOWS, body());
    const path = `${WORKFLOWS}/${String(field(created, 'data', 'id'))}`;
    const change = (attributes: object): object => ({ data: { type: 'workflows', attributes } });
    const answers = await Promise.all([
      own.call('PATCH', path, change({ name: 'One' })),
      own.call('PATCH', path, change({ description: 'Two' })),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await own.call('DELETE', path);
  });
});

describe('signals', () => {
  let id = '';

  beforeEach(async () => {
    const rule = await own.call(
      'POST',
      RULES,
      loginRule({ cases: [{ condition: 'failures > 0', status: 'high' }] }),
    );
    const events = [loginFailure(`s${own.clock.nowMs}`, own.clock.nowMs, '203.0.113.50')];
    await own.client.own.sendSpans(events);
    await own.call('DELETE', `${RULES}/${String(field(rule, 'id'))}`);
    const found = await own.call('GET', `${SIGNALS}?page[limit]=1`);
    id = String(field(found, 'data', '0', 'id'));
    own.clock.nowMs += 100_000;
  });

  test('are listed, searched and read', async () => {
    for (const answered of [
      await own.call(
        'GET',
        `${SIGNALS}?filter[query]=${encodeURIComponent('status:high')}&filter[from]=now-1h&page[limit]=1000`,
      ),
      await own.call('POST', `${SIGNALS}/search`, {
        filter: { query: 'status:high', from: new Date(START_MS - 1).toISOString() },
        page: { limit: 1_000 },
      }),
    ]) {
      expect(answered.status).toBe(200);
      expect((field(answered, 'data') as { id: string }[]).map((signal) => signal.id)).toContain(id);
    }
    const one = await own.call('GET', `${SIGNALS}/${id}`);
    expect(field(one, 'data', 'attributes', 'custom', 'workflow', 'triage', 'state')).toBe('open');
    expect((await own.call('GET', `${SIGNALS}/nothing`)).body).toEqual({ errors: ['Signal not found'] });
  });

  test('pages follow the cursor to the end', async () => {
    const seen: string[] = [];
    let after: unknown;
    do {
      const answered = await own.call('POST', `${SIGNALS}/search`, {
        page: { limit: 1, ...(after !== undefined && { cursor: after }) },
      });
      seen.push(...(field(answered, 'data') as { id: string }[]).map((signal) => signal.id));
      after = field(answered, 'meta', 'page', 'after');
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(1);
  });

  test.each([
    ['filter[query]=status:(', 'Invalid query at 7'],
    ['filter[from]=yesterday', 'Invalid filter.from'],
    ['sort=title', 'Invalid sort'],
    ['page[limit]=0', 'Invalid page.limit'],
    ['page[limit]=1001', 'Invalid page.limit'],
    ['page[cursor]=x', 'Invalid page.cursor'],
  ])('?%s is refused: %s', async (query, message) => {
    const answered = await own.call('GET', `${SIGNALS}?${query}`);
    expect(answered.status).toBe(400);
    expect(answered.text).toContain(message);
  });

  test('are triaged and assigned, by version, and a repeat is no error', async () => {
    const state = (attributes: object): Promise<Answered> =>
      own.call('PATCH', `${SIGNALS}/${id}/state`, { data: { attributes } });
    const moved = await state({ state: 'under_review', version: 1 });
    expect(field(moved, 'data', 'type')).toBe('signal_metadata');
    expect(field(moved, 'data', 'attributes')).toMatchObject({
      state: 'under_review',
      archive_reason: 'none',
    });
    expect((await state({ state: 'under_review' })).status).toBe(200);
    expect((await state({ state: 'archived', version: 1 })).status).toBe(409);
    expect((await state({ state: 'gone' })).status).toBe(400);
    const users = await own.call('GET', '/api/signalwright/users');
    const uuid = String(field(users, 'data', '1', 'id'));
    const assigned = await own.call('PATCH', `${SIGNALS}/${id}/assignee`, {
      data: { attributes: { assignee: { uuid } } },
    });
    expect(field(assigned, 'data', 'attributes', 'assignee')).toEqual({ id: 2, uuid, name: 'Analyst' });
    const freed = await own.call('PATCH', `${SIGNALS}/${id}/assignee`, {
      data: { attributes: { assignee: { uuid: '' } } },
    });
    expect(field(freed, 'data', 'attributes', 'assignee')).toEqual({ id: -1, uuid: '', name: 'Unassigned' });
    const stranger = await own.call('PATCH', `${SIGNALS}/${id}/assignee`, {
      data: { attributes: { assignee: { uuid: 'x' } } },
    });
    expect(stranger.status).toBe(400);
  });

  test('are not reopened after 30 days', async () => {
    const state = (to: string): Promise<Answered> =>
      own.call('PATCH', `${SIGNALS}/${id}/state`, { data: { attributes: { state: to } } });
    await state('archived');
    const before = own.clock.nowMs;
    own.clock.nowMs += 31 * 86_400_000;
    const answered = await state('open');
    own.clock.nowMs = before;
    expect([answered.status, answered.text]).toEqual([400, expect.stringContaining('30 days')]);
  });
});

describe('our own endpoints', () => {
  test('block, list, compile and unblock', async () => {
    const block = (attributes: object): Promise<Answered> =>
      own.call('POST', '/api/signalwright/denylist', { data: { attributes } });
    const expiresAtMs = own.clock.nowMs + 3_600_000;
    expect(
      (await block({ kind: 'ip', value: '203.0.113.99', expires_at: expiresAtMs, reason: 'test' })).status,
    ).toBe(200);
    expect((await block({ kind: 'user', value: 'user-9', reason: 'test' })).status).toBe(200);
    expect((await block({ kind: 'ip', value: '192.0.2.1' })).text).toContain('never blocked');
    expect((await block({ kind: 'ip', value: '10.0.0.0/8' })).status).toBe(400);
    const data = await own.call('GET', '/api/signalwright/denylist/asm_data');
    expect(data.body).toEqual({
      rules_data: [
        {
          id: 'blocked_ips',
          type: 'ip_with_expiration',
          data: [{ value: '203.0.113.99', expiration: expiresAtMs / 1_000 }],
        },
        { id: 'blocked_users', type: 'data_with_expiration', data: [{ value: 'user-9' }] },
      ],
    });
    expect((await own.call('DELETE', '/api/signalwright/denylist?kind=ip&value=203.0.113.99')).status).toBe(
      204,
    );
    expect((await own.call('DELETE', '/api/signalwright/denylist?kind=ip&value=203.0.113.99')).status).toBe(
      404,
    );
    expect((await own.call('DELETE', '/api/signalwright/denylist')).status).toBe(400);
    expect(field(await own.call('GET', '/api/signalwright/denylist'), 'data')).toHaveLength(1);
  });

  test('look an address up in no list at all', async () => {
    expect(await own.client.own.lookUpAddress('203.0.113.7')).toMatchObject({
      kind: 'done',
      value: { verdict: 'unknown' },
    });
    expect((await own.call('GET', '/api/signalwright/threat_intel?ip=nobody')).status).toBe(400);
  });

  test('make a launch link for whoever manages users', async () => {
    const answered = await own.call('POST', '/api/signalwright/launch_links', {});
    expect(field(answered, 'data', 'attributes', 'path')).toMatch(/^\/launch\?code=[\w-]{43}$/);
  });
});

describe('bodies', () => {
  const post = async (body: string | Uint8Array, contentType: string, path = RULES): Promise<Response> => {
    const { apiKey, applicationKey } = own.org.ownerCredentials;
    return own.org.fetch(
      new Request(`http://org.in-process${path}`, {
        method: 'POST',
        headers: { 'content-type': contentType, 'dd-api-key': apiKey, 'dd-application-key': applicationKey },
        body: body as BodyInit,
      }),
    );
  };

  type BodyRow = [title: string, body: string | Uint8Array, contentType: string, status: number];

  const rows: BodyRow[] = [
    ['a form', 'name=x', 'application/x-www-form-urlencoded', 415],
    ['JSON that says it is text', '{}', 'text/plain', 415],
    ['JSON of a form', '{}', 'multipart/form-data', 415],
    ['nothing but a type that looks alike', '{}', 'application/jsonx', 415],
    ['no JSON', 'hello', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    ['a null', 'null', 'application/json', 400],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400],
    ['a key that reaches the prototype', '{"__proto__":{"x":1}}', 'application/json', 400],
    ['a body nested a thousand deep', '['.repeat(1_000), 'application/json', 400],
    ['a body of 1 MiB and a byte', `"${'x'.repeat(1024 * 1024)}"`, 'application/json', 413],
  ];

  test.each(rows)('%s is refused', async (_title, body, contentType, status) => {
    expect((await post(body, contentType)).status).toBe(status);
  });

  test('of an event the same key is left out, and its neighbours arrive', async () => {
    const body = '[{"message":"a","__proto__":{"polluted":1},"constructor":{"x":1}},{"message":"b"}]';
    expect((await post(body, 'application/json', '/api/v2/logs')).status).toBe(202);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  const spans = '/api/signalwright/spans';
  test.each([
    ['more events than a request may hold', '/api/v2/logs', Array.from({ length: 1_001 }, () => ({}))],
    ['nothing but events that cannot be taken', spans, [7, { timestamp: '1960-01-01' }]],
  ])('%s are refused', async (_what, path, body) => {
    expect((await post(JSON.stringify(body), 'application/json', path)).status).toBe(400);
  });

  test('one event that cannot be taken costs its neighbours nothing, and is named', async () => {
    const deep = `{"attributes":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
    const good = (n: number): string => JSON.stringify(encodeSpan(loginFailure(`n${n}`, START_MS)));
    const before = own.org.pipeline.stats().events;
    const answer = await post(`[${good(1)},7,${deep},${good(2)}]`, 'application/json', spans);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      refused: [
        { index: 1, reason: 'Expected an object, found 7.' },
        { index: 2, reason: 'The event is nested deeper than 64 levels.' },
      ],
    });
    expect(own.org.pipeline.stats().events).toBe(before + 2);
    expect(own.log.at(-1)).toEqual({
      level: 'warning',
      message: 'Events were refused or cut.',
      refused: 2,
      cut: 0,
      events: 2,
      first: '[1] Expected an object, found 7.',
    });
  });
});

test('whatever comes, no route ever answers with a 5xx, and none forgets a header', async () => {
  const routes = routeTable({} as OrgServices).filter(({ path }) => path !== '/ready');
  const hostile = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom(
      '{}',
      '[]',
      'null',
      '{"data":{}}',
      '{"data":{"attributes":[]}}',
      '{"data":{"attributes":{"state":{}}}}',
      '{"filter":7,"page":[]}',
      '{"cases":[null],"queries":[null],"options":{},"name":"x","message":"x","isEnabled":true}',
      '{"data":{"attributes":{"name":"x","spec":{"triggers":[null],"steps":[null]}}}}',
      '{"meta":[]}',
    ),
    fc
      .record({
        data: fc.record({
          attributes: fc.dictionary(
            fc.constantFrom(
              'name',
              'state',
              'version',
              'assignee',
              'kind',
              'value',
              'expires_at',
              'spec',
              'selectors',
              'targets',
              'text',
              'key',
              'enabled',
              'rule_query',
              'tags',
            ),
            fc.jsonValue(),
          ),
        }),
      })
      .map((value) => JSON.stringify(value)),
    fc
      .dictionary(
        fc.constantFrom(
          'name',
          'message',
          'isEnabled',
          'queries',
          'cases',
          'options',
          'type',
          'tags',
          'version',
          'filter',
          'page',
          'sort',
          'meta',
        ),
        fc.jsonValue(),
      )
      .map((value) => JSON.stringify(value)),
  );
  const segment = fc
    .oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom(
        '..',
        '%',
        'a'.repeat(5_000),
        '__proto__',
        'validation',
        '00000000-0000-4000-8000-000000000000',
      ),
    )
    .map(encodeURIComponent);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      fc.array(segment, { minLength: 3, maxLength: 3 }),
      fc.string(),
      hostile,
      async (route, ids, query, body) => {
        let next = 0;
        const path = route.path.replaceAll(/:\w+/g, () => ids[(next += 1) - 1] ?? 'x');
        const search = `?query=${encodeURIComponent(query)}&filter[query]=${encodeURIComponent(query)}&page[size]=${encodeURIComponent(query)}&ip=${encodeURIComponent(query)}&kind=ip&value=${encodeURIComponent(query)}&sort=${encodeURIComponent(query)}`;
        const hasBody = route.method !== 'GET';
        const answered = await own.call(route.method, path + search, hasBody ? body : undefined);
        expect([route.method, path, body, answered.status < 500 ? 'ok' : answered.text]).toEqual([
          route.method,
          path,
          body,
          'ok',
        ]);
        expect(answered.headers.get('x-content-type-options')).toBe('nosniff');
        expect(answered.headers.get('content-security-policy')).toContain("default-src 'none'");
      },
    ),
    { numRuns: 600 },
  );
  expect(own.log.filter((entry) => entry.level === 'error')).toEqual([]);
}, 120_000);
