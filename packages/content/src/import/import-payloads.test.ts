/** Payloads become files, and files stay what people made of them. */

import { describe, expect, test } from 'vitest';
import { attributesOf, encodeRule, encodeSuppression, encodeWorkflow } from '@signalwright/wire';
import { loadFromFiles } from '../workspace.ts';
import {
  importPayloads,
  type ImportedFile,
  type ImportResult,
  type ImportSource,
} from './import-payloads.ts';

const CONFIG = 'stack: acme\n';

const RULE = {
  id: 'abc-def-ghi',
  version: 3,
  createdAt: 1_700_000_000_000,
  name: 'Failed logins',
  type: 'log_detection',
  isEnabled: true,
  message: 'Too many.  \n\nCall {{@usr.id}}.\n',
  tags: ['team:identity', 'security:attack'],
  queries: [
    {
      name: 'failures',
      query:
        'source:shop @evt.name:login @evt.outcome:failure -@usr.id:healthcheck-* -@network.client.ip:192.0.2.1',
      dataSource: 'logs',
      aggregation: 'count',
      groupByFields: ['@usr.id'],
      hasOptionalGroupByFields: false,
      distinctFields: [],
    },
  ],
  cases: [{ name: '', status: 'high', condition: 'failures > 25', notifications: ['@slack-appsec'] }],
  options: {
    detectionMethod: 'threshold',
    evaluationWindow: 300,
    keepAlive: 3_600,
    maxSignalDuration: 86_400,
  },
  hasExtendedTitle: false,
  filters: [],
} as const;

const FILE = 'rules/detection/failed-logins.yaml';

const TEXT = `kind: detection-rule
id: failed-logins
name: Failed logins
type: log_detection
owner: identity
tags: [security:attack]
groupBy: ['@usr.id']

queries:
  - name: failures
    query: >-
      source:shop
      @evt.name:login
      @evt.outcome:failure
      -@usr.id:healthcheck-*
      -@network.client.ip:192.0.2.1

cases:
  - condition: failures > 25
    severity: high
    notifications: ['@slack-appsec']

message: |
  Too many.\u0020\u0020

  Call {{@usr.id}}.

remoteId: abc-def-ghi
`;

function source(payload: object, kind: ImportSource['kind'] = 'detection-rule'): ImportSource {
  return { payload: payload as Record<string, unknown>, kind, where: 'test' };
}

async function run(
  sources: readonly ImportSource[],
  files: Readonly<Record<string, string>> = {},
  environment?: string,
): Promise<Imported> {
  const all = new Map([['signalwright.yaml', CONFIG], ...Object.entries(files)]);
  const { objects, refused } = await importPayloads(all, sources, { environment });
  return {
    refused,
    files: objects.flatMap(({ files: each, ...object }) => each.map((file) => ({ ...object, ...file }))),
  };
}

interface Imported {
  readonly refused: ImportResult['refused'];
  /** With what is said of their objects. */
  readonly files: readonly (Omit<ImportResult['objects'][number], 'files'> & ImportedFile)[];
}

/** What the one file compiles to, without our mark. */
function compiled(file: string, text: string): Readonly<Record<string, unknown>> {
  const { workspace, diagnostics } = loadFromFiles(
    new Map([
      ['signalwright.yaml', CONFIG],
      [file, text],
    ]),
  );
  const object = workspace?.objects[0]?.object;
  if (object?.kind === 'detection-rule') return encodeRule(object, { stack: 'acme' });
  if (object?.kind === 'workflow') return attributesOf(encodeWorkflow(object, { stack: 'acme' }));
  if (object?.kind === 'suppression') return attributesOf(encodeSuppression(object, { stack: 'acme' }));
  throw new Error(JSON.stringify(diagnostics));
}

test('a rule becomes a file as a person would have written it', async () => {
  const { files, refused } = await run([source(RULE)]);
  expect(refused).toEqual([]);
  expect(files).toMatchObject([
    { file: FILE, status: 'created', id: 'failed-logins', name: 'Failed logins' },
  ]);
  expect(files[0]?.text).toBe(TEXT.replaceAll('\\u0020', ' '));
});

describe('what is not understood is kept', () => {
  const ROWS: readonly [title: string, change: object, fields: object][] = [
    ['a field of tomorrow', { newThing: { on: [1, null] } }, { newThing: { on: [1, null] } }],
    ['a null', { calculatedFields: null }, { calculatedFields: null }],
    ['a type of tomorrow', { type: 'quantum_detection' }, { type: 'quantum_detection' }],
    [
      'a query outside of the language',
      { queries: [{ ...RULE.queries[0], query: 'a AND (b' }] },
      { 'queries[0].query': 'a AND (b' },
    ],
    ['a field that is missing', { isEnabled: undefined }, { '-isEnabled': null }],
    ['a name that hides something', { 'a\u200bb': 1 }, { '["a\\u200bb"]': 1 }],
    ['a name with dots', { options: { ...RULE.options, 'a.b': 1 } }, { 'options["a.b"]': 1 }],
  ];
  test.each(ROWS)('%s', async (_title, change, fields) => {
    const payload = JSON.parse(JSON.stringify({ ...RULE, ...change })) as Record<string, unknown>;
    const { files, refused } = await run([source(payload)]);
    expect(refused).toEqual([]);
    const [file] = files;
    expect(file?.warnings.map(({ code }) => code)).toContain('schema/unknown-fields');
    const after = compiled(file?.file ?? '', file?.text ?? '');
    for (const [path, value] of Object.entries(fields)) {
      expect(file?.text).toContain(
        path.startsWith('-') || !/["[]/.test(path) ? path : path.replaceAll("'", "''"),
      );
      if (!path.includes('['))
        expect(after[path.replace(/^-/, '')]).toEqual(path.startsWith('-') ? undefined : value);
    }
  });

  test.each(['__proto__', 'constructor', 'prototype'])('a field called %s is refused', async (name) => {
    const payload = JSON.parse(`{"${name}":{"polluted":true}}`) as object;
    const { files, refused } = await run([
      source({ ...RULE, options: Object.assign(Object.create(null), RULE.options, { x: payload }) }),
    ]);
    expect(files).toEqual([]);
    expect(refused[0]?.reason).toContain('prototype');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a suppression without a reason gets one to fill in, and compiles to none', async () => {
    const payload = {
      type: 'suppressions',
      id: 'x',
      attributes: {
        name: 'S',
        enabled: true,
        rule_query: 'type:log_detection',
        suppression_query: 'env:staging',
        data_exclusion_query: '',
      },
    };
    const { files } = await run([source(payload, 'suppression')]);
    expect(files[0]?.text).toContain('reason: Imported without a reason.');
    expect(files[0]?.warnings).toMatchObject([
      { message: 'Left out: description.', hint: expect.stringContaining('write one in reason:') as string },
    ]);
    expect(compiled(files[0]?.file ?? '', files[0]?.text ?? '')).not.toHaveProperty('description');
  });
});

test('a name that no key may be is kept as a value', async () => {
  const actionId = 'com.datadoghq.core.noop';
  const outputSchema = { parameters: [{ name: 'out\u200fput', type: 'STRING' }] };
  const spec = {
    handle: 'w',
    triggers: [{ startStepNames: ['A'], securityTrigger: {} }],
    steps: [{ name: 'A', actionId }],
    outputSchema,
  };
  const attributes = { name: 'W', description: '', published: true, tags: [], spec };
  const { files, refused } = await run([source({ type: 'workflows', id: 'x', attributes }, 'workflow')]);
  expect(refused).toEqual([]);
  expect(compiled(files[0]?.file ?? '', files[0]?.text ?? '')).toMatchObject({ spec });
});

test.each([2 ** 53 - 1, 8.64e15 + 1, 253_402_300_800_000])(
  'a date that no text can say is kept beside the last one that can: %s',
  async (expiration_date) => {
    const attributes = {
      name: 'S',
      enabled: true,
      description: 'Agreed.',
      rule_query: 'type:log_detection',
      suppression_query: 'env:staging',
      expiration_date,
    };
    const { files, refused } = await run([
      source({ type: 'suppressions', id: 'x', attributes }, 'suppression'),
    ]);
    expect(refused).toEqual([]);
    const [file] = files;
    expect(file?.text).toContain('expires: 9999-12-31T23:59:59.999Z\n');
    expect(compiled(file?.file ?? '', file?.text ?? '')).toMatchObject({ expiration_date });
  },
);

test('several arrivals without a gate are joined as the API reads them, and no gate is sent', async () => {
  const main = [{ nextStepName: 'C', branchName: 'main' }];
  const actionId = 'com.datadoghq.core.noop';
  const spec = {
    handle: 'several',
    triggers: [{ startStepNames: ['A', 'B'], securityTrigger: {} }],
    steps: [
      { name: 'A', actionId, outboundEdges: main },
      { name: 'B', actionId, outboundEdges: main },
      { name: 'C', actionId },
    ],
  };
  const attributes = { name: 'Several', description: '', published: true, tags: [], spec };
  const { files } = await run([source({ type: 'workflows', id: 'x', attributes }, 'workflow')]);
  const [file] = files;
  expect(file?.text).toContain('  - id: C\n    after: [A, B]\n    join: any\n');
  expect(file?.warnings.map(({ message }) => message)).toContain('Left out: spec.steps[2].readinessGate.');
  expect(compiled(file?.file ?? '', file?.text ?? '')).toMatchObject({ spec });
});

describe('ids', () => {
  test('our mark says the id', async () => {
    const { files } = await run([source({ ...RULE, tags: ['signalwright:acme/old-id'] })]);
    expect(files[0]?.file).toBe('rules/detection/old-id.yaml');
    expect(files[0]?.text).not.toContain('remoteId');
  });

  test('two objects of one name are told apart by what they are, in any order', async () => {
    const other = { ...RULE, id: 'xyz-xyz-xyz' };
    const there = await run([source(RULE), source(other)]);
    const back = await run([source(other), source(RULE)]);
    expect(there.files.map(({ id }) => id)).toEqual([
      'failed-logins-abc-def-ghi',
      'failed-logins-xyz-xyz-xyz',
    ]);
    expect(back.files.map(({ id, text }) => [id, text])).toEqual(
      there.files.map(({ id, text }) => [id, text]),
    );
  });

  test('one that has no id of its own keeps what told it apart', async () => {
    const { id: _id, ...nameless } = RULE;
    const first = await run([source(RULE), source(nameless)]);
    const files = Object.fromEntries(first.files.map(({ file, text }) => [file, text]));
    const both = await run([source(nameless), source(RULE)], files);
    const alone = await run([source(nameless)], files);
    expect(first.files).toHaveLength(2);
    expect(both.files.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
    expect(alone.files.map(({ status }) => status)).toEqual(['unchanged']);
  });

  test('of two versions of one object the newer counts', async () => {
    const { files } = await run([source({ ...RULE, version: 4, name: 'New' }), source(RULE)]);
    expect(files.map(({ name }) => name)).toEqual(['New']);
  });

  test('what carries the mark of another object is refused', async () => {
    const marked = { ...RULE, tags: ['signalwright:acme/x'] };
    const { files, refused } = await run([source(marked), source({ ...marked, id: 'xyz-xyz-xyz' })]);
    expect(files).toHaveLength(1);
    expect(refused[0]?.reason).toBe('Another object is detection-rule/x too.');
  });
});

const EDITED = `# Ours since 2024.
${TEXT.replaceAll('\\u0020', ' ')
  .replace('id: failed-logins', 'id: login-failures # never changes')
  .replace('\ncases:', '\n# 25: see the incident of May.\ncases:')
  .replace('owner: identity', 'owner: appsec')}
tests:
  - name: one failure is not enough
    events: [{ '@evt.name': login }]
    signals: []
`;
const MOVED = 'rules/detection/logins/login-failures.yaml';

describe('again', () => {
  test('the same payload changes no byte, wherever the file went and whatever stands in it', async () => {
    const payload = { ...RULE, tags: ['security:attack'] };
    const { files, refused } = await run([source(payload)], { [MOVED]: EDITED });
    expect(refused).toEqual([]);
    expect(files).toMatchObject([{ file: MOVED, status: 'unchanged', text: EDITED }]);
  });

  test('another payload edits what differs, and nothing else', async () => {
    const payload = {
      ...RULE,
      name: 'Failed logins, renamed',
      tags: ['security:attack'],
      cases: [
        { ...RULE.cases[0], condition: 'failures > 50' },
        { name: 'rest', status: 'low', condition: 'failures > 5', notifications: [] },
      ],
      options: { ...RULE.options, keepAlive: 7_200 },
    };
    const { files, refused } = await run([source(payload)], { [MOVED]: EDITED });
    expect(refused).toEqual([]);
    expect(files).toMatchObject([{ file: MOVED, status: 'updated' }]);
    expect(files[0]?.text).toBe(
      EDITED.replace('name: Failed logins\n', 'name: Failed logins, renamed\n').replace(
        "  - condition: failures > 25\n    severity: high\n    notifications: ['@slack-appsec']\n",
        "  - condition: failures > 50\n    severity: high\n    notifications: ['@slack-appsec']\n  - name: rest\n    condition: failures > 5\n    severity: low\n\nkeepAlive: 2h\n",
      ),
    );
  });

  test('a long file of which very much differs is edited in time, and keeps its comments elsewhere', async () => {
    const filtersOf = (name: string): object =>
      Array.from({ length: 700 }, (_, index) => ({
        action: 'suppress',
        query: `@${name}:${index} env:a-long-name-of-an-environment`,
      }));
    const first = await run([source({ ...RULE, filters: filtersOf('a') })]);
    const text = first.files[0]?.text.replace('cases:', '# why 25\ncases:') ?? '';
    const startedMs = performance.now();
    const { files, refused } = await run([source({ ...RULE, filters: filtersOf('b') })], { [FILE]: text });
    // Chosen: read again after each of 700 edits, it takes more than half a minute.
    expect(performance.now() - startedMs).toBeLessThan(12_000);
    expect(refused).toEqual([]);
    expect(files[0]?.text).toBe(text.replaceAll('@a:', '@b:'));
  });

  test('a text that looks like a variable is edited like any other', async () => {
    const payload = { ...RULE, message: 'Not a ${var.NAME}' };
    const first = await run([source(payload)]);
    const text = first.files[0]?.text ?? '';
    expect(text).toContain('message: Not a $${var.NAME}');
    const { files, refused } = await run([source({ ...payload, name: 'Renamed' })], { [FILE]: text });
    expect(refused).toEqual([]);
    expect(files[0]?.text).toBe(text.replace('name: Failed logins', 'name: Renamed'));
  });

  test('a file with errors is left alone', async () => {
    const broken = TEXT.replace('severity: high', 'severity: mild');
    const { files, refused } = await run([source(RULE)], { [FILE]: broken });
    expect(files).toEqual([]);
    expect(refused[0]?.reason).toBe(`${FILE} has errors: mend them first.`);
  });

  test.each([
    ['a value that is none', 'severity: mild'],
    ['a bracket that is never closed', 'severity: [high'],
  ])('nor is it imported beside a file with errors that was renamed since: %s', async (_title, mistake) => {
    const broken = TEXT.replace('severity: high', mistake);
    const { files, refused } = await run([source({ ...RULE, name: 'Renamed' })], { [MOVED]: broken });
    expect(files).toEqual([]);
    expect(refused[0]?.reason).toBe(`${MOVED} has errors: mend them first.`);
  });

  test('a file of the same name that is another object is left alone', async () => {
    const other = TEXT.replace('id: failed-logins', 'id: other').replace('abc-def-ghi', 'xyz-xyz-xyz');
    const { files, refused } = await run([source(RULE)], { [FILE]: other });
    expect(files).toEqual([]);
    expect(refused[0]?.reason).toBe(`${FILE} is there already, for another object.`);
  });
});

describe('environments', () => {
  const config = `stack: acme
environments:
  local: { target: embedded, variables: { CHANNEL: test } }
  prod:
    target: datadog
    site: datadoghq.eu
    variables: { CHANNEL: appsec }
    overrides: { detection-rule/failed-logins: { enabled: false } }
`;
  const text = TEXT.replace('@slack-appsec', '@slack-${var.CHANNEL}');
  const files = { 'signalwright.yaml': config, [FILE]: text };

  test.each([
    ['what an environment makes of the file', 'prod', { isEnabled: false }],
    [
      'what the default one makes of it',
      undefined,
      { cases: [{ ...RULE.cases[0], notifications: ['@slack-test'] }] },
    ],
  ])('%s is no difference', async (_what, environment, payload) => {
    const { files: imported, refused } = await run([source({ ...RULE, ...payload })], files, environment);
    expect(refused).toEqual([]);
    expect(imported.map(({ file, status, text: after }) => [file, status, after])).toEqual([
      [FILE, 'unchanged', text],
    ]);
  });

  test('no value of one environment is written over a variable', async () => {
    const { files: imported, refused } = await run([source(RULE)], files, 'prod');
    expect(imported).toEqual([]);
    expect(refused).toMatchObject([
      { reason: `${FILE} differs between environments: bring the change in by hand.` },
    ]);
  });

  test.each(['', TEXT])(
    'what looks like a variable is text, in a new file and in an old one',
    async (before) => {
      const message = 'No ${var.CHANNEL}, no $${var.CHANNEL}, no ${ var.${var.A';
      const there = { 'signalwright.yaml': config, ...(before !== '' && { [FILE]: before }) };
      const { files: imported, refused } = await run([source({ ...RULE, message })], there);
      expect(refused).toEqual([]);
      expect(imported.map((each) => compiled(each.file, each.text)['message'])).toEqual([message]);
      expect(imported[0]?.text).toContain('No $${var.CHANNEL}, no $$${var.CHANNEL}');
    },
  );
});

describe('a rule of Datadog', () => {
  const OWNED = {
    ...RULE,
    isDefault: true,
    id: 'def-000-1e8',
    tags: ['source:shop'],
    defaultTags: ['source:shop'],
  };
  const codesOf = async (payload: object): Promise<readonly string[]> => {
    const { files } = await run([source(payload)]);
    const texts = new Map([
      ['signalwright.yaml', CONFIG],
      ...files.map(({ file, text }) => [file, text] as const),
    ]);
    return loadFromFiles(texts).diagnostics.map(({ code }) => code);
  };

  test('needs no tests while its queries are as Datadog wrote them', async () => {
    expect(await codesOf({ ...OWNED, isEnabled: false })).toEqual([]);
  });

  test('may hold what nobody here understands: it is Datadog that wrote it', async () => {
    expect(await codesOf({ ...OWNED, partnerRuleId: 'ext-000-abc' })).toEqual([]);
  });

  test('needs them as soon as a query is extended', async () => {
    const queries = [{ ...RULE.queries[0], customQueryExtension: '-env:staging' }];
    expect(await codesOf({ ...OWNED, queries })).toEqual(['lint/no-tests']);
  });
});
