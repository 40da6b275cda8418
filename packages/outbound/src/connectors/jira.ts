/**
 * An issue in Jira for each signal. Issues carry a label made of the signal's id: a repeated delivery finds the issue,
 * and a raise becomes a comment on it. Jira's search may be seconds behind: a delivery that is repeated sooner after an
 * unclear answer can make a second issue.
 * Source: Jira Cloud REST API v3 "Create issue", "Search for issues using JQL enhanced search", "Add comment";
 * "Atlassian Document Format".
 */

import { createHash } from 'node:crypto';

import { deliveryOutcome, type DeliveryOutcome } from '../delivery.ts';
import type { EgressBroker } from '../egress.ts';
import type { EgressOutcome } from '../outcome.ts';
import { Secret } from '../secret.ts';
import { clipped, headline, reasonText, type SignalMessage } from './message.ts';

const MAX_SUMMARY = 255;
const MAX_TEXT = 30_000;

export interface JiraConnector {
  readonly kind: 'jira';
  /** `https://acme.atlassian.net` */
  readonly site: string;
  /** Mail address of the account that the token is of. */
  readonly user: string;
  readonly token: Secret;
  /** Key of the project, such as `SEC`. */
  readonly project: string;
  /** @default Task */
  readonly issueType?: string;
}

export async function tellJira(
  connector: JiraConnector,
  message: SignalMessage,
  broker: EgressBroker,
  nowMs: number,
): Promise<DeliveryOutcome> {
  const ask = asking(connector, broker);
  const label = `signalwright-${createHash('sha256').update(message.signalId).digest('hex').slice(0, 20)}`;
  const jql = new URLSearchParams({ jql: `labels = "${label}"`, fields: 'summary', maxResults: '1' });
  const found = await ask('GET', `/rest/api/3/search/jql?${jql}`);
  const search = deliveryOutcome(found, nowMs);
  if (search.kind !== 'done') return search;
  const key = firstKey(found);
  if (key === undefined) {
    const created = await ask('POST', '/rest/api/3/issue', jiraIssue(connector, message, label));
    return deliveryOutcome(created, nowMs);
  }
  if (message.reason === 'opened') return search;
  const path = `/rest/api/3/issue/${encodeURIComponent(key)}/comment`;
  return deliveryOutcome(await ask('POST', path, { body: document([reasonText(message)]) }), nowMs);
}

type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<EgressOutcome>;

function asking({ site, user, token }: JiraConnector, broker: EgressBroker): Ask {
  const basic = Buffer.from(`${user}:${token.reveal()}`).toString('base64');
  const authorization = new Secret(`Basic ${basic}`, { name: token.name, hosts: [new URL(site).hostname] });
  return (method, path, body) =>
    broker.fetch({
      url: new URL(path, site).href,
      method,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      followRedirects: false,
    });
}

/** @returns undefined when nothing was found, or the answer is of another shape */
function firstKey(found: EgressOutcome): string | undefined {
  if (found.kind !== 'response') return undefined;
  try {
    const { issues } = JSON.parse(new TextDecoder().decode(found.response.body)) as { issues?: unknown };
    const [first] = Array.isArray(issues) ? (issues as readonly unknown[]) : [];
    const key = typeof first === 'object' && first !== null && 'key' in first ? first.key : undefined;
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

function jiraIssue(
  { project, issueType = 'Task' }: Pick<JiraConnector, 'project' | 'issueType'>,
  message: SignalMessage,
  label: string,
): unknown {
  const { text, facts, url } = message;
  const lines = [
    ...clipped(text, MAX_TEXT).split('\n'),
    ...facts.map(({ name, value }) => clipped(`${name}: ${value}`, MAX_SUMMARY)),
    reasonText(message),
  ];
  return {
    fields: {
      project: { key: project },
      issuetype: { name: issueType },
      summary: headline(message, MAX_SUMMARY),
      labels: ['signalwright', label],
      description: document(lines, url),
    },
  };
}

/** Text nodes only, which Jira shows as they are; an empty one is refused. */
function document(lines: readonly string[], url?: string): unknown {
  const paragraphs = lines
    .filter((line) => line.trim() !== '')
    .map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }));
  const link = { type: 'text', text: 'Open the signal', marks: [{ type: 'link', attrs: { href: url } }] };
  return {
    type: 'doc',
    version: 1,
    content: [...paragraphs, ...(url === undefined ? [] : [{ type: 'paragraph', content: [link] }])],
  };
}
