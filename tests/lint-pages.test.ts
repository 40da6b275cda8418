/**
 * docs/lints: each code of the table has a page, and what the page shows is true. The examples are fragments; what
 * they leave out is filled in by BASES, and the objects they refer to by COMPANIONS.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDERS, loadFromFiles, loadWorkspace, type SchemaName } from '@signalwright/content';
import { CODES, type Diagnostic, type DiagnosticCode } from '@signalwright/model';
import { CONDITION_ERRORS, QUERY_ERRORS, QUERY_WARNINGS } from '@signalwright/query';
import { describe, expect, test } from 'vitest';
import { MANIFEST } from './test-manifest.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGES = join(ROOT, 'docs/lints');
const ALL_CODES = Object.keys(CODES) as DiagnosticCode[];

const BASES: Readonly<Record<SchemaName, string>> = {
  'default-rule': `kind: detection-rule
id: example
default: def-000-1e8
tests:
  - { name: a login is none, event: { '@evt.name': login }, matches: [] }
`,
  'detection-rule': `kind: detection-rule
id: example
name: Example
type: application_security
tags: [tactic:TA0006-credential-access]
queries:
  - name: failures
    query: '@evt.name:login_failed'
cases:
  - condition: failures > 5
    severity: high
    notifications: ['@slack-appsec']
sample: { '@http.client_ip': 203.0.113.7, '@usr.id': alice, '@userIdentity.arn': 'arn:alice' }
tests:
  - name: sixty are enough
    events: [{ repeat: 60, every: 1s, '@evt.name': login_failed }]
    signals: [{}]
  - name: one is not
    events: [{ '@evt.name': login_failed }]
    signals: []
`,
  'saved-view': `kind: saved-view
id: example
name: Example
owner: team-appsec
query: 'status:high'
`,
  suppression: `kind: suppression
id: example
name: Example
owner: team-appsec
reason: Our own scanner.
rules: [other-rule]
expires: 2027-01-01T00:00:00Z
suppressSignals: 'env:staging'
tests:
  - { name: hidden, at: 2026-01-01T00:00:00Z, signal: { env: staging }, hidden: true }
`,
  'notification-rule': `kind: notification-rule
id: example
name: Example
owner: team-appsec
selectors: { severities: [high] }
targets: ['@slack-appsec']
tests:
  - { name: somebody is told, signal: { severity: low }, targets: [] }
`,
  workflow: `kind: workflow
id: example
name: Example
owner: team-appsec
triggers: { security: {} }
steps:
  - id: note
    action: signalwright.signal.comment
    with: { signal: '{{ Source.securitySignal.id }}', comment: Seen }
tests:
  - { name: runs, state: open }
`,
  signalwright: "stack: example\nallow: { handles: ['@slack-appsec', '@webhook-identity'] }\n",
};

/** What Datadog wrote in the rule that examples tune. */
const PINNED = `kind: detection-rule
id: example
name: Many failed logins
type: application_security
queries: [{ name: failures, query: '@evt.name:login_failed' }]
cases:
  - { name: many, condition: failures > 100, severity: high }
  - { condition: failures > 5, severity: low }
`;

const COMPANIONS: ReadonlyMap<string, string> = new Map([
  [
    'rules/detection/other-rule.yaml',
    BASES['detection-rule']
      .replace('id: example', 'id: other-rule')
      .replace('name: Example', 'name: Other rule')
      .replace('failures > 5', 'failures > 50'),
  ],
  [
    'workflows/block-address.yaml',
    BASES.workflow
      .replace('id: example', 'id: block-address')
      .replace('name: Example', 'name: Block an address')
      .replace('steps:', 'inputs: { duration: { type: string } }\nsteps:')
      .replace('comment: Seen', "comment: '{{ Trigger.duration }}'"),
  ],
]);

interface Example {
  readonly code: DiagnosticCode;
  readonly verdict: 'good' | 'bad';
  readonly kind: SchemaName;
  readonly text: string;
}

function examplesOf(code: DiagnosticCode): readonly Example[] {
  const page = readFileSync(join(PAGES, `${code}.md`), 'utf8');
  return [...page.matchAll(/```yaml (good|bad) (\S+)\n(.*?)\n```/gs)].map((match) => ({
    code,
    verdict: match[1] as Example['verdict'],
    kind: match[2] as SchemaName,
    text: match[3] ?? '',
  }));
}

function load({ kind, text }: Pick<Example, 'kind' | 'text'>): readonly Diagnostic[] {
  const [fragment = '', ...others] = text.split(/^# file: /m);
  const folder =
    kind === 'signalwright' ? undefined : FOLDERS[kind === 'default-rule' ? 'detection-rule' : kind];
  const file = folder === undefined ? 'signalwright.yaml' : `${folder}/example.yaml`;
  // Examples of environments: our actions exist in the embedded org alone.
  const companions = [...COMPANIONS].filter(
    ([path]) => kind !== 'signalwright' || !path.startsWith('workflows/'),
  );
  const files = new Map([['signalwright.yaml', BASES.signalwright], ...companions]);
  if (kind === 'default-rule') files.set(file.replace('.yaml', '.upstream.yaml'), PINNED);
  if (fragment !== '' || others.length === 0) files.set(file, complete(fragment, BASES[kind]));
  for (const other of others) {
    const end = other.indexOf('\n');
    files.set(other.slice(0, end), other.slice(end + 1));
  }
  return loadFromFiles(files, { manifest: MANIFEST, everyEnvironment: true }).diagnostics;
}

/** Adds the keys of the base that the fragment does not write, in front of it. */
function complete(fragment: string, base: string): string {
  const parts = base.split(/^(?=\S)/m).filter((part) => {
    const key = /^(\S+):/.exec(part)?.[1];
    return !fragment.split('\n').some((line) => line.startsWith(`${key}:`));
  });
  return `${parts.join('')}${fragment}\n`;
}

test.each(ALL_CODES)('%s has a page', (code) => {
  const path = join(PAGES, `${code}.md`);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8').startsWith(`# ${code}\n`)).toBe(true);
});

test.each(ALL_CODES)(
  '%s: its page says what, why, what is bad, what is good, and how to turn it off',
  (code) => {
    const { severity, summary } = CODES[code];
    const [title, what, why = '', ...rest] = readFileSync(join(PAGES, `${code}.md`), 'utf8')
      .trim()
      .split('\n\n');
    expect([title, what]).toEqual([`# ${code}`, `${summary} (${severity})`]);
    expect(why).toMatch(/^(?!Bad|Good|```)[\w`"{].{15,}[.?:]$/s);
    const parts = rest
      .filter((part) => /^(?:Bad|Good|## )/.test(part))
      .map((part) => /^\w+|^## .*/.exec(part)?.[0]);
    expect(parts).toEqual(['Bad', 'Good', '## Turn it off']);
  },
);

test('no page is about a code that is gone', () => {
  const pages = readdirSync(PAGES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((area) =>
      readdirSync(join(PAGES, area.name)).map((name) => `${area.name}/${name.replace(/\.md$/, '')}`),
    );
  expect(pages.filter((page) => !ALL_CODES.includes(page as DiagnosticCode))).toEqual([]);
});

const EXAMPLES = ALL_CODES.flatMap(examplesOf);

describe('examples', () => {
  test.each(EXAMPLES.filter((each) => each.verdict === 'bad'))('$code: the bad example has it', (example) => {
    expect(load(example).map((each) => each.code)).toContain(example.code);
  });

  test.each(EXAMPLES.filter((each) => each.verdict === 'good'))(
    '$code: the good example is clean',
    (example) => {
      // Lints speak of what a fragment leaves out as well: an owner, a message, a test that fires.
      const found = load(example).filter(
        ({ code, range }) =>
          !code.startsWith('lint/') || (code === example.code && !COMPANIONS.has(range.file)),
      );
      expect(found).toEqual([]);
    },
  );
});

/** Too long for a page. */
const LONG: readonly [code: DiagnosticCode, kind: SchemaName, text: string][] = [
  ['query/too-long', 'saved-view', `query: '${'service:web '.repeat(11_000)}'`],
  [
    'file/more-problems',
    'saved-view',
    `tests:\n${Array.from({ length: 120 }, (_, index) => `  - { name: t${index}, signal: { rule: none }, shown: true }\n`).join('')}`,
  ],
  ['text/mixed-line-breaks', 'saved-view', "query: 'status:high'\r\n"],
  ['query/pattern-too-long', 'saved-view', `query: '@a:${'x'.repeat(2_000)}*'`],
  [
    'query/too-many-terms',
    'saved-view',
    `query: '${Array.from({ length: 5_000 }, () => 'a:1').join(' OR ')}'`,
  ],
  [
    'condition/too-long',
    'detection-rule',
    `cases:\n  - { severity: low, condition: '${'failures > 5 '.repeat(700)}' }`,
  ],
  [
    'condition/too-many-terms',
    'detection-rule',
    `cases:\n  - { severity: low, condition: '${Array.from({ length: 150 }, () => 'failures>5').join('||')}' }`,
  ],
  [
    'ignore/too-many',
    'saved-view',
    `${'# signalwright-ignore lint/no-tests: one of many\n'.repeat(201)}query: '*'`,
  ],
  ['template/too-long', 'detection-rule', `message: '${'é'.repeat(9_000)}'`],
  ['template/too-many-tags', 'detection-rule', `message: '${'{{@a}}'.repeat(600)}'`],
  ['expression/too-long', 'workflow', step('x'.repeat(66_000))],
  ['expression/too-many-parts', 'workflow', step('{{ WorkflowName }}'.repeat(260))],
  [
    'env/text-too-long',
    'signalwright',
    `environments: { local: { target: embedded, variables: { A: ${'a'.repeat(2_000)} } } }\n# file: views/a.yaml\nkind: saved-view\nid: a\nname: A\nquery: '${'${var.A}'.repeat(600)}'\n`,
  ],
  [
    'workflow/script-too-long',
    'workflow',
    `steps:\n  - id: sum\n    action: com.datadoghq.datatransformation.func\n    with: { script: 'return "${'x'.repeat(11_000)}"' }`,
  ],
  [
    'yaml/too-many-nodes',
    'detection-rule',
    `sample:\n${Array.from({ length: 10_001 }, (_, index) => `  k${index}: 1\n`).join('')}`,
  ],
];

function step(comment: string): string {
  return `steps:\n  - id: note\n    action: signalwright.signal.comment\n    with: { signal: x, comment: '${comment}' }`;
}

test.each(LONG)('%s is found in what is too long for a page', (code, kind, text) => {
  expect(load({ kind, text }).map((each) => each.code)).toContain(code);
});

/** About the disk: tried in packages/content/src/disk/read-tree.test.ts. */
const ON_DISK: readonly DiagnosticCode[] = [
  'file/unreadable',
  'file/too-large',
  'file/too-many',
  'file/outside-root',
  'file/not-a-file',
  'file/hard-link',
  'file/wrong-case',
  'file/not-read',
];

/** Of languages that are also read elsewhere; in a file the guard of the text refuses the character before them. */
const GUARDED: readonly DiagnosticCode[] = ['query/invalid-character', 'template/character'];

test('every code is seen by a test', async () => {
  const roots = readdirSync(join(ROOT, 'tests/bad-content/roots')).map(
    (name) => `tests/bad-content/roots/${name}`,
  );
  const results = await Promise.all(
    ['tests/bad-content', ...roots].map((root) =>
      loadWorkspace(join(ROOT, root), {
        manifest: MANIFEST,
        nowMs: Date.UTC(2026, 10, 27),
        everyEnvironment: true,
      }),
    ),
  );
  const seen = new Set<string>([
    ...results.flatMap(({ diagnostics }) => diagnostics.map((each) => each.code)),
    ...EXAMPLES.filter((each) => each.verdict === 'bad').map((each) => each.code),
    ...LONG.map(([code]) => code),
    ...ON_DISK,
    ...GUARDED,
  ]);
  expect(ALL_CODES.filter((code) => !seen.has(code))).toEqual([]);
});

test('every code of the query room is in the table', () => {
  const codes = [
    ...Object.keys({ ...QUERY_ERRORS, ...QUERY_WARNINGS }).map((code) => `query/${code}`),
    ...Object.keys(CONDITION_ERRORS).map((code) => `condition/${code}`),
  ];
  expect(codes.filter((code) => !Object.hasOwn(CODES, code))).toEqual([]);
});
