/** Whatever is done to a good file, loading gives diagnostics inside the files, and never throws. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSource } from './format/format-source.ts';
import { renderDiagnostic } from './render-diagnostic.ts';
import { loadFromFiles } from './workspace.ts';

const FILES: ReadonlyMap<string, string> = new Map([
  [
    'signalwright.yaml',
    "stack: fuzz\nenvironments:\n  prod: { target: datadog, site: datadoghq.eu }\nneverBlock: [192.0.2.0/24]\nallow: { handles: ['@slack-*'] }\n",
  ],
  [
    'rules/detection/failures.yaml',
    `kind: detection-rule
id: failures
name: Failed logins of {{@usr.id}}
type: application_security
owner: team-identity
tags: [tactic:TA0006-credential-access]
groupBy: [service, '@http.client_ip']
queries:
  - name: failures
    query: >-
      @evt.name:login_failed
      @http.status_code:[400 TO 499] -(env:test OR "a b")
  - query: "@usr.id:\\"a\\\\\\"b\\" \\u0040x:1"
    cardinality: ['@usr.id']
cases:
  - condition: failures > 25 && (b >= 2 || failures > 100)
    severity: high
    notifications: ['@slack-appsec']
    actions: [{ block_ip: 1h }]
message: |
  {{#if @usr.id}}{{events_matched_per_query.failures}}{{/if}}
tests:
  - name: thirty
    events: [{ repeat: 30, every: 8s, '@usr.id': 'user-{n}' }]
    signals: [{ severity: high, group: { service: shop } }]
  - { name: none, event: {}, matches: [] }
`,
  ],
  [
    'rules/suppression/scan.yaml',
    `kind: suppression
id: scan
name: Scan
owner: team-appsec
reason: Ours.
rules: [failures]
expires: 2026-12-31T00:00:00Z
suppressSignals: 'env:staging'
tests: [{ name: hidden, at: 2026-01-01T00:00:00Z, signal: { severity: low }, hidden: true }]
`,
  ],
  [
    'rules/notification/urgent.yaml',
    `kind: notification-rule
id: urgent
name: Urgent
owner: team-appsec
selectors: { severities: [high] }
targets:
  - '@slack-appsec'
  - workflow: block
    with: { minutes: 5 }
tests: [{ name: told, signal: { rule: failures, severity: high }, targets: [workflow/block] }]
`,
  ],
  [
    'views/all.yaml',
    "kind: saved-view\nid: all\nname: All\nquery: 'status:high'\nanalytics: { groupBy: [service] }\n",
  ],
  [
    'workflows/block.yaml',
    `kind: workflow
id: block
name: Block
owner: team-appsec
triggers: { security: { rateLimit: { count: 20, per: 1h } } }
inputs:
  minutes: { type: number, default: 5 }
steps:
  - id: look
    action: com.datadoghq.x.look
    with: { ip: '{{ Source.securitySignal.id }}', past: '{{ Trigger.minutes }}' }
  - id: bad
    if: ['{{ Steps.look.verdict }}', eq, malicious]
  - id: block
    after: [bad.true, look.error]
    join: any
    action: com.datadoghq.x.block
tests: [{ name: runs, answers: { look: error }, path: [look.error, block] }]
`,
  ],
]);

const PIECES = [
  '',
  ' ',
  '\n',
  '  ',
  ':',
  ': ',
  '- ',
  '#',
  "'",
  '"',
  '[',
  ']',
  '{',
  '}',
  '{{',
  '}}',
  '@',
  '*',
  '&',
  '!',
  '|',
  '>',
  'null',
  '0',
  '-1',
  '1e999',
  'true',
  '[]',
  '{}',
  '~',
  '\\',
  '\u0000',
  '\u202e',
  '😀',
  'kind',
  'id: ',
  'x.y.z',
  '(',
];

const EDITS = fc.array(
  fc.record({
    file: fc.nat(FILES.size - 1),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(12),
    insert: fc.constantFrom(...PIECES),
  }),
  { minLength: 1, maxLength: 4 },
);

function edited(
  edits: readonly { file: number; at: number; remove: number; insert: string }[],
): Map<string, string> {
  const files = new Map(FILES);
  for (const { file, at, remove, insert } of edits) {
    const [name = '', text = ''] = [...files][file] ?? [];
    const offset = Math.floor(at * text.length);
    files.set(name, `${text.slice(0, offset)}${insert}${text.slice(offset + remove)}`);
  }
  return files;
}

test('the files are good before they are edited', () => {
  expect(loadFromFiles(FILES).diagnostics).toEqual([]);
});

test('loading never throws, and each diagnostic lies inside its file', () => {
  fc.assert(
    fc.property(EDITS, (edits) => {
      const files = edited(edits);
      const { workspace, diagnostics } = loadFromFiles(files);
      expect(workspace === undefined).toBe(diagnostics.some((each) => each.severity === 'error'));
      for (const each of diagnostics) {
        const lines = (files.get(each.range.file) ?? '').split('\n');
        for (const { line, col } of [each.range.start, each.range.end]) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(col).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
        expect(renderDiagnostic(each, files.get(each.range.file), { color: false, width: 80 })).not.toBe('');
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('formatting never throws, and what it formats loads as before', () => {
  fc.assert(
    fc.property(EDITS, (edits) => {
      const files = edited(edits);
      const before = loadFromFiles(files);
      for (const [file, text] of files) {
        const result = formatSource(file, text);
        if (result.ok) files.set(file, result.text);
      }
      const after = loadFromFiles(files);
      expect(after.workspace?.objects.map(({ object }) => object)).toEqual(
        before.workspace?.objects.map(({ object }) => object),
      );
    }),
    { numRuns: 80 },
  );
}, 60_000);
