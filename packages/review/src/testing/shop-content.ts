/** A small repository of content for the tests of this room, as texts: each test lays its change over it. */

import { loadFromFiles, type Workspace } from '@signalwright/content';

export const SHOP: Readonly<Record<string, string>> = {
  'signalwright.yaml': `stack: shop
environments:
  local: { target: embedded }
neverBlock: [192.0.2.0/24]
allow:
  handles: ['@slack-appsec', '@pagerduty-identity']
`,
  'rules/detection/login-failures.yaml': `kind: detection-rule
id: login-failures
name: Many failed logins from one address
type: application_security
owner: team-identity
tags: [security:attack, tactic:TA0006-credential-access]

groupBy: [service, env, '@http.client_ip']
queries:
  - name: failures
    query: >-
      @appsec.security_activity:business_logic.users.login.failure
      @http.url_details.path:/login*

cases:
  - name: hammering
    condition: failures > 25
    severity: high
    notifications: ['@pagerduty-identity']

message: |
  {{@http.client_ip}} failed to log in to {{service}} again and again.

sample:
  service: shop
  env: prod
  '@http.client_ip': 203.0.113.9
  '@http.url_details.path': /login
  '@usr.id': alice
  '@appsec.security_activity': business_logic.users.login.failure

tests:
  - name: 30 failures in 4 minutes
    events:
      - { repeat: 30, every: 8s }
    signals:
      - { case: hammering, severity: high }
  - name: 25 is not more than 25
    events:
      - { repeat: 25, every: 8s }
    signals: []
`,
  'rules/detection/sqli-probe.yaml': `kind: detection-rule
id: sqli-probe
name: SQL injection attempts
type: application_security
owner: team-appsec
tags: [security:attack, tactic:TA0001-initial-access]

groupBy: [service, env, '@http.client_ip']
queries:
  - name: attempts
    query: '@appsec.security_activity:attack_attempt.sql_injection'

cases:
  - name: probing
    condition: attempts > 5
    severity: medium

message: '{{@http.client_ip}} tries SQL injection on {{service}}.'

sample:
  service: shop
  env: prod
  '@http.client_ip': 203.0.113.10
  '@appsec.security_activity': attack_attempt.sql_injection

tests:
  - name: six attempts
    events:
      - { repeat: 6, every: 1s }
    signals:
      - { case: probing, severity: medium }
  - name: five attempts are not more than five
    events:
      - { repeat: 5, every: 1s }
    signals: []
`,
  'rules/suppression/office-egress.yaml': `kind: suppression
id: office-egress
name: The office scans itself
owner: team-appsec
reason: The office gateway runs our own scanner, see SEC-1412.
rules: [sqli-probe]
expires: 2026-12-31T18:00:00Z
suppressSignals: '@http.client_ip:192.0.2.7 env:staging'

tests:
  - name: the scanner on staging is hidden
    at: 2026-11-10T12:00:00Z
    signal: { rule: sqli-probe, severity: medium, env: staging, '@http.client_ip': 192.0.2.7 }
    hidden: true
  - name: the scanner on production is not
    at: 2026-11-10T12:00:00Z
    signal: { rule: sqli-probe, severity: medium, env: prod, '@http.client_ip': 192.0.2.7 }
    hidden: false
`,
  'rules/notification/urgent.yaml': `kind: notification-rule
id: urgent
name: Urgent attacks in production
owner: team-appsec
selectors:
  severities: [critical, high]
  query: 'env:prod'
targets: ['@slack-appsec']

tests:
  - name: a high attack in production
    signal: { rule: login-failures, severity: high, service: shop, env: prod }
    targets: ['@slack-appsec']
  - name: medium does not
    signal: { rule: login-failures, severity: medium, service: shop, env: prod }
    targets: []
`,
  'views/open-attacks.yaml': `kind: saved-view
id: open-attacks
name: Open attacks
owner: team-appsec
query: '@workflow.triage.state:open'
tests:
  - name: shows an open signal
    signal: { severity: high, state: open }
    shown: true
  - name: hides an archived one
    signal: { severity: high, state: archived }
    shown: false
`,
};

/** An edit of one file: each `[from, to]` must be found. */
export type Edits = Readonly<
  Record<string, readonly (readonly [from: string, to: string])[] | string | null>
>;

/** The shop with files edited, replaced (a text) or removed (null). */
export function shopFiles(edits: Edits = {}): ReadonlyMap<string, string> {
  const files = new Map(Object.entries(SHOP));
  for (const [file, edit] of Object.entries(edits)) {
    if (edit === null) files.delete(file);
    else if (typeof edit === 'string') files.set(file, edit);
    else
      files.set(
        file,
        edit.reduce((text, [from, to]) => replaced(text, from, to), files.get(file) ?? ''),
      );
  }
  return files;
}

/** @throws when the content has errors, with all of them */
export function shop(edits: Edits = {}): Workspace {
  const { workspace, diagnostics } = loadFromFiles(shopFiles(edits));
  if (workspace !== undefined) return workspace;
  throw new Error(
    diagnostics.map(({ range, message }) => `${range.file}:${range.start.line} ${message}`).join('\n'),
  );
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`"${from}" is not in the file`);
  return text.replace(from, () => to);
}
