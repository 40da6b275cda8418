import { expect, test } from 'vitest';
import { loadFromFiles } from '../workspace.ts';

/** Text under the caret and the hint, for each warning about names and values. */
function warningsOf(
  key: 'suppressSignals' | 'excludeEvents' | 'ruleQuery',
  query: string,
): readonly string[] {
  const other = key === 'ruleQuery' ? "suppressSignals: 'env:staging'" : "ruleQuery: 'type:log_detection'";
  const line = `${key}: '${query}'`;
  const text = `kind: suppression\nid: a\nname: A\nreason: Ours.\nexpires: never\n${other}\n${line}\n`;
  const files = new Map([
    ['signalwright.yaml', 'stack: acme\n'],
    ['rules/suppression/a.yaml', text],
  ]);
  return loadFromFiles(files)
    .diagnostics.filter((each) => each.code.startsWith('search/'))
    .map(({ range, hint }) => `${line.slice(range.start.col - 1, range.end.col - 1)}: ${hint ?? ''}`);
}

const STATES = 'One of: open, under_review, archived.';

const ROWS: readonly [key: Parameters<typeof warningsOf>[0], query: string, warnings: readonly string[]][] = [
  ['suppressSignals', 'status:(high OR critical) @workflow.triage.state:open env:prod team:x', []],
  ['suppressSignals', '@http.client_ip:1.2.3.4 @anything.at.all:x signalwright:"acme/a"', []],
  ['suppressSignals', '@workflow.rule.type:"Log Detection" -@workflow.triage.assignee.name:dana', []],
  ['suppressSignals', 'status:hi*', []],
  ['suppressSignals', 'status:(hihg OR low)', ['hihg: Did you mean "high"?']],
  ['suppressSignals', '-status:HIGH', ['HIGH: Write it as high.']],
  ['suppressSignals', '@workflow.triage.state:opened', ['opened: Did you mean "open"?']],
  ['suppressSignals', '@workflow.triage.state:done', [`done: ${STATES}`]],
  [
    'suppressSignals',
    '@workflow.rule.type:log_detection',
    ['log_detection: Write it as "Log Detection", with the quotes.'],
  ],
  ['suppressSignals', 'severity:(high OR low)', ['severity: Write status: for its severity.']],
  ['suppressSignals', 'state:archived', ['state: Write @workflow.triage.state:']],
  ['suppressSignals', 'state:berlin', []],
  ['suppressSignals', 'ruleId:abc-def-ghi', ['ruleId: Write @workflow.rule.id:']],
  ['suppressSignals', '@workflow.rule.nam:x', ['@workflow.rule.nam: Did you mean "@workflow.rule.name"?']],
  [
    'suppressSignals',
    'workflow.rule.name:x',
    ['workflow.rule.name: Attributes start with @: @workflow.rule.name'],
  ],
  ['suppressSignals', 'servce:shop', ['servce: Did you mean "service"?']],
  ['excludeEvents', 'status:error @http.status_code:500 trace_id:1', []],
  [
    'excludeEvents',
    '@workflow.triage.state:open',
    ['@workflow.triage.state: Only signals have it: write it under suppressSignals.'],
  ],
  ['excludeEvents', 'severity:high', ['severity: Events have a status:, signals a severity.']],
  [
    'ruleQuery',
    'type:(log_detection OR application_security) source:cloudtrail ruleId:abc-def-ghi severity:low',
    [],
  ],
  ['ruleQuery', 'team:identity', []],
  ['ruleQuery', 'type:log-detection', ['log-detection: Write it as log_detection.']],
  ['ruleQuery', 'severity:urgent', ['urgent: One of: info, low, medium, high, critical.']],
  ['ruleQuery', 'status:high', ['status: Write severity:']],
  ['ruleQuery', 'ruleid:abc-def-ghi', ['ruleid: Did you mean "ruleId"?']],
  [
    'ruleQuery',
    '@http.client_ip:1.2.3.4',
    [
      '@http.client_ip: Its fields: type, ruleId, source, severity; any other bare name is a tag of the rule.',
    ],
  ],
];

test.each(ROWS)('%s: %s', (key, query, warnings) => {
  expect(warningsOf(key, query)).toEqual(warnings);
});
