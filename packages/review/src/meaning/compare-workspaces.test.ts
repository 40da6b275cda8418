import { expect, describe, test } from 'vitest';
import { compileMatcher, parseQuery, type QueryDocument } from '@signalwright/query';
import { plainText } from '../phrase.ts';
import { SHOP, shop, type Edits } from '../testing/shop-content.ts';
import { becauseText } from './because.ts';
import { compareWorkspaces } from './compare-workspaces.ts';
import { compareQueryPair } from './compare-query.ts';
import type { MeaningReport, ObjectChange } from './report.ts';

const LOGIN = 'rules/detection/login-failures.yaml';
const SQLI = 'rules/detection/sqli-probe.yaml';
const OFFICE = 'rules/suppression/office-egress.yaml';
const URGENT = 'rules/notification/urgent.yaml';
const VIEW = 'views/open-attacks.yaml';
const CONFIG = 'signalwright.yaml';

const BASE = shop();

function report(edits: Edits): MeaningReport {
  return compareWorkspaces(BASE, shop(edits));
}

function only({ objects }: MeaningReport): ObjectChange {
  expect(objects).toHaveLength(1);
  return objects[0] as ObjectChange;
}

/** `⚠ headline`, the way it stands in a comment. */
function line(edits: Edits): string {
  const { symbol, headline } = only(report(edits));
  return `${symbol} ${plainText(headline)}`;
}

test('the same content means no change', () => {
  expect(report({})).toEqual({ objects: [], config: [], unchanged: 5 });
});

/** The queries that changed, each as `use label: verdict`. */
function verdicts(before: Edits, after: Edits): readonly string[] {
  const { objects } = compareWorkspaces(shop(before), shop(after));
  return objects.flatMap(({ queries }) =>
    queries.map(({ use, label, verdict }) => `${use}${label === undefined ? '' : ` ${label}`}: ${verdict}`),
  );
}

test('comments and layout mean no change', () => {
  const edits: Edits = {
    [LOGIN]: [
      ['groupBy:', '# why: see SEC-1\ngroupBy:'],
      ['query: >-\n', 'query: |-\n'],
    ],
    [VIEW]: [["query: '@workflow", "# a comment\nquery: '@workflow"]],
  };
  // The folded query became a literal one, whose line end is white space.
  const { objects } = report(edits);
  expect(objects.map(({ symbol, address }) => `${symbol} ${address}`)).toEqual([
    '= detection-rule/login-failures',
  ]);
  expect(objects[0]?.queries[0]).toMatchObject({
    verdict: 'EQUIVALENT',
    because: { replaced: [], edited: [], removed: [], added: [] },
  });
});

describe('queries of rules', () => {
  type Row = [title: string, from: string, to: string, line: string, because: object];
  const rows: Row[] = [
    [
      'a wildcard that goes narrows',
      'path:/login*',
      'path:/login',
      '▼ query failures narrows: fewer events match',
      { replaced: [{ before: '@http.url_details.path:/login*', after: '@http.url_details.path:/login' }] },
    ],
    [
      'a wildcard that grows widens',
      'path:/login*',
      'path:/log*',
      '▲ query failures widens: more events match',
      { replaced: [{ before: '@http.url_details.path:/login*', after: '@http.url_details.path:/log*' }] },
    ],
    [
      'another path is both',
      'path:/login*',
      'path:/signin*',
      '◆ query failures matches other events: some stop, some start',
      { replaced: [{ before: '@http.url_details.path:/login*', after: '@http.url_details.path:/signin*' }] },
    ],
    [
      'an exclusion narrows',
      'path:/login*',
      'path:/login* -@usr.id:healthcheck-*',
      '▼ query failures narrows: fewer events match',
      { added: ['-@usr.id:healthcheck-*'] },
    ],
    [
      'a clause that goes widens',
      '\n      @http.url_details.path:/login*',
      '',
      '▲ query failures widens: more events match',
      { removed: ['@http.url_details.path:/login*'] },
    ],
    [
      'a clause said twice means the same',
      'path:/login*',
      'path:/login* @http.url_details.path:/login*',
      '= query failures is written differently and matches the same events',
      {},
    ],
    [
      'one more alternative is named alone',
      'path:/login*',
      'path:(/login* OR /signin*)',
      '▲ query failures widens: more events match',
      {},
    ],
  ];
  test('of a long list only what joined and left is named', () => {
    const list = Array.from({ length: 200 }, (_, index) => `user-${index}`).join(' OR ');
    const before: Edits = { [LOGIN]: [['path:/login*', `path:/login* -@usr.id:(${list})`]] };
    const after: Edits = {
      [LOGIN]: [['path:/login*', `path:/login* -@usr.id:(${list.replace('user-7 ', 'admin ')})`]],
    };
    const [object] = compareWorkspaces(shop(before), shop(after)).objects;
    const because = object?.queries[0]?.because;
    expect(because).toEqual({
      replaced: [],
      edited: [{ list: '-@usr.id:(...)', removed: ['@usr.id:user-7'], added: ['@usr.id:admin'] }],
      removed: [],
      added: [],
      joinedBy: 'and',
    });
    expect(because && plainText(becauseText(because))).toBe(
      '@usr.id:user-7 was removed from -@usr.id:(...) and @usr.id:admin was added to -@usr.id:(...)',
    );
  });

  test.each(rows)('%s', (_title, from, to, expected, because) => {
    expect(line({ [LOGIN]: [[from, to]] })).toBe(expected);
    expect(only(report({ [LOGIN]: [[from, to]] })).queries[0]?.because).toMatchObject(because);
  });

  test('a witness looks like the sample of its rule, and turns on the changed clause', () => {
    const { noLongerMatches, newlyMatches } =
      only(report({ [LOGIN]: [['path:/login*', 'path:/login']] })).queries[0] ?? {};
    expect(newlyMatches).toBeUndefined();
    expect(noLongerMatches?.lines).toEqual(
      expect.arrayContaining([
        { path: 'service', value: 'shop', decides: false },
        { path: '@usr.id', value: 'alice', decides: false },
        { path: '@http.client_ip', value: '203.0.113.9', decides: false },
        { path: '@http.url_details.path', value: expect.stringMatching(/^\/login.+/), decides: true },
      ]),
    );
  });

  test('an event that a test wrote down is the witness where it is one', () => {
    const written: Edits[string] = [
      [
        '  - name: 25 is not more than 25',
        `  - name: a reset page counts too\n    event: { '@http.url_details.path': /login/reset }\n    matches: [failures]\n  - name: 25 is not more than 25`,
      ],
    ];
    const base = shop({ [LOGIN]: written });
    const head = shop({
      [LOGIN]: [...written, ['path:/login*', 'path:/login'], ['matches: [failures]', 'matches: []']],
    });
    const [change] = compareWorkspaces(base, head).objects;
    const decisive = change?.queries[0]?.noLongerMatches?.lines.filter(({ decides }) => decides);
    expect(decisive).toEqual([{ path: '@http.url_details.path', value: '/login/reset', decides: true }]);
  });

  test('a verdict that cannot be proved needs a person', () => {
    const change = compareQueryPair({
      use: 'rule-query',
      label: 'a',
      before: '#calc:1',
      after: '#calc:2',
      examples: [],
    });
    expect(change).toMatchObject({ verdict: 'UNKNOWN', weight: 'attention', reason: expect.any(String) });
    expect(change?.noLongerMatches).toBeUndefined();
  });
});

describe('other fields of rules', () => {
  type Row = [title: string, from: string, to: string, line: string];
  const rows: Row[] = [
    ['tags are metadata', '[security:attack, ', '[security:attack, team:red, ', '= metadata only (tags)'],
    ['a message is metadata', 'again and again', 'many times', '= metadata only (message)'],
    [
      'name and message are metadata',
      'name: Many failed logins from one address',
      'name: Failed logins',
      '= metadata only (name)',
    ],
    [
      'a threshold is named, and no more is claimed',
      'failures > 25',
      'failures > 50',
      '◆ case hammering is true when failures > 50, before when failures > 25',
    ],
    [
      'a severity that falls needs attention',
      'severity: high\n    notif',
      'severity: low\n    notif',
      '⚠ case hammering is only low, before high',
    ],
    [
      'a severity that rises',
      'severity: high\n    notif',
      'severity: critical\n    notif',
      '◆ case hammering is critical, before high',
    ],
    [
      'who is no longer told needs attention',
      "notifications: ['@pagerduty-identity']",
      'notifications: []',
      '⚠ case hammering no longer tells: @pagerduty-identity',
    ],
    [
      'a block needs attention',
      "notifications: ['@pagerduty-identity']",
      "notifications: ['@pagerduty-identity']\n    actions: [{ block_ip: 1h }]",
      '⚠ case hammering now does by itself: block_ip 1h',
    ],
    ['a window', 'cases:\n', 'evaluationWindow: 10m\ncases:\n', '◆ window 5m became 10m'],
    ['a keep-alive', 'cases:\n', 'keepAlive: 30m\ncases:\n', '◆ keep-alive 1h became 30m'],
    [
      'a group that goes',
      "groupBy: [service, env, '@http.client_ip']",
      "groupBy: [service, '@http.client_ip']",
      '◆ query failures is grouped by service and @http.client_ip, before by service, env and @http.client_ip',
    ],
    [
      'a rule that is switched off needs attention',
      'owner: team-identity',
      'owner: team-identity\nenabled: false',
      '⚠ is switched off',
    ],
    [
      'a rule that becomes a shadow needs attention',
      'owner: team-identity',
      'stage: shadow\nowner: team-identity',
      '⚠ is a shadow now: severity info, tells nobody, does nothing',
    ],
    [
      'another way of counting',
      '      @http.url_details.path:/login*\n',
      "      @http.url_details.path:/login*\n    cardinality: ['@usr.id']\n",
      '◆ query failures takes the number of different @usr.id, before the number of events',
    ],
    [
      'a new case',
      'cases:\n',
      'cases:\n  - { name: flood, condition: failures > 500, severity: critical }\n',
      '◆ new case flood: failures > 500 is critical',
    ],
  ];
  test.each(rows)('%s', (_title, from, to, expected) => {
    // A test may not expect a severity that its case never has; leaving it out is no news.
    const open = ['{ case: hammering, severity: high }', '{ case: hammering }'] as const;
    expect(line({ [LOGIN]: [[from, to], ...(from.startsWith('severity') ? [open] : [])] })).toBe(expected);
  });

  test('tests that go are said, tests that come are metadata', () => {
    const gone = only(
      report({
        [SQLI]: [
          [
            '  - name: five attempts are not more than five\n    events:\n      - { repeat: 5, every: 1s }\n    signals: []\n',
            '',
          ],
        ],
      }),
    );
    expect(plainText(gone.headline)).toBe('tests: 1 removed (five attempts are not more than five)');
    expect(gone.weight).toBe('notice');
  });
});

describe('suppressions', () => {
  type Row = [title: string, from: string, to: string, line: string];
  const rows: Row[] = [
    ['wider hides more', ' env:staging', '', '⚠ hides more: signals that were shown can be suppressed'],
    [
      'narrower hides less',
      ' env:staging',
      ' env:staging status:low',
      '▼ hides less: some signals are shown again',
    ],
    [
      'events as well',
      "suppressSignals: '",
      "excludeEvents: 'service:probe'\nsuppressSignals: '",
      '⚠ excludes more: events that counted no longer do',
    ],
    [
      'more rules',
      'rules: [sqli-probe]',
      'rules: [sqli-probe, login-failures]',
      '⚠ also applies to login-failures',
    ],
    [
      'longer',
      '2026-12-31',
      '2027-12-31',
      '⚠ hides for longer: until 2027-12-31 18:00 UTC, before until 2026-12-31 18:00 UTC',
    ],
    [
      'for ever',
      '2026-12-31T18:00:00Z',
      'never',
      '⚠ hides for longer: until no end, before until 2026-12-31 18:00 UTC',
    ],
    [
      'shorter',
      '2026-12-31',
      '2026-11-30',
      '◆ hides for less long: until 2026-11-30 18:00 UTC, before until 2026-12-31 18:00 UTC',
    ],
    ['the reason', 'SEC-1412', 'SEC-1500', '= metadata only (reason)'],
    [
      'rules by a query that finds the same ones',
      'rules: [sqli-probe]',
      "ruleQuery: 'ruleId:sqli-probe'",
      '◆ of the rules there are today it applies to the same',
    ],
  ];
  test.each(rows)('%s', (_title, from, to, expected) => {
    expect(line({ [OFFICE]: [[from, to]] })).toBe(expected);
  });

  test('a shadow that goes live says what begins, and a new one that it is a shadow', () => {
    const effects = [
      ['owner: team-identity', 'stage: shadow\nowner: team-identity'],
      ["['@pagerduty-identity']", "['@pagerduty-identity']\n    actions: [{ block_ip: 1h }]"],
    ] as const;
    const head = shop({ [LOGIN]: effects });
    const [live] = compareWorkspaces(head, shop({ [LOGIN]: [effects[1]] })).objects;
    expect(`${live?.symbol} ${plainText(live?.headline ?? [])}`).toBe(
      '⚠ goes live, no longer a shadow: high, tells @pagerduty-identity, does by itself block_ip 1h',
    );
    const text = (SHOP[LOGIN] ?? '').replace('id: login-failures', 'id: new\nstage: shadow');
    const [added] = compareWorkspaces(BASE, shop({ 'rules/detection/new.yaml': text })).objects;
    expect(`${added?.symbol} ${plainText(added?.headline ?? [])}`).toBe(
      '+ is new: a shadow, high once it is live',
    );
  });

  test('a new one shows what it hides, of which rules, and until when', () => {
    const { objects } = compareWorkspaces(shop({ [OFFICE]: null }), BASE);
    expect(objects[0]).toMatchObject({ what: 'added', symbol: '⚠', queries: [{ verdict: 'WIDENS' }] });
    expect(plainText(objects[0]?.headline ?? [])).toBe(
      'is new: applies to rules sqli-probe until 2026-12-31 18:00 UTC',
    );
    expect(objects[0]?.queries[0]?.newlyMatches?.lines).toContainEqual({
      path: '@http.client_ip',
      value: '192.0.2.7',
      decides: true,
    });
  });
});

describe('notification rules, views, configuration', () => {
  type Row = [title: string, edits: Edits, line: string];
  const rows: Row[] = [
    [
      'a selector that narrows',
      { [URGENT]: [["query: 'env:prod'", "query: 'env:prod -service:honeypot-*'"]] },
      '▼ narrows: fewer signals are told',
    ],
    ['a severity less', { [URGENT]: [['[critical, high]', '[critical]']] }, '⚠ no longer tells of high'],
    [
      'any severity',
      { [URGENT]: [['  severities: [critical, high]\n', '']] },
      '◆ tells of all severities now, before only of critical, high',
    ],
    [
      'somebody else is told',
      { [URGENT]: [["['@slack-appsec']\n\n", "['@slack-appsec', '@pagerduty-identity']\n\n"]] },
      '⚠ tells a new recipient: @pagerduty-identity',
    ],
    [
      'a view shows less',
      { [VIEW]: [['state:open', 'state:open status:high']] },
      '▼ narrows: shows fewer signals',
    ],
    [
      'columns of a view',
      { [VIEW]: [['owner: team-appsec', 'owner: team-appsec\ncolumns: [severity, title]']] },
      '= metadata only (columns)',
    ],
    [
      'a rule that goes',
      {
        [LOGIN]: null,
        [URGENT]: [
          ['rule: login-failures, severity: high', 'rule: sqli-probe, severity: high'],
          ['rule: login-failures, severity: medium', 'rule: sqli-probe, severity: medium'],
        ],
      },
      '⚠ is removed: what it detected is no longer detected',
    ],
  ];
  test.each(rows)('%s', (_title, edits, expected) => {
    const [first] = report(edits).objects;
    expect(`${first?.symbol} ${plainText(first?.headline ?? [])}`).toBe(expected);
  });

  test('a lint that is lowered needs attention, one that is raised is a notice', () => {
    const { config } = report({
      [CONFIG]: [['neverBlock:', 'lints: { lint/no-tests: off, lint/no-near-miss: error }\nneverBlock:']],
    });
    expect(config.map(({ weight, text }) => `${weight}: ${plainText(text)}`)).toEqual([
      'attention: findings of lint/no-tests count as off, no longer as warning',
      'notice: findings of lint/no-near-miss count as error, no longer as warning',
    ]);
  });

  test('a guard that is loosened needs attention', () => {
    const { config } = report({
      [CONFIG]: [
        ['neverBlock: [192.0.2.0/24]', 'neverBlock: []'],
        ["'@pagerduty-identity']", "'@pagerduty-identity', '@slack-*']"],
      ],
    });
    expect(config.map(({ weight, text }) => `${weight}: ${plainText(text)}`)).toEqual([
      'attention: may be blocked now: 192.0.2.0/24',
      'attention: rules may now notify @slack-*',
    ]);
  });

  test('what needs attention stands first, metadata last', () => {
    const { objects } = report({
      [SQLI]: [['[security:attack, ', '[security:attack, a:b, ']],
      [LOGIN]: [['path:/login*', 'path:/login']],
      [OFFICE]: [[' env:staging', '']],
      [VIEW]: [['state:open', 'state:(open OR under_review)']],
    });
    expect(objects.map(({ symbol, kind }) => `${symbol} ${kind}`)).toEqual([
      '⚠ suppression',
      '▼ detection-rule',
      '▲ saved-view',
      '= detection-rule',
    ]);
  });
});

test('every witness is matched by one side only, in both matchers', () => {
  const pairs: [string, string][] = [
    ['@a:x*', '@a:xy*'],
    ['@a:[1 TO 9]', '@a:[1 TO 5]'],
    ['env:(prod OR staging)', 'env:prod'],
    ['@a:1 @b:2', '@a:1'],
    ['-@a:x', '-@a:x -@b:y'],
    ['CIDR(@ip,192.0.2.0/24)', 'CIDR(@ip,192.0.2.0/25)'],
    ['hello', 'hello world'],
  ];
  const example: QueryDocument = {
    reserved: { service: 'shop', env: 'prod' },
    tags: [],
    attributes: { a: 'x1', ip: '192.0.2.3' },
    message: '',
  };
  for (const [before, after] of pairs) {
    const change = compareQueryPair({ use: 'rule-query', before, after, examples: [example] });
    expect(change?.verdict, `${before} -> ${after}`).not.toBe('UNKNOWN');
    expect(change?.reason).toBeUndefined();
    const [old, young] = [before, after].map((text) => {
      const parsed = parseQuery(text);
      if (!parsed.ok) throw new Error(text);
      return compileMatcher(parsed.query);
    });
    expect(old?.(example) === young?.(example) || change?.verdict !== 'EQUIVALENT').toBe(true);
  }
});

describe('every query of a rule', () => {
  const FILE = 'rules/detection/vendor.yaml';
  const VENDOR = `kind: detection-rule
id: vendor
name: Vendor findings
type: log_detection
owner: team-appsec
third_party:
  rootQueries:
    - { query: 'source:vendor', groupBy: ['@usr.id'] }
  cases:
    - { name: bad, query: '@vendor.level:>=8', severity: high }
    - { name: odd, query: '@vendor.level:>=5', severity: low }
  defaultSeverity: info
message: The vendor says so.
sample: { source: vendor, '@usr.id': alice, '@vendor.level': 9 }
tests:
  - name: a nine is bad
    event: {}
    matches: [bad, odd]
`;
  const ERRORS = `kind: detection-rule
id: errors
name: Errors of one user
type: log_detection
owner: team-appsec
groupBy: ['@usr.id']
filters:
  - { require: 'env:prod' }
  - { suppress: '@usr.id:healthcheck-*' }
queries:
  - { name: errors, query: '@http.status_code:[500 TO 599]' }
cases: [{ name: many, condition: errors > 5, severity: low }]
message: Errors.
sample: { env: prod, '@usr.id': alice, '@http.status_code': 503 }
tests:
  - name: one error counts
    event: {}
    matches: [errors]
`;
  type Row = [title: string, file: string, from: string, to: string, verdicts: string[]];
  const rows: Row[] = [
    ['a root query', VENDOR, 'source:vendor', 'source:(vendor OR vendor-eu)', ['root-query 1: WIDENS']],
    ['a case of a third party rule', VENDOR, '>=8', '>=9', ['case-query bad: NARROWS']],
    ['a filter that lets more through', ERRORS, 'env:prod', 'env:(prod OR test)', ['rule-filter: WIDENS']],
    ['a filter more', ERRORS, 'filters:', "filters:\n  - { suppress: 'env:prod' }", ['rule-filter: NARROWS']],
    [
      'filters in another order',
      ERRORS,
      "  - { require: 'env:prod' }\n  - { suppress: '@usr.id:healthcheck-*' }",
      "  - { suppress: '@usr.id:healthcheck-*' }\n  - { require: 'env:prod' }",
      ['rule-filter: EQUIVALENT'],
    ],
  ];
  test.each(rows)('%s', (_title, file, from, to, expected) => {
    expect(file).toContain(from);
    const tests = '    matches: []';
    const changed = file.replace(from, () => to).replace(/ {4}matches: \[.*\]/, tests);
    expect(verdicts({ [FILE]: file.replace(/ {4}matches: \[.*\]/, tests) }, { [FILE]: changed })).toEqual(
      expected,
    );
  });

  const UNNAMED = VENDOR.replaceAll(/ name: (?:bad|odd),/g, '').replace(
    / {4}matches: \[.*\]/,
    '    matches: []',
  );

  test('cases without a name are told apart', () => {
    expect(verdicts({ [FILE]: UNNAMED }, { [FILE]: `${UNNAMED}# a comment\n` })).toEqual([]);
    const changed = UNNAMED.replace('>=5', '>=6');
    expect(verdicts({ [FILE]: UNNAMED }, { [FILE]: changed })).toEqual(['case-query 2: NARROWS']);
  });

  test.each([
    [
      'root queries that come',
      "groupBy: ['@usr.id'] }",
      "groupBy: ['@usr.id'] }\n    - { query: 'source:other' }",
      ['also takes source:other'],
    ],
    ['a case that goes', /\n.*>=5.*/, '', ['cases that are gone: @vendor.level:>=5 (low)']],
    ['the severity of a case', 'severity: high', 'severity: medium', ['case 1 is only medium, before high']],
    [
      'the groups of a root query',
      "groupBy: ['@usr.id'] }",
      "groupBy: ['@usr.name'] }",
      ['root query 1 groups in another way'],
    ],
    [
      'the default severity',
      'defaultSeverity: info',
      'defaultSeverity: low',
      ['options of third_party changed'],
    ],
  ])('%s', (_title, from, to, expected) => {
    const changed = UNNAMED.replace(from, to);
    expect(changed).not.toBe(UNNAMED);
    const [object] = compareWorkspaces(shop({ [FILE]: UNNAMED }), shop({ [FILE]: changed })).objects;
    expect(object?.notes.map(({ text }) => plainText(text))).toEqual(expected);
  });

  test.each([
    [
      'groupSignalsBy',
      "groupBy: ['@usr.id']",
      "groupBy: ['@usr.id', service]\ngroupSignalsBy: [service]",
      'one signal for service now, before for each group of its queries',
    ],
    [
      'a data source',
      "query: '@http.status_code:[500 TO 599]'",
      "query: '@http.status_code:[500 TO 599]', dataSource: audit",
      'query errors reads audit, before logs',
    ],
    [
      'a reference table',
      'message: Errors.',
      'referenceTables:\n  - { tableName: vips, columnName: id, logFieldPath: usr.id, ruleQueryName: errors, checkPresence: false }\nmessage: Errors.',
      'only counts events with usr.id not in vips.id (query errors)',
    ],
    ['a remote id', 'type: log_detection', 'remoteId: abc-def-ghi\ntype: log_detection', 'remote id changed'],
  ])('%s is said', (_title, from, to, expected) => {
    const changed = ERRORS.replace(from, to);
    expect(changed).not.toBe(ERRORS);
    const [object] = compareWorkspaces(shop({ [FILE]: ERRORS }), shop({ [FILE]: changed })).objects;
    expect(object?.notes.map(({ text }) => plainText(text))).toContain(expected);
  });

  test('a query with another name is told from one that is gone', () => {
    const changed = ERRORS.replaceAll('errors', 'failures')
      .replace('[500 TO 599]', '[500 TO 598]')
      .replace('id: failures', 'id: errors');
    const [object] = compareWorkspaces(shop({ [FILE]: ERRORS }), shop({ [FILE]: changed })).objects;
    expect(object?.queries.map(({ label, verdict }) => [label, verdict])).toEqual([['failures', 'NARROWS']]);
    expect(object?.notes.map(({ text }) => plainText(text))).toContain('query errors is called failures now');
  });

  test('a verdict that takes an attribute to hold one value says so', () => {
    const changed = ERRORS.replace('[500 TO 599]', '>=500 -@http.status_code:>599').replace(
      'matches: [errors]',
      'matches: []',
    );
    const [object] = compareWorkspaces(shop({ [FILE]: ERRORS }), shop({ [FILE]: changed })).objects;
    expect(object?.queries).toMatchObject([{ verdict: 'EQUIVALENT', assumed: ['@http.status_code'] }]);
  });
});

describe('which rules a suppression applies to', () => {
  const NOISY = BASE_SUPPRESSION('type:application_security tactic:*');

  function BASE_SUPPRESSION(ruleQuery: string): string {
    return `kind: suppression
id: office-egress
name: The office scans itself
owner: team-appsec
reason: The office gateway runs our own scanner, see SEC-1412.
ruleQuery: '${ruleQuery}'
expires: 2026-12-31T18:00:00Z
suppressSignals: 'env:staging'
tests: []
`;
  }

  test('a query that finds more rules needs attention, with a rule that shows it', () => {
    const { objects } = compareWorkspaces(
      shop({ [OFFICE]: NOISY }),
      shop({ [OFFICE]: BASE_SUPPRESSION('type:application_security') }),
    );
    const [change] = objects[0]?.queries ?? [];
    expect(change).toMatchObject({ use: 'suppressed-rules', verdict: 'WIDENS', weight: 'attention' });
    expect(change?.newlyMatches?.lines).toContainEqual({
      path: 'type',
      value: 'application_security',
      decides: false,
    });
    expect(change?.newlyMatches?.lines).toContainEqual({ path: 'tactic', decides: true });
  });

  test('ids that became a query are compared with it', () => {
    expect(
      verdicts(
        {},
        { [OFFICE]: [['rules: [sqli-probe]', "ruleQuery: 'ruleId:(sqli-probe OR login-failures)'"]] },
      ),
    ).toEqual(['suppressed-rules: WIDENS']);
    expect(verdicts({}, { [OFFICE]: [['rules: [sqli-probe]', "ruleQuery: 'ruleId:sqli-probe'"]] })).toEqual(
      [],
    );
  });
});

describe('a rule whose tags others look at', () => {
  const TAGS = 'tags: [security:attack, tactic:TA0006-credential-access]';
  const asks = (query: string): Edits => ({ [URGENT]: [["query: 'env:prod'", `query: '${query}'`]] });
  const hides = (query: string): Edits => ({ [OFFICE]: [['rules: [sqli-probe]', `ruleQuery: '${query}'`]] });
  const retagged = (base: Edits, tags: string): string => {
    const change = only(compareWorkspaces(shop(base), shop({ ...base, [LOGIN]: [[TAGS, `tags: ${tags}`]] })));
    return `${change.symbol} ${plainText(change.headline)}`;
  };

  test('may lose those who are told, whatever else they ask for', () => {
    expect(retagged(asks('env:elsewhere tactic:TA0006*'), '[security:attack]')).toBe(
      '⚠ what notification-rule/urgent asks for changed: it may tell of it or not',
    );
    expect(retagged(asks('-noise:yes'), '[security:attack, noise:yes]')).toContain('⚠ what notification');
  });

  test('may come under a suppression, or out of it', () => {
    expect(retagged(hides('noise:yes'), '[security:attack, noise:yes]')).toBe(
      '⚠ suppression/office-egress applies to it now',
    );
    expect(retagged(hides('tactic:TA0006*'), '[security:attack]')).toBe(
      '◆ suppression/office-egress no longer applies to it',
    );
  });

  test('may be hidden by what a suppression of it asks for', () => {
    const hidesSignals = (rules: string): Edits => ({
      [OFFICE]: [
        ['rules: [sqli-probe]', `rules: [${rules}]`],
        ["'@http.client_ip:192.0.2.7 env:staging'", "'env:staging noise:yes'"],
      ],
    });
    expect(retagged(hidesSignals('login-failures'), '[security:attack, noise:yes]')).toBe(
      '⚠ what suppression/office-egress asks for changed: it may hide it or not',
    );
    expect(retagged(hidesSignals('login-failures'), '[security:attack]')).toBe('= metadata only (tags)');
    expect(retagged(hidesSignals('sqli-probe'), '[security:attack, noise:yes]')).toBe(
      '= metadata only (tags)',
    );
  });

  test('is metadata where nobody looks at them', () => {
    expect(retagged({}, '[security:attack]')).toBe('= metadata only (tags)');
    expect(retagged(asks('security:attack'), '[security:attack]')).toBe('= metadata only (tags)');
  });
});
