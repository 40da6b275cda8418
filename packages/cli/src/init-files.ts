/** What `signalwright init` writes: a folder that passes `check` and `test` as it stands. */

import { FORMAT_VERSION } from '@signalwright/content';

export interface InitFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** @param stack names the owner of remote objects; an id of ours */
export function initFiles(stack: string): readonly InitFile[] {
  return [
    { path: 'signalwright.yaml', text: config(stack) },
    { path: 'rules/detection/login-hammering.yaml', text: RULE },
    { path: 'rules/notification/urgent.yaml', text: NOTIFICATION },
    { path: 'views/unassigned-urgent.yaml', text: VIEW },
  ];
}

function config(stack: string): string {
  return `# What holds for all content here. Credentials never stand in this file: keys come from the environment.
formatVersion: ${FORMAT_VERSION}
stack: ${stack}

environments:
  local: { target: embedded }

# Addresses that nothing may ever block: your offices, your health checks.
neverBlock: [192.0.2.0/24]
`;
}

const RULE = `kind: detection-rule
id: login-hammering
name: Many failed logins from one address
type: application_security
owner: security
tags: [security:attack, tactic:TA0006-credential-access, technique:T1110-brute-force]

groupBy: [service, env, '@http.client_ip']
queries:
  - name: failures
    query: '@appsec.security_activity:business_logic.users.login.failure'

# 25 in 5 minutes is more than the busiest office here ever made; measure yours and say so in this place.
cases:
  - name: hammering
    condition: failures > 25
    severity: medium

message: |
  {{@http.client_ip}} failed {{events_matched}} logins on {{service}}.

sample:
  service: shop
  env: prod
  '@http.client_ip': 203.0.113.7
  '@appsec.security_activity': business_logic.users.login.failure

tests:
  - name: 26 failures in under 5 minutes are hammering
    events:
      - { repeat: 26, every: 10s }
    signals:
      - { case: hammering, severity: medium, group: { '@http.client_ip': 203.0.113.7 } }

  - name: 25 are not
    events:
      - { repeat: 25, every: 10s }
    signals: []
`;

const NOTIFICATION = `kind: notification-rule
id: urgent
name: Urgent attacks in production
owner: security
selectors:
  severities: [critical, high]
  query: 'env:prod'
targets: ['@webhook-soc']

tests:
  - name: a high attack in production tells the desk
    signal: { severity: high, env: prod }
    targets: ['@webhook-soc']
  - name: the same in staging does not
    signal: { severity: high, env: staging }
    targets: []
`;

const VIEW = `kind: saved-view
id: unassigned-urgent
name: Unassigned, high and critical
owner: security
query: >-
  status:(high OR critical)
  @workflow.triage.state:open
  @workflow.triage.assignee.name:Unassigned

tests:
  - name: shows an open high signal that nobody took
    signal: { severity: high, state: open }
    shown: true
  - name: hides it once somebody did
    signal: { severity: high, state: open, assignee: dana }
    shown: false
`;
