/** What environments make of content: variables, overrides, and where what is wrong with them is shown. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '@signalwright/model';
import { stringify } from 'yaml';
import { escapeVariables } from './expand-variables.ts';
import { loadFromFiles, type LoadOptions, type LoadResult } from '../workspace.ts';

const CONFIG = `stack: acme
environments:
  local:
    target: embedded
    variables: { CHANNEL: appsec-test, LIMIT: 3, LOUD: false, CLAUSE: 'team:(a OR b)' }
  prod:
    target: datadog
    site: datadoghq.eu
    variables: { CHANNEL: appsec, LIMIT: 5, LOUD: true, CLAUSE: 'status:hihg' }
    overrides:
      notification-rule/urgent:
        targets: ['@pagerduty-appsec']
        selectors: { severities: [critical] }
`;

const URGENT = `kind: notification-rule
id: urgent
name: Urgent
selectors: { severities: [critical, high], query: 'env:prod' }
targets: ['@slack-appsec']
tests:
  - { name: told, signal: { severity: high, env: prod }, targets: ['@slack-appsec'] }
`;

const BASE = { 'signalwright.yaml': CONFIG, 'rules/notification/urgent.yaml': URGENT };

function load(files: Readonly<Record<string, string>>, options: LoadOptions = {}): LoadResult {
  const loaded = loadFromFiles(new Map([...Object.entries(BASE), ...Object.entries(files)]), options);
  // Advice about this content is not what these tests are about.
  return { ...loaded, diagnostics: loaded.diagnostics.filter(({ code }) => !code.startsWith('lint/')) };
}

function view(body: string): Readonly<Record<string, string>> {
  return { 'views/a.yaml': `kind: saved-view\nid: a\nname: A\n${body}\n` };
}

/** `line:col-col code`, with the text that the caret stands under. */
function places(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>): readonly string[] {
  return diagnostics.map(({ code, range }) => {
    const line = sources.get(range.file)?.split('\n')[range.start.line - 1] ?? '';
    const end = range.end.line === range.start.line ? range.end.col - 1 : line.length;
    return `${range.start.line}:${range.start.col} ${code} «${line.slice(range.start.col - 1, end)}»`;
  });
}

describe('variables', () => {
  test.each([
    ['local', 'team:appsec-test x', 3],
    ['prod', 'team:appsec x', 5],
    ['nowhere', 'team:appsec-test x', 3],
  ])('in %s the query is "%s"', (environment, query, limit) => {
    const files = view(
      "query: 'team:${var.CHANNEL} x'\nanalytics: { limit: '${var.LIMIT}', groupBy: [service] }",
    );
    const { workspace, diagnostics } = load(files, { environment });
    expect(diagnostics).toEqual([]);
    expect(workspace?.get('saved-view/a')?.object).toMatchObject({
      query,
      analytics: { groupBy: [{ path: 'service', limit }] },
    });
    expect(workspace?.environment).toBe(environment === 'prod' ? 'prod' : 'local');
  });

  test('a text that is one variable keeps its type, and is a text inside of another', () => {
    const { workspace } = load({
      ...view("query: '*'\ntimeline: ${var.LOUD}"),
      'views/b.yaml': "kind: saved-view\nid: b\nname: B\nquery: 'loud:${var.LOUD}'\n",
    });
    expect(workspace?.get('saved-view/a')?.object).toMatchObject({ timeline: false });
    expect(workspace?.get('saved-view/b')?.object).toMatchObject({ query: 'loud:false' });
  });

  test.each([
    ['twice the dollar is the text itself', '\'"$${var.CHANNEL}"\'', '"${var.CHANNEL}"'],
    [
      'what workflows and attackers write is left alone',
      '\'"${jndi:ldap://x} ${variable} ${var}"\'',
      '"${jndi:ldap://x} ${variable} ${var}"',
    ],
    ['a variable is not read again', "'${var.CHANNEL}${var.CHANNEL}'", 'appsec-testappsec-test'],
  ])('%s', (_what, written, query) => {
    const { workspace, diagnostics } = load(view(`query: ${written}`));
    expect(diagnostics).toEqual([]);
    expect(workspace?.get('saved-view/a')?.object).toMatchObject({ query });
  });

  test('any text can be written so that it is taken as it is', () => {
    const piece = fc.constantFrom('$', '{', '}', '${', '${var.', '${ var.', 'A', 'CHANNEL', '\n', '"');
    const property = fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
      const text = `x${pieces.join('')}x`;
      const { workspace } = load({
        'views/a.yaml': stringify({ kind: 'saved-view', id: 'a', name: escapeVariables(text), query: '*' }),
      });
      expect(workspace?.get('saved-view/a')?.object.name).toBe(text);
    });
    fc.assert(property, { numRuns: 300 });
  });

  const PLACES: readonly [what: string, body: string, found: readonly string[]][] = [
    [
      'behind a variable, in quotes',
      "query: '${var.CHANNEL} status:hihg'",
      ['4:31 search/unknown-value «hihg»'],
    ],
    ['before a variable', "query: 'status:hihg ${var.CHANNEL}'", ['4:16 search/unknown-value «hihg»']],
    [
      'between two',
      "query: '${var.CLAUSE} status:hihg ${var.CLAUSE} (x'",
      ['4:49 query/unbalanced-parenthesis «(»'],
    ],
    [
      'in a folded block',
      'query: >-\n  ${var.CLAUSE}\n  status:hihg\n  ${var.CHANNEL} status:lwo',
      ['6:10 search/unknown-value «hihg»', '7:25 search/unknown-value «lwo»'],
    ],
    ['in a literal block', 'query: |-\n  ${var.CLAUSE}\n  status:hihg', ['6:10 search/unknown-value «hihg»']],
    [
      'behind an escape',
      'query: "\\u0073ervice:a ${var.CHANNEL} status:hihg"',
      ['4:46 search/unknown-value «hihg»'],
    ],
    ['behind a doubled dollar', 'query: \'"$${var.A}" status:hihg\'', ['4:28 search/unknown-value «hihg»']],
  ];

  test.each(PLACES)('a mistake %s is shown where it is written', (_what, body, found) => {
    const { diagnostics, sources } = load(view(body));
    expect(places(diagnostics, sources)).toEqual(found);
  });

  test('a mistake inside of a variable is shown as the variable', () => {
    const { diagnostics, sources } = load(view("query: 'env:a ${var.CLAUSE} b'"), { environment: 'prod' });
    expect(places(diagnostics, sources)).toEqual(['4:15 search/unknown-value «${var.CLAUSE}»']);
  });
});

describe('overrides', () => {
  test('maps merge, lists and values replace, and tests of the file stay with what they are about', () => {
    const [local, prod] = ['local', 'prod'].map((environment) => {
      const { workspace, diagnostics } = load({}, { environment });
      expect(diagnostics).toEqual([]);
      return workspace?.get('notification-rule/urgent');
    });
    expect(local?.object).toMatchObject({
      selectors: { severities: ['critical', 'high'], query: 'env:prod' },
    });
    expect(local?.tests).toHaveLength(1);
    expect(prod?.object).toMatchObject({
      name: 'Urgent',
      selectors: { severities: ['critical'], query: 'env:prod' },
      targets: [{ kind: 'handle', handle: '@pagerduty-appsec' }],
    });
    expect(prod?.tests).toEqual([]);
  });

  test('places are those of the file for what it says, and of signalwright.yaml for the rest', () => {
    const { workspace } = load({}, { environment: 'prod' });
    const origin = workspace?.get('notification-rule/urgent')?.origin;
    const at = (...path: (string | number)[]): string => {
      const range = origin?.rangeOf(path);
      return `${range?.file}:${range?.start.line}:${range?.start.col}`;
    };
    expect(at('targets')).toBe('signalwright.yaml:12:18');
    expect(at('targets', 0)).toBe('signalwright.yaml:12:19');
    expect(at('selectors', 'severities', 0)).toBe('signalwright.yaml:13:35');
    expect(at('selectors', 'query')).toBe('rules/notification/urgent.yaml:4:51');
    expect(at('selectors')).toBe('rules/notification/urgent.yaml:4:12');
    expect(at('name')).toBe('rules/notification/urgent.yaml:3:7');
  });

  const WRONG: readonly [what: string, override: string, found: readonly string[]][] = [
    ['an unknown key', '{ tragets: [] }', ['6:37 schema/unknown-key «tragets»']],
    ['a wrong value', '{ selectors: { severities: [urgent] } }', ['6:63 schema/not-allowed «urgent»']],
    ['a query', "{ selectors: { query: 'env:(a' } }", ['6:62 query/unbalanced-parenthesis «(»']],
    ['a key that the file does not have', '{ routing: { mode: auto } }', ['6:54 schema/not-allowed «auto»']],
    [
      'its own tests',
      '{ tests: [{ name: a, signal: { rule: no }, targets: [] }] }',
      ['6:72 link/unknown-rule «no»'],
    ],
    ['an identity', '{ id: b }', ['6:37 env/override-of-identity «id»']],
    ['no key', '{}', ['6:35 schema/wrong-count «{}»']],
  ];

  test.each(WRONG)('%s is found in signalwright.yaml', (_what, override, found) => {
    const config = `stack: acme\nenvironments:\n  local:\n    target: embedded\n    overrides:\n      notification-rule/urgent:   ${override}\n`;
    const { diagnostics, sources } = load({ 'signalwright.yaml': config });
    expect(places(diagnostics, sources)).toEqual(found);
  });
});

describe('every environment', () => {
  test('is checked at once; what holds in one alone says so', () => {
    const files = {
      ...view("query: 'env:a ${var.CLAUSE} ${var.CHANNEL}'"),
      'views/b.yaml': "kind: saved-view\nid: b\nname: B\nquery: 'status:hihg'\n",
    };
    const messages = (options: LoadOptions): readonly string[] =>
      load(files, options).diagnostics.map((each) => each.message);
    expect(messages({ everyEnvironment: true })).toEqual([
      '"status" is never "hihg". (in prod)',
      '"status" is never "hihg".',
    ]);
    expect(messages({})).toEqual(['"status" is never "hihg".']);
  });

  test('an error of another environment keeps the workspace from being given', () => {
    const files = view("query: 'a'\ntimeline: ${var.ONLY_LOCAL}");
    const config = CONFIG.replace('LIMIT: 3', 'ONLY_LOCAL: true, LIMIT: 3');
    const all = { ...files, 'signalwright.yaml': config };
    expect(load(all).workspace?.environment).toBe('local');
    const { workspace, diagnostics } = load(all, { everyEnvironment: true });
    expect(workspace).toBeUndefined();
    expect(diagnostics.map(({ message, hint }) => [message, hint])).toEqual([
      [
        'The variable "ONLY_LOCAL" is not defined in prod.',
        'Define it there too: environments.prod.variables; it is defined in local.',
      ],
    ]);
    const alone = load(all, { environment: 'prod' }).diagnostics;
    expect(alone.map(({ message }) => message)).toEqual([
      'The variable "ONLY_LOCAL" is not defined in prod.',
    ]);
  });

  test('a variable that several lack is said once', () => {
    const others = ['a', 'b', 'c'].map((name) => `  ${name}: { target: embedded }\n`).join('');
    const config = `stack: acme\nenvironments:\n  local: { target: embedded, variables: { TEXT: x } }\n${others}`;
    const all = { ...view("query: '${var.TEXT}'"), 'signalwright.yaml': config };
    const { diagnostics } = load(all, { everyEnvironment: true });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'The variable "TEXT" is not defined in a, b, c.',
    ]);
  });
});

describe('a rule that others own', () => {
  const TUNED = `kind: detection-rule
id: scan
default: def-000-1e8
queryExtension: '-@http.user_agent:acme/*'
tests:
  - { name: our probe is left out, event: { '@http.user_agent': acme/2 }, matches: [] }
`;
  const BODY = `kind: detection-rule
id: scan
name: Scan
type: application_security
queries: [{ name: errors, query: '@http.status_code:405' }]
cases: [{ condition: errors > 5, severity: low }]
message: Somebody scans.
`;
  const files = { 'rules/detection/scan.yaml': TUNED, 'rules/detection/scan.upstream.yaml': BODY };

  function config(override: string): Readonly<Record<string, string>> {
    const environments = `local: { target: embedded }\n  prod: { target: datadog, site: datadoghq.eu, overrides: { detection-rule/scan: ${override} } }`;
    return { 'signalwright.yaml': `stack: acme\nenvironments:\n  ${environments}\n` };
  }

  test('is tuned in one environment otherwise, on the one body', () => {
    const all = { ...files, ...config("{ queryExtension: '-service:probe' }") };
    const extensions = ['local', 'prod'].map((environment) => {
      const { workspace, diagnostics } = load(all, { environment, everyEnvironment: true });
      expect(diagnostics).toEqual([]);
      const object = workspace?.get('detection-rule/scan')?.object;
      return object !== undefined && 'queries' in object ? object.queries : undefined;
    });
    expect(extensions).toMatchObject([
      [{ customQueryExtension: '-@http.user_agent:acme/*' }],
      [{ customQueryExtension: '-service:probe' }],
    ]);
  });

  test('takes from an override only what it may be tuned in', () => {
    const all = { ...files, ...config('{ groupBy: [service] }') };
    const { diagnostics, sources } = load(all, { everyEnvironment: true });
    expect(places(diagnostics, sources)).toEqual(['4:84 schema/unknown-key «groupBy»']);
  });

  test('has its body read once: what is wrong with that holds everywhere', () => {
    const broken = { 'rules/detection/scan.upstream.yaml': BODY.replace('severity: low', 'severity: lwo') };
    const all = { ...files, ...broken, ...config('{ enabled: false }') };
    const { diagnostics } = load(all, { everyEnvironment: true });
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['schema/not-allowed', '"lwo" is not a value of "severity".'],
    ]);
  });
});
