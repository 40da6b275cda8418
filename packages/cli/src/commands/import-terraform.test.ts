/** import from what Terraform has, taken over from it, and held against our own conversion to Terraform. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listResources, readHcl } from '@signalwright/content';
import { attributesOf, normalisePayload, payloadOfResource, terraformName } from '@signalwright/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent, makeTestFolder, type TestFolder } from '../testing/terminal.ts';

type Fields = Readonly<Record<string, unknown>>;

const RULES = '/api/v2/security_monitoring/rules';
const SUPPRESSIONS = '/api/v2/security_monitoring/configuration/suppressions';
const NOTIFICATIONS = '/api/v2/security/signals/notification_rules';
const WORKFLOWS = '/api/v2/workflows';

const WORKFLOW = `kind: workflow
id: note
name: Note it
description: Writes a comment.
owner: security
triggers: { security: { rateLimit: { count: 5, per: 1h } } }
steps:
  - id: note
    action: signalwright.signal.update
    with: { signal: '{{ Source.securitySignal.id }}', state: under_review }
`;
const SUPPRESSION = `kind: suppression
id: pentest
name: Pentest
owner: security
reason: A test that was announced.
rules: [login-hammering]
starts: 2026-11-02T08:00:00Z
expires: 2026-12-20T18:00:00Z
suppressSignals: env:staging
`;
const FILES = {
  ...goodContent(),
  'rules/suppression/pentest.yaml': SUPPRESSION,
  'workflows/note.yaml': WORKFLOW,
};

let org: OrgFolder;
beforeAll(async () => {
  org = await openOrgFolder(FILES);
});
afterAll(() => org.close());

interface Row extends Fields {
  readonly id: string;
}

async function rowsOf(path: string): Promise<readonly Row[]> {
  const { data } = (await (await org.ask('GET', `${path}?page[size]=100`)).json()) as {
    data: readonly Row[];
  };
  return data;
}

/** Attributes as the provider keeps them: names in snake case, each block a list. */
function providerFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(providerFields);
  if (typeof value !== 'object' || value === null) return value;
  const names: Fields = {
    queries: 'query',
    cases: 'case',
    isEnabled: 'enabled',
    filters: 'filter',
    actions: 'action',
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      (names[key] as string | undefined) ?? terraformName(key),
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? [providerFields(inner)]
        : providerFields(inner),
    ]),
  );
}

function dateText(ms: unknown): unknown {
  return typeof ms === 'number' ? new Date(ms).toISOString() : null;
}

/** A state of everything that the org has, as `terraform import` would have made it. */
async function stateOfOrg(): Promise<string> {
  const ruleFields = [
    'name',
    'isEnabled',
    'message',
    'tags',
    'type',
    'queries',
    'cases',
    'options',
    'filters',
  ];
  const entry = (type: string, name: string, attributes: unknown): Fields => ({
    mode: 'managed',
    type,
    name,
    provider: 'provider["registry.terraform.io/datadog/datadog"]',
    instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }],
  });
  const rules = (await rowsOf(RULES)).filter(({ isDefault }) => isDefault !== true);
  const resources = [
    ...rules.map((rule, index) => {
      const kept = Object.fromEntries(Object.entries(rule).filter(([key]) => ruleFields.includes(key)));
      const empty = { signal_query: [], third_party_case: [], reference_tables: [], validate: null };
      const fields = providerFields({ ...kept, id: rule.id }) as Fields;
      return entry('datadog_security_monitoring_rule', `r${index}`, { ...fields, ...empty });
    }),
    ...(await rowsOf(SUPPRESSIONS)).map((row, index) => {
      const { start_date: start, expiration_date: end, ...kept } = attributesOf(row);
      const names = [
        'name',
        'description',
        'enabled',
        'rule_query',
        'suppression_query',
        'data_exclusion_query',
        'tags',
      ];
      const fields = Object.fromEntries(Object.entries(kept).filter(([key]) => names.includes(key)));
      return entry('datadog_security_monitoring_suppression', `s${index}`, {
        ...fields,
        id: row.id,
        start_date: dateText(start),
        expiration_date: dateText(end),
        validate: true,
      });
    }),
    ...(await rowsOf(NOTIFICATIONS)).map((row, index) => {
      const { name, enabled, targets, selectors, time_aggregation: aggregation } = attributesOf(row);
      return entry('datadog_security_notification_rule', `n${index}`, {
        id: row.id,
        name,
        enabled,
        targets,
        time_aggregation: aggregation ?? 0,
        created_by_name: 'ada',
        version: 1,
        selectors,
      });
    }),
  ];
  for (const row of await rowsOf(WORKFLOWS)) {
    const { data } = (await (await org.ask('GET', `${WORKFLOWS}/${row.id}`)).json()) as { data: Row };
    const { name, description, published, tags, spec } = attributesOf(data);
    const attributes = { id: row.id, name, description, published, tags, spec_json: JSON.stringify(spec) };
    resources.push(entry('datadog_workflow_automation', 'w', attributes));
  }
  return JSON.stringify({
    version: 4,
    terraform_version: '1.9.0',
    serial: 7,
    lineage: 'x',
    outputs: {},
    resources,
  });
}

describe('a state', () => {
  test('is taken over with consent: nothing is made a second time, and the next plan is empty', async () => {
    // Made without a mark of ours, as Terraform made them.
    await org.run(['apply', '--yes']);
    await unmark();
    const counts = await Promise.all([RULES, SUPPRESSIONS, NOTIFICATIONS, WORKFLOWS].map(rowsOf));
    for (const path of ['rules', 'workflows', '.signalwright/sync'])
      rmSync(join(org.root, path), { recursive: true });
    org.write('terraform.tfstate', await stateOfOrg());
    const { code, out, err } = await org.run(['import', '--from', 'terraform', 'terraform.tfstate']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('4 objects created');
    expect(out).toContain('Next: signalwright check, then signalwright plan --adopt');
    expect((await org.run(['check', '--quiet'])).code).toBe(0);

    const plan = await org.run(['plan', '--adopt']);
    expect(plan.out).toContain('0 to create, 4 to update');
    expect(await org.run(['apply', '--adopt', '--yes'])).toMatchObject({ code: 0 });
    expect(await org.run(['plan', '--exit-code'])).toMatchObject({ code: 0 });
    const after = await Promise.all([RULES, SUPPRESSIONS, NOTIFICATIONS, WORKFLOWS].map(rowsOf));
    expect(after.map(({ length }) => length)).toEqual(counts.map(({ length }) => length));
  });

  /** Takes our marks away: the objects are there, and nobody of ours knows them. */
  async function unmark(): Promise<void> {
    const withoutMark = (tags: unknown): readonly string[] =>
      (tags as readonly string[]).filter((tag) => !tag.startsWith('signalwright:'));
    for (const rule of (await rowsOf(RULES)).filter(({ isDefault }) => isDefault !== true))
      await org.ask('PUT', `${RULES}/${rule.id}`, { ...rule, tags: withoutMark(rule['tags']) });
    for (const row of await rowsOf(SUPPRESSIONS)) {
      const [id] = await rowsOf(RULES);
      const attributes = { tags: withoutMark(attributesOf(row)['tags']), rule_query: `ruleId:${id?.id}` };
      await org.ask('PATCH', `${SUPPRESSIONS}/${row.id}`, { data: { type: 'suppressions', attributes } });
    }
    for (const row of await rowsOf(NOTIFICATIONS)) {
      const { name, enabled, targets, selectors, version } = attributesOf(row);
      const attributes = {
        name: String(name).replace(/ \[sw:.*\]$/, ''),
        enabled,
        targets,
        selectors,
        version,
      };
      const done = await org.ask('PATCH', `${NOTIFICATIONS}/${row.id}`, {
        data: { id: row.id, type: 'notification_rules', attributes },
      });
      expect(done.ok).toBe(true);
    }
    for (const row of await rowsOf(WORKFLOWS)) {
      const { tags } = attributesOf(row);
      const data = { id: row.id, type: 'workflows', attributes: { tags: withoutMark(tags) } };
      expect((await org.ask('PATCH', `${WORKFLOWS}/${row.id}`, { data })).ok).toBe(true);
    }
  }
});

/** The rule of our own conversion, read again. */
async function throughTerraform(payload: Fields): Promise<Fields | undefined> {
  const answer = await org.ask('POST', `${RULES}/convert`, payload);
  if (!answer.ok) return undefined;
  const { terraformContent } = (await answer.json()) as { readonly terraformContent: string };
  const parsed = readHcl(terraformContent);
  if (typeof parsed === 'string') throw new Error(`${parsed}\n${terraformContent}`);
  const document = listResources(parsed.value);
  if (typeof document === 'string') throw new Error(document);
  const [resource] = document.found;
  if (resource === undefined) throw new Error(JSON.stringify(document.refused));
  const made = payloadOfResource(resource.type, resource.attributes, undefined);
  if (!made.ok) throw new Error(made.reason);
  return normalisePayload('detection-rule', made.payload);
}

describe('what our own conversion writes is read again as the same rule', () => {
  const text = fc.string({
    unit: fc.constantFrom(
      '$',
      '{',
      '}',
      '%',
      '"',
      '\\',
      '\n',
      '\t',
      '#',
      '/',
      '*',
      '<',
      '=',
      'a',
      ' ',
      'é',
      '😀',
      '${',
      '%{',
      '$${',
      'EOF',
    ),
    minLength: 1,
    maxLength: 30,
  });

  test('whatever its texts', async () => {
    const base = goodRule();
    await fc.assert(
      fc.asyncProperty(text, text, fc.array(text, { maxLength: 3 }), async (name, message, handles) => {
        const notifications = handles.map((handle) => `@${handle}`);
        const rule = { ...base, name: `n${name}`, message, cases: [{ ...base.cases[0], notifications }] };
        const read = await throughTerraform(rule);
        if (read !== undefined) expect(read).toEqual(normalisePayload('detection-rule', rule));
      }),
      { numRuns: 150 },
    );
  });

  const shared = process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
  const corpus = join(shared, 'datadog-api/rule-corpus.json');
  const isThere = existsSync(corpus);
  if (!isThere)
    console.log(`skipped: no ${corpus}, set SIGNALWRIGHT_SHARED to the folder of published rules`);

  test.skipIf(!isThere)('published rules', async () => {
    const rows = JSON.parse(readFileSync(corpus, 'utf8')) as readonly { readonly rule: Fields }[];
    let converted = 0;
    const wrong: unknown[] = [];
    for (const { rule } of rows) {
      // A resource of an own rule has no name and message laid over it.
      if (rule['isPartner'] === true) continue;
      const { isDefault: _is, id: _id, customName: _name, customMessage: _message, ...payload } = rule;
      const read = await throughTerraform(payload);
      if (read === undefined) continue;
      converted += 1;
      const want = normalisePayload('detection-rule', payload);
      if (JSON.stringify(sorted(read)) !== JSON.stringify(sorted(want)))
        wrong.push([sorted(read), sorted(want)]);
    }
    expect(wrong).toEqual([]);
    expect(converted).toBeGreaterThan(300);
  });

  function goodRule() {
    return {
      name: 'Logins',
      type: 'application_security',
      isEnabled: true,
      message: 'm',
      tags: ['team:a'],
      hasExtendedTitle: false,
      queries: [
        {
          name: 'a',
          query: '@evt.name:x',
          aggregation: 'count',
          groupByFields: ['service'],
          distinctFields: [],
          dataSource: 'app_sec_spans',
        },
      ],
      cases: [{ name: 'many', status: 'high', condition: 'a > 5', notifications: [] as readonly string[] }],
      options: {
        detectionMethod: 'threshold',
        evaluationWindow: 300,
        keepAlive: 3600,
        maxSignalDuration: 86_400,
      },
      filters: [],
    };
  }
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

describe('a folder of configurations', () => {
  const CONFIG = 'stack: acme\nenvironments: { local: { target: embedded } }\n';
  const MAIN = `
terraform { required_providers { datadog = { source = "DataDog/datadog" } } }
variable "channel" { default = "@slack-x" } # what people are told by
locals { rules = { for r in var.rules : r.name => r if r.on } }
resource "datadog_security_monitoring_rule" "logins" {
  name    = "Logins"
  type    = "application_security"
  message = <<-EOT
    Look at {{@usr.id}}.
      $\${not} computed
    EOT
  query {
    name  = "failures"
    query = "@evt.name:login_failed"
    group_by_fields = ["@http.client_ip", "service"]
  }
  case {
    status    = "high"
    condition = "failures > 20"
  }
  options {
    evaluation_window = 300
    keep_alive = "3600"
  }
  tags = ["team:appsec"]
  lifecycle { ignore_changes = [tags] }
}
resource "datadog_security_monitoring_rule" "told" {
  name = "Told"
  message = "m"
  case {
    status = "high"
    condition = "a > 1"
    notifications = [var.channel]
  }
}
resource "datadog_security_monitoring_rule" "each" {
  for_each = toset(["a", "b"])
  name = each.key
}
resource "datadog_workflow_automation" "note" {
  name = "Note"
  description = "d"
  published = true
  tags = ["team:appsec"]
  spec_json = jsonencode({
    "handle": "note",
    triggers = [{ startStepNames = ["Wait"], apiTrigger = {} }]
    steps = [{ name = "Wait", actionId = "com.datadoghq.core.noop" }]
  })
}
resource "aws_instance" "web" { ami = data.aws_ami.x.id }
`;
  let folder: TestFolder;
  beforeAll(() => {
    folder = makeTestFolder({
      'signalwright.yaml': CONFIG,
      'infra/main.tf': MAIN,
      'infra/variables.tf': 'variable "x" {}\n',
      'infra/more.tf.json': JSON.stringify({
        resource: {
          datadog_security_monitoring_suppression: {
            pentest: {
              name: 'Pentest',
              enabled: true,
              rule_query: 'source:x',
              suppression_query: 'env:"$${staging}"',
            },
          },
          datadog_security_monitoring_default_rule: { scan: [{ enabled: false }] },
        },
      }),
      'infra/broken.tf': 'resource "x" "y" {\n  name = "never closed\n}\n',
    });
  });
  afterAll(() => folder.remove());

  test('what is literal comes in; all else is named with its address and what to do', async () => {
    const { code, out, err } = await folder.run(['import', '--from', 'terraform', 'infra']);
    expect(code).toBe(1);
    expect(out).toContain('+ rules/detection/logins.yaml');
    expect(out).toContain('+ rules/suppression/pentest.yaml');
    expect(out).toContain('+ workflows/note.yaml');
    expect(folder.read('rules/detection/logins.yaml')).toContain(
      'message: |\n  Look at {{@usr.id}}.\n    ${not} computed\n',
    );
    expect(folder.read('rules/suppression/pentest.yaml')).toContain(`suppressSignals: 'env:"\${staging}"'`);
    expect(err.split('\n').filter((line) => line !== '')).toEqual([
      'x infra/broken.tf was not imported: It cannot be read as Terraform. Line 2: A text is not closed.',
      'x infra/main.tf datadog_security_monitoring_rule.told was not imported: Its case[0].notifications[0] is computed: ${var.channel}. Import it from the state, which knows the value.',
      'x infra/main.tf datadog_security_monitoring_rule.each was not imported: It has for_each, so that its objects are known to the state only: import from that.',
      'x infra/more.tf.json datadog_security_monitoring_default_rule.scan was not imported: It tunes a rule of Datadog, whose body Terraform does not keep. Import it from the org, where its tuning is all there: signalwright import --from <environment> --kind detection-rule',
      '! Resources that content has nothing for, left to Terraform: 1 (aws_instance 1).',
      '! A configuration does not know which remote objects it made: an apply would make 3 anew. Import the state (terraform show -json), or from the org, to take them over.',
    ]);
  });

  test('again, nothing changes; --kind takes one kind', async () => {
    const { out } = await folder.run([
      'import',
      '--from',
      'terraform',
      'infra/main.tf',
      '--kind',
      'workflow',
    ]);
    expect(out).toContain('0 objects created, 0 updated, 1 unchanged');
  });

  test('without files, and without an environment of that name, the state is asked for', async () => {
    const { code, err } = await folder.run(['import', '--from', 'terraform']);
    expect(code).toBe(64);
    expect(err).toContain('signalwright import --from terraform state.json');
  });
});
