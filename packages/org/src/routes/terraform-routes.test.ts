import { strFromU8, unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import {
  field,
  loginFailure,
  loginRule,
  openTestOrg,
  type Answered,
  type TestOrg,
} from '../testing/test-org.ts';

const RULES = '/api/v2/security_monitoring/rules';
const TERRAFORM = '/api/v2/security_monitoring/terraform';
const SUPPRESSIONS = '/api/v2/security_monitoring/configuration/suppressions';

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});

afterAll(() => own.close());

function contentOf(answered: Answered): string {
  return (answered.body as { readonly terraformContent: string }).terraformContent;
}

describe('a rule as Terraform', () => {
  test('has blocks for what is nested, and names as Terraform has them', async () => {
    const cases = [
      {
        name: 'storm',
        condition: 'failures > 9',
        status: 'high',
        actions: [{ type: 'block_ip', options: { duration: 900 } }],
      },
    ];
    const answered = await own.call(
      'POST',
      `${RULES}/convert`,
      loginRule({ name: '3 "failed" logins', cases }),
    );
    expect(contentOf(answered)).toMatchInlineSnapshot(`
      "resource "datadog_security_monitoring_rule" "_3__failed__logins" {
      	name = "3 \\"failed\\" logins"
      	enabled = true
      	query {
      		query = "@appsec.security_activity:business_logic.users.login.failure"
      		group_by_fields = ["service", "@http.client_ip"]
      		has_optional_group_by_fields = false
      		distinct_fields = []
      		aggregation = "count"
      		name = "failures"
      		data_source = "app_sec_spans"
      	}
      	options {
      		keep_alive = 3600
      		max_signal_duration = 86400
      		detection_method = "threshold"
      		evaluation_window = 300
      	}
      	case {
      		name = "storm"
      		status = "high"
      		notifications = []
      		condition = "failures > 9"
      		action {
      			type = "block_ip"
      			options {
      				duration = 900
      			}
      		}
      	}
      	message = "{{@http.client_ip}} failed to log in."
      	tags = ["security:attack", "signalwright:acme/failed-logins"]
      	has_extended_title = false
      	type = "application_security"
      }
      "
    `);
  });

  test('is the same before and after it is made, with its id beside it', async () => {
    const created = await own.call('POST', RULES, loginRule());
    const { id } = created.body as { readonly id: string };
    const existing = await own.call('GET', `${RULES}/${id}/convert`);
    expect(existing.body).toMatchObject({ ruleId: id });
    expect(contentOf(existing)).toBe(contentOf(await own.call('POST', `${RULES}/convert`, loginRule())));
    await own.call('DELETE', `${RULES}/${id}`);
    expect((await own.call('GET', `${RULES}/${id}/convert`)).status).toBe(404);
  });

  test('holds no expression, whatever its texts are', async () => {
    const message = '${file("/etc/passwd")} %{ if true } "\\\n\t{{@http.client_ip}}';
    const content = contentOf(await own.call('POST', `${RULES}/convert`, loginRule({ message })));
    const line = 'message = "$${file(\\"/etc/passwd\\")} %%{ if true } \\"\\\\\\n\\t{{@http.client_ip}}"';
    expect(content).toContain(line);
    expect(content.split('\n').filter((line) => line.includes('passwd'))).toHaveLength(1);
  });

  test.each([
    ['no JSON', '{'],
    ['a list', []],
    ['a rule that could not be made', { name: 'x' }],
    ['a text that nobody writes', loginRule({ message: 'x'.repeat(900_000) })],
  ])('%s is refused', async (_title, body) => {
    const answered = await own.call('POST', `${RULES}/convert`, body);
    expect([answered.status, answered.body]).toMatchObject([400, { error: { code: 'InvalidArgument' } }]);
  });
});

describe('a suppression as Terraform', () => {
  const attributes = {
    name: '${x}',
    enabled: true,
    rule_query: 'source:a',
    suppression_query: 'env:b',
    tags: ['b:1', 'a:1'],
  };

  test('is aligned, in the order of the alphabet, and the same when it is exported', async () => {
    const created = await own.call('POST', SUPPRESSIONS, { data: { attributes } });
    const { id } = (created.body as { readonly data: { readonly id: string } }).data;
    const exported = await own.call('GET', `${TERRAFORM}/suppressions/${id}`);
    expect(exported.body).toEqual({
      data: {
        id: `datadog_security_monitoring_suppression|${id}`,
        type: 'format_resource',
        attributes: {
          resource_id: id,
          type_name: 'datadog_security_monitoring_suppression',
          output: [
            `resource "datadog_security_monitoring_suppression" "${id}" {`,
            '  enabled           = true',
            '  name              = "$${x}"',
            '  rule_query        = "source:a"',
            '  suppression_query = "env:b"',
            '  tags              = ["a:1", "b:1"]',
            '}',
            '',
          ].join('\n'),
        },
      },
    });
    const converted = await own.call('POST', `${TERRAFORM}/suppressions/convert`, {
      data: { id, type: 'convert_resource', attributes: { resource_json: attributes } },
    });
    expect(converted.body).toEqual(exported.body);
    await own.call('DELETE', `${SUPPRESSIONS}/${id}`);
    expect((await own.call('GET', `${TERRAFORM}/suppressions/${id}`)).status).toBe(404);
  });

  const convert = (data: unknown): object => ({ data });

  test.each([
    ['no object', convert({ id: 'a', attributes: {} })],
    ['no id', convert({ attributes: { resource_json: attributes } })],
    ['an id that is a number', convert({ id: 7, attributes: { resource_json: attributes } })],
    [
      'a suppression that could not be made',
      convert({ id: 'a', attributes: { resource_json: { name: 7 } } }),
    ],
    ['a list', []],
  ])('%s is refused', async (_title, body) => {
    const answered = await own.call('POST', `${TERRAFORM}/suppressions/convert`, body);
    expect(answered.status).toBe(400);
    expect(answered.text).toContain('input_validation_error(');
  });

  test('of another type of resource there is nothing', async () => {
    expect((await own.call('GET', `${TERRAFORM}/teapots/abc-def-ghi`)).status).toBe(404);
  });
});

describe('many at once as Terraform', () => {
  const archiveOf = async (path: string, body: unknown): Promise<Readonly<Record<string, string>>> => {
    const { apiKey, applicationKey } = own.org.ownerCredentials;
    const headers = {
      'dd-api-key': apiKey,
      'dd-application-key': applicationKey,
      'content-type': 'application/json',
    };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await own.org.fetch(new Request(`http://org.in-process${path}`, init));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
  };
  const rules = (ruleIds: unknown, type = 'security_monitoring_rules_convert_bulk'): object => ({
    data: { type, attributes: { ruleIds } },
  });
  const objects = (ids: unknown): object => ({
    data: { type: 'bulk_export_resources', attributes: { resource_ids: ids } },
  });
  // Rules that stay would find what the tests after these send.
  afterEach(async () => {
    const { body } = await own.call('GET', RULES);
    for (const { id } of (body as { readonly data: readonly { readonly id: string }[] }).data)
      await own.call('DELETE', `${RULES}/${id}`);
  });
  const makeRule = async (change = {}): Promise<string> =>
    String(field(await own.call('POST', RULES, loginRule(change)), 'id'));

  test('rules are what each alone is, in files that lead nowhere', async () => {
    const ids = [await makeRule(), await makeRule({ name: '../../etc/passwd' })];
    const files = await archiveOf(`${RULES}/convert/bulk`, rules([...ids, ids[0]]));
    const alone = await Promise.all(ids.map(async (id) => own.call('GET', `${RULES}/${id}/convert`)));
    expect(files).toEqual({
      [`Failed_logins_${ids[0]}.tf`]: contentOf(alone[0] as Answered),
      [`_etc_passwd_${ids[1]}.tf`]: contentOf(alone[1] as Answered),
    });
  });

  test('suppressions are what each alone is', async () => {
    const attributes = {
      name: 'Nightly scan',
      enabled: true,
      rule_query: 'source:a',
      suppression_query: 'env:b',
    };
    const made = await own.call('POST', SUPPRESSIONS, { data: { type: 'suppressions', attributes } });
    const id = String(field(made, 'data', 'id'));
    const alone = await own.call('GET', `${TERRAFORM}/suppressions/${id}`);
    expect(await archiveOf(`${TERRAFORM}/suppressions/bulk`, objects([id]))).toEqual({
      [`Nightly_scan_${id}.tf`]: field(alone, 'data', 'attributes', 'output'),
    });
  });

  test('come all or not at all', async () => {
    const asked = rules([await makeRule(), 'not-the-re0']);
    expect((await own.call('POST', `${RULES}/convert/bulk`, asked)).body).toEqual({
      error: { code: 'NotFound', message: 'Threat detection rule not found: not-the-re0', details: [] },
    });
    const missing = await own.call('POST', `${TERRAFORM}/critical_assets/bulk`, objects(['nothing']));
    expect([missing.status, missing.body]).toEqual([
      404,
      { errors: ['not_found(Resource with ID nothing not found)'] },
    ]);
  });

  const many = Array.from({ length: 1_001 }, (_, n) => `abc-def-${n}`);
  test.each([
    [
      'another type',
      `${RULES}/convert/bulk`,
      rules(['abc-def-ghi'], 'security_monitoring_rules_bulk_export'),
    ],
    ['no rules', `${RULES}/convert/bulk`, rules([])],
    ['too many rules', `${RULES}/convert/bulk`, rules(many)],
    ['no JSON', `${TERRAFORM}/suppressions/bulk`, '{'],
    ['no type', `${TERRAFORM}/suppressions/bulk`, { data: { attributes: { resource_ids: ['a'] } } }],
    ['no objects', `${TERRAFORM}/suppressions/bulk`, objects([])],
    ['ids that are numbers', `${TERRAFORM}/suppressions/bulk`, objects([7])],
    ['too many objects', `${TERRAFORM}/suppressions/bulk`, objects(many)],
  ])('%s is refused', async (_title, path, body) => {
    expect((await own.call('POST', path, body)).status).toBe(400);
  });

  test('of another type of resource there is nothing', async () => {
    expect((await own.call('POST', `${TERRAFORM}/teapots/bulk`, objects(['a']))).status).toBe(404);
  });
});

describe('a preview of a notification rule', () => {
  const PREVIEW = '/api/v2/security_monitoring/configuration/notification_rules/send_notification_preview';
  const preview = (selectors: object, change: object = {}): object => ({
    data: {
      type: 'notification_rules',
      attributes: { name: 'x', selectors, targets: ['@webhook-siem'], enabled: false, ...change },
    },
  });
  const resultsOf = (answered: Answered): unknown =>
    (answered.body as { readonly data: { readonly attributes: { readonly preview_results: unknown } } }).data
      .attributes.preview_results;

  test('tells of each type whether a signal of it would be told, and sends nothing', async () => {
    const created = await own.call(
      'POST',
      RULES,
      loginRule({ cases: [{ condition: 'failures > 4', status: 'high' }] }),
    );
    for (let n = 0; n < 6; n += 1) await own.org.pipeline.ingest([loginFailure(`p${n}`, own.clock.nowMs)]);
    const rule_types = ['application_security', 'log_detection'];
    const asked = { trigger_source: 'security_signals', rule_types, severities: ['high'] };
    const answered = await own.call('POST', PREVIEW, preview(asked));
    expect(resultsOf(answered)).toEqual([
      { rule_type: 'application_security', notification_status: 'SUCCESS' },
      { rule_type: 'log_detection', notification_status: 'DEFAULT' },
    ]);
    const elsewhere = await own.call('POST', PREVIEW, preview({ ...asked, query: 'service:elsewhere' }));
    expect(JSON.stringify(resultsOf(elsewhere))).not.toContain('SUCCESS');
    await own.org.settle();
    expect(own.webhook.received).toEqual([]);
    await own.call('DELETE', `${RULES}/${(created.body as { readonly id: string }).id}`);
  });

  test('of findings finds none', async () => {
    const asked = { trigger_source: 'security_findings', rule_types: ['misconfiguration'] };
    const answered = await own.call('POST', PREVIEW, preview(asked));
    expect(resultsOf(answered)).toEqual([{ rule_type: 'misconfiguration', notification_status: 'DEFAULT' }]);
  });

  test.each([
    ['an unknown source', preview({ trigger_source: 'weather' })],
    ['a bad query', preview({ trigger_source: 'security_signals', query: '(' })],
    ['a target without @', preview({ trigger_source: 'security_signals' }, { targets: ['x'] })],
    ['nothing', {}],
  ])('%s is refused', async (_title, body) => {
    const answered = await own.call('POST', PREVIEW, body);
    expect(answered.status).toBe(400);
    expect(answered.text).toContain('input_validation_error(');
  });
});
