import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLAIN_RULE, parseAddress, type ActionManifest, type Address } from '@signalwright/model';
import { encodeNotificationRule } from '@signalwright/wire';
import { expect, test } from 'vitest';
import { loadFromFiles } from './workspace.ts';

const CONFIG = 'stack: tests\n';
const RULE = `kind: detection-rule
id: failures
name: Failed logins
type: application_security
owner: team-identity
tags: [security:attack]
groupBy: [service, '@http.client_ip']
queries:
  - query: '@evt.name:login_failed'
  - name: accounts
    query: '@evt.name:login_failed'
    cardinality: ['@usr.id']
    groupBy: [service]
    hasOptionalGroupByFields: true
  - name: bytes
    query: '@evt.name:login_failed'
    sum: '@bytes'
cases:
  - name: many
    condition: a > 25 && bytes > 10
    severity: critical
    notifications: ['@slack-appsec']
    actions: [{ block_ip: 1h }, { block_user: permanent }, { flag_ip: FLAGGED }, { user_behavior: stuffing }]
  - condition: accounts > 10
    severity: low
evaluationWindow: 10m
sample: { service: shop, '@tags': [a, b] }
tests:
  - name: thirty
    events: [{ repeat: 30, every: 8s, at: 1m, '@usr.id': 'user-{n}' }, {}]
    signals: [{ case: many, severity: critical, was: [low], group: { service: shop }, title: T, eventsMatched: 30 }]
  - name: one query matches
    event: { service: shop }
    matches: [a, bytes]
  - name: nothing
    events: [{}]
    signals: []
`;

function files(...entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map([['signalwright.yaml', CONFIG], ...entries]);
}

const codesOf = (map: ReadonlyMap<string, string>): readonly string[] =>
  loadFromFiles(map).diagnostics.map((each) => `${each.range.file}:${each.range.start.line} ${each.code}`);

test('a rule is loaded in its normal form: defaults filled in, durations in milliseconds, the owner as a tag', () => {
  const { workspace, diagnostics } = loadFromFiles(files(['rules/detection/failures.yaml', RULE]));
  expect(diagnostics.filter((each) => each.severity === 'error')).toEqual([]);
  const rule = workspace?.get('detection-rule/failures');
  expect(rule).toMatchObject({
    kind: 'detection-rule',
    address: 'detection-rule/failures',
    owner: 'team-identity',
    sample: { service: 'shop', '@tags': ['a', 'b'] },
  });
  expect(rule?.object).toEqual({
    kind: 'detection-rule',
    id: 'failures',
    name: 'Failed logins',
    type: 'application_security',
    enabled: true,
    tags: ['security:attack', 'team:team-identity'],
    message: '',
    method: { kind: 'threshold' },
    queries: [
      {
        name: '',
        query: '@evt.name:login_failed',
        aggregation: { kind: 'count' },
        groupBy: ['service', '@http.client_ip'],
        optionalGroupBy: false,
      },
      {
        name: 'accounts',
        query: '@evt.name:login_failed',
        aggregation: { kind: 'cardinality', fields: ['@usr.id'] },
        groupBy: ['service'],
        optionalGroupBy: true,
      },
      {
        name: 'bytes',
        query: '@evt.name:login_failed',
        aggregation: { kind: 'sum', field: '@bytes' },
        groupBy: ['service', '@http.client_ip'],
        optionalGroupBy: false,
      },
    ],
    cases: [
      {
        name: 'many',
        condition: 'a > 25 && bytes > 10',
        severity: 'critical',
        notifications: ['@slack-appsec'],
        actions: [
          { kind: 'block_ip', durationMs: 3_600_000 },
          { kind: 'block_user' },
          { kind: 'flag_ip', flag: 'FLAGGED' },
          { kind: 'user_behavior', behavior: 'stuffing' },
        ],
      },
      { name: '', condition: 'accounts > 10', severity: 'low', notifications: [], actions: [] },
    ],
    evaluationWindowMs: 600_000,
    keepAliveMs: 3_600_000,
    maxSignalDurationMs: 86_400_000,
    hasExtendedTitle: false,
    ...PLAIN_RULE,
  });
  expect(rule?.tests).toEqual([
    {
      kind: 'stream',
      name: 'thirty',
      events: [
        { repeat: 30, everyMs: 8_000, atMs: 60_000, fields: { '@usr.id': 'user-{n}' } },
        { repeat: 1, everyMs: 0, atMs: 0, fields: {} },
      ],
      signals: [
        {
          case: 'many',
          severity: 'critical',
          was: ['low'],
          group: { service: 'shop' },
          title: 'T',
          eventsMatched: 30,
        },
      ],
    },
    { kind: 'match', name: 'one query matches', event: { service: 'shop' }, matches: ['a', 'bytes'] },
    { kind: 'stream', name: 'nothing', events: [expect.anything()], signals: [] },
  ]);
});

test('a workflow is loaded with its edges: the step above by default, branches as written', () => {
  const text = `kind: workflow
id: block
name: Block
owner: team-appsec
triggers: { security: { rateLimit: { count: 20, per: 1h } } }
inputs:
  minutes: { type: number, default: 5, description: How long }
  note: { type: string }
steps:
  - id: look
    action: x.look
    with: { ip: '{{ Source.securitySignal.id }}' }
    retry: { times: 3, every: 10s }
  - id: bad
    if: [['{{ Steps.look.verdict }}', eq, malicious], ['{{ Trigger.note }}', is_not_empty]]
  - id: block
    after: [bad.true, look.error]
    join: any
    action: x.block
  - id: apart
    after: []
    action: x.note
sample: { rule: failures, severity: high, '@http.client_ip': 203.0.113.7 }
tests:
  - name: one
    signal: { state: under_review, assignee: dana, env: prod }
    inputs: { note: a }
    answers: { look: error, block: { done: true } }
    path: [look.error, block]
    calls: { block: { ip: 203.0.113.7 } }
    state: open
`;
  const { workspace, diagnostics } = loadFromFiles(
    files(['workflows/block.yaml', text], ['rules/detection/failures.yaml', RULE]),
  );
  expect(diagnostics.filter((each) => each.severity === 'error')).toEqual([]);
  const workflow = workspace?.get('workflow/block');
  expect(workflow?.object).toEqual({
    kind: 'workflow',
    id: 'block',
    name: 'Block',
    description: '',
    tags: ['team:team-appsec'],
    published: true,
    handle: 'block',
    triggers: [{ kind: 'security', rateLimit: { count: 20, perMs: 3_600_000 } }],
    inputs: [
      { name: 'minutes', type: 'number', default: 5, label: '', description: 'How long' },
      { name: 'note', type: 'string', label: '', description: '' },
    ],
    outputs: [],
    connections: [],
    connectionGroups: [],
    steps: [
      {
        id: 'look',
        does: { kind: 'action', action: 'x.look', inputs: { ip: '{{ Source.securitySignal.id }}' } },
        after: [],
        retry: { times: 3, everyMs: 10_000 },
      },
      {
        id: 'bad',
        does: {
          kind: 'if',
          needs: 'all',
          conditions: [
            { left: '{{ Steps.look.verdict }}', operator: 'eq', right: 'malicious' },
            { left: '{{ Trigger.note }}', operator: 'is_not_empty' },
          ],
        },
        after: [{ step: 'look', branch: 'main' }],
      },
      {
        id: 'block',
        does: { kind: 'action', action: 'x.block', inputs: {} },
        after: [
          { step: 'bad', branch: 'true' },
          { step: 'look', branch: 'error' },
        ],
        join: 'any',
      },
      { id: 'apart', does: { kind: 'action', action: 'x.note', inputs: {} }, after: [] },
    ],
    annotations: [],
    layout: { steps: {}, annotations: {} },
  });
  expect(workflow?.tests).toEqual([
    {
      name: 'one',
      signal: { state: 'under_review', assignee: 'dana', fields: { env: 'prod' } },
      inputs: { note: 'a' },
      answers: { look: { kind: 'error' }, block: { kind: 'output', output: { done: true } } },
      path: ['look.error', 'block'],
      calls: { block: { ip: '203.0.113.7' } },
      state: 'open',
    },
  ]);
});

test('suppressions, notification rules, views and the project are loaded in their normal form', () => {
  const { workspace, diagnostics } = loadFromFiles(
    new Map([
      [
        'signalwright.yaml',
        `stack: acme
environments:
  prod: { target: datadog, site: datadoghq.eu }
neverBlock: [192.0.2.0/24]
allow: { handles: ['@slack-*'], hosts: [hooks.slack.com] }
`,
      ],
      [
        'rules/suppression/scan.yaml',
        `kind: suppression
id: scan
name: Scan
enabled: false
reason: Ours.
ruleQuery: 'type:application_security'
starts: 2026-06-30T23:59:60Z
expires: 2026-11-28T19:00:00+01:00
excludeEvents: 'env:staging'
tests: [{ name: hidden, at: 2026-01-01T00:00:00Z, signal: { severity: low }, hidden: true }]
`,
      ],
      [
        'rules/notification/urgent.yaml',
        `kind: notification-rule
id: urgent
name: Urgent
selectors: {}
targets: ['@slack-appsec']
tests: [{ name: told, signal: { severity: low, service: shop }, targets: ['@slack-appsec'] }]
`,
      ],
      [
        'views/all.yaml',
        "kind: saved-view\nid: all\nname: All\nquery: ''\nsort: severity\ntime: past 4h\nanalytics: { groupBy: [service] }\n",
      ],
      ['views/plain.yaml', "kind: saved-view\nid: plain\nname: Plain\nquery: '*'\n"],
    ]),
  );
  expect(diagnostics.map(({ code }) => code)).toEqual(['lint/no-owner', 'lint/no-owner']);
  expect(workspace?.config).toEqual({
    formatVersion: 1,
    stack: 'acme',
    environments: {
      prod: {
        target: 'datadog',
        site: 'datadoghq.eu',
        variables: {},
        overrides: {},
        prune: 'never',
        acceptDrift: [],
      },
    },
    history: {},
    neverBlock: ['192.0.2.0/24'],
    allowedHandles: ['@slack-*'],
    allowedHosts: ['hooks.slack.com'],
    lints: {},
  });
  expect(workspace?.get('suppression/scan')?.object).toEqual({
    kind: 'suppression',
    id: 'scan',
    name: 'Scan',
    enabled: false,
    reason: 'Ours.',
    tags: [],
    rules: { kind: 'query', query: 'type:application_security' },
    startsAtMs: Date.UTC(2026, 6, 1),
    expiresAtMs: Date.UTC(2026, 10, 28, 18),
    suppressSignals: '',
    excludeEvents: 'env:staging',
  });
  expect(workspace?.get('notification-rule/urgent')).toMatchObject({
    object: {
      enabled: true,
      selectors: { source: 'security_signals', ruleTypes: [], severities: [], query: '' },
      targets: [{ kind: 'handle', handle: '@slack-appsec' }],
    },
    tests: [
      {
        name: 'told',
        about: { kind: 'signal', signal: { severity: 'low', fields: { service: 'shop' } } },
        targets: ['@slack-appsec'],
      },
    ],
  });
  expect(workspace?.get('saved-view/all')?.object).toMatchObject({
    time: { kind: 'past', pastMs: 14_400_000 },
    sort: { by: 'severity', order: 'ascending' },
    analytics: {
      compute: { kind: 'count' },
      groupBy: [{ path: 'service', limit: 10, order: 'top' }],
      show: 'topList',
    },
  });
  expect(workspace?.get('saved-view/plain')?.object).toEqual({
    kind: 'saved-view',
    id: 'plain',
    name: 'Plain',
    teams: [],
    time: { kind: 'past', pastMs: 86_400_000 },
    query: '*',
    columns: ['severity', 'title', 'serviceEnv', 'entities', 'triageState', 'created'],
    sort: { by: 'created', order: 'descending' },
    timeline: true,
    facets: ['severity', 'triageState', 'service', 'env'].map((path) => ({ path, open: true })),
    aggregateByRule: false,
  });
});

test('a project without environments has the embedded one', () => {
  const { workspace } = loadFromFiles(
    files(['views/a.yaml', "kind: saved-view\nid: a\nname: A\nquery: '*'\n"]),
  );
  expect(workspace?.config.environments).toEqual({
    local: { target: 'embedded', variables: {}, overrides: {}, prune: 'never', acceptDrift: [] },
  });
});

const SUPPRESSION = `kind: suppression
id: scan
name: Scan
owner: team-appsec
reason: Ours.
rules: [failures]
expires: 2026-12-31T00:00:00Z
suppressSignals: 'env:staging'
tests: [{ name: hidden, at: 2026-01-01T00:00:00Z, signal: { severity: low }, hidden: true }]
`;

const CASCADES: readonly [name: string, rule: string, codes: readonly string[]][] = [
  ['with broken YAML', 'kind: detection-rule\nid: failures\n\tname: x\n', ['yaml/syntax']],
  ['with a wrong type', RULE.replace('name: Failed logins', 'name: 5'), ['schema/wrong-type']],
  [
    'without the body that it tunes',
    'kind: detection-rule\nid: failures\ndefault: def-000\n',
    ['tuning/no-body'],
  ],
];

test.each(CASCADES)('a reference to a rule %s is no second mistake', (_name, rule, codes) => {
  const found = loadFromFiles(
    files(['rules/detection/failures.yaml', rule], ['rules/suppression/scan.yaml', SUPPRESSION]),
  ).diagnostics;
  expect(found.map((each) => each.code)).toEqual(codes);
});

test('a broken signalwright.yaml says nothing about the handles it would allow', () => {
  const rule = RULE.replace("'@slack-appsec'", "'@slack-whatever'");
  const found = codesOf(
    new Map([
      ['signalwright.yaml', 'stack: 5\n'],
      ['rules/detection/failures.yaml', rule],
    ]),
  );
  expect(found.filter((each) => !/ (?:rule|lint)\//.test(each))).toEqual([
    'signalwright.yaml:1 schema/wrong-type',
  ]);
});

test('one file with an error: no workspace, and every other file is still checked', () => {
  const bad = "kind: saved-view\nid: b\nname: B\nquery: '('\n";
  const { workspace, diagnostics } = loadFromFiles(
    files(['views/a.yaml', bad.replace('id: b\nname: B', 'id: a\nname: A')], ['views/b.yaml', bad]),
  );
  expect(workspace).toBeUndefined();
  expect(
    diagnostics.map((each) => `${each.range.file}:${each.range.start.line}:${each.range.start.col}`),
  ).toEqual(['views/a.yaml:4:9', 'views/b.yaml:4:9']);
});

test('warnings alone do not keep the workspace back', () => {
  const { workspace, diagnostics } = loadFromFiles(
    files(['views/other.yaml', "kind: saved-view\nid: a\nname: A\nquery: '*'\n"]),
  );
  expect(diagnostics.map((each) => each.code)).toEqual(['file/name-differs']);
  expect(workspace?.objects).toHaveLength(1);
});

test('the order of the files does not matter', () => {
  const entries = [
    ['views/b.yaml', 'kind: saved-view\nid: same\n'],
    ['views/a.yaml', 'kind: saved-view\nid: same\nquery: 5\n'],
    ['rules/detection/failures.yaml', RULE],
  ] as const;
  expect(codesOf(files(...entries))).toEqual(codesOf(files(...entries.toReversed())));
});

const SHARED = process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const AUTHORING = join(SHARED, 'design/authoring.md');
/** The actions that the guide's workflow calls, except for the approval, which does not exist yet. */
const MANIFEST: ActionManifest = {
  schemaVersion: 1,
  actions: ['signalwright.threat_intel.lookup', 'signalwright.block_ip', 'signalwright.signal.update'].map(
    (id) => ({
      id,
      summary: '',
      replay: 'safe',
      source: '',
      input: { type: 'object' },
      output: { type: 'object' },
    }),
  ),
};

/** The files that the authoring guide shows, and what this version may say about them. */
test.skipIf(!existsSync(AUTHORING))(
  'the files of the authoring guide are accepted as they are (skipped without it)',
  () => {
    const guide = readFileSync(AUTHORING, 'utf8');
    const shown = [...guide.matchAll(/^## (\S+\.yaml).*?\n```yaml\n(.*?)```/gms)].map(
      (match) => [match[1] ?? '', match[2] ?? ''] as const,
    );
    expect(shown.map(([file]) => file)).toContain('rules/detection/credential-stuffing.yaml');
    const map = new Map(shown.filter(([file]) => file !== 'signalwright.yaml'));
    map.set('signalwright.yaml', CONFIG);
    // The guide's suppression names a second rule that it does not show.
    const stuffing = map.get('rules/detection/credential-stuffing.yaml') ?? '';
    map.set(
      'rules/detection/sqli-probe.yaml',
      stuffing
        .replace('id: credential-stuffing', 'id: sqli-probe')
        .replace('name: Credential stuffing', 'name: Probes')
        .replace('cases:', 'evaluationWindow: 10m\ncases:'),
    );
    const found = loadFromFiles(map, { manifest: MANIFEST }).diagnostics;
    expect(found.map((each) => `${each.range.file} ${each.code}`)).toEqual([
      'rules/detection/api-scan.yaml tuning/no-body',
      'workflows/block-attacker.yaml workflow/unknown-action',
    ]);
  },
);

test('addresses name their objects', () => {
  const { workspace } = loadFromFiles(files(['rules/detection/failures.yaml', RULE]));
  for (const object of workspace?.objects ?? []) {
    expect(parseAddress(object.address)).toEqual({ kind: object.kind, id: object.object.id });
    expect(workspace?.get(object.address)).toBe(object);
  }
  expect(workspace?.get('workflow/none' as Address)).toBeUndefined();
});

test('a workflow with a handle of its own is compiled to that handle', () => {
  const { workspace } = loadFromFiles(
    files(
      [
        'workflows/block.yaml',
        'kind: workflow\nid: block\nname: B\nhandle: Block_It\ntriggers: { security: {} }\nsteps: [{ id: a, action: x.a }]\n',
      ],
      [
        'rules/notification/urgent.yaml',
        'kind: notification-rule\nid: urgent\nname: U\nselectors: { severities: [high] }\ntargets: [{ workflow: block }]\n',
      ],
    ),
  );
  const rule = workspace?.get('notification-rule/urgent');
  if (rule?.kind !== 'notification-rule') throw new Error('not loaded');
  expect(rule.object.targets).toEqual([
    { kind: 'workflow', workflowId: 'block', handle: 'Block_It', inputs: {} },
  ]);
  expect(encodeNotificationRule(rule.object, { stack: 's' })).toMatchObject({
    data: { attributes: { targets: ['@workflow-Block_It'] } },
  });
});

test('a file that its schema refuses still has its queries, conditions and message read, and nothing that is data', () => {
  const text = `kind: detection-rule
id: a
nam: A
type: application_security
queries:
  - { name: a, query: 'b )' }
cases:
  - { condition: a >, severity: hgh }
message: '{{#if a}}'
sample: { query: 'c )' }
tests:
  - { name: t, event: { query: 'd )', message: '{{' }, matches: [] }
`;
  const { diagnostics } = loadFromFiles(
    new Map([
      ['signalwright.yaml', 'stack: a\n'],
      ['rules/detection/a.yaml', text],
    ]),
  );
  expect(diagnostics.map(({ code, range }) => `${range.start.line} ${code}`)).toEqual([
    '3 schema/unknown-key',
    '6 query/unbalanced-parenthesis',
    '8 condition/missing-number',
    '8 schema/not-allowed',
    '9 template/unclosed-block',
  ]);
});
