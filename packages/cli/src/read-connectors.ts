/**
 * Where the handles of notifications lead when the embedded org tells them: `connectors.yaml` in the data folder. Secrets
 * stand in it by name and are read from the environment, so that the file may be shown to anybody.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { readYaml, renderDiagnostic, sourceText } from '@signalwright/content';
import { secretVariable } from '@signalwright/model';
import type { Connector } from '@signalwright/org';
import { mailAddressOf, Secret, type MailConnector } from '@signalwright/outbound';
import { environmentFailure, usageFailure, type CommandFailure } from './failure.ts';
import type { World } from './world.ts';
import { readSecret } from './read-secret.ts';

export const CONNECTORS_FILE = 'connectors.yaml';

/** The key of the mail server, which is no handle: it serves every address. */
const MAIL = 'mail';
const MAX_BYTES = 1024 * 1024;
const SECRET = 'secret://';
const PAGERDUTY_REGIONS: Readonly<Record<string, string>> = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
};
const HINTS: Readonly<Record<string, string>> = {
  [MAIL]:
    "mail: { server: smtps://smtp.acme.example, user: signals, password: secret://smtp, from: signals@acme.example, to: ['@acme.example'] }",
  slack: "'@slack-appsec': { slack: secret://slack-appsec }",
  teams: "'@teams-soc': { teams: secret://teams-soc }",
  pagerduty: "'@pagerduty-appsec': { pagerduty: secret://pagerduty, region: eu }",
  jira: "'@jira-sec': { jira: https://acme.atlassian.net, project: SEC, user: bot@acme.example, token: secret://jira }",
  webhook: "'@webhook-siem': { webhook: https://siem.example.com/in, signingSecret: secret://siem }",
};

/** Whom the org can tell. */
export interface Connectors {
  readonly handles: ReadonlyMap<string, Connector>;
  /** For handles that are addresses. */
  readonly mail?: MailConnector;
}

/**
 * @param path of the file; one that is not there holds no connector
 * @throws CommandFailure for what is no connector, and for a secret that is not set
 */
export function readConnectors(path: string, env: World['env']): Connectors {
  if (!existsSync(path)) return { handles: new Map() };
  if (statSync(path).size > MAX_BYTES) throw environmentFailure(`${path} is larger than ${MAX_BYTES} bytes.`);
  const text = readFileSync(path, 'utf8');
  const read = readYaml(sourceText(path, text));
  if (!read.ok) {
    const [first] = read.diagnostics;
    throw environmentFailure(
      first === undefined
        ? `${path} cannot be read.`
        : renderDiagnostic(first, text, { color: false, width: 100 }),
    );
  }
  const { [MAIL]: mail, ...handles } = read.data;
  const entryOf = (handle: string, written: unknown): Entry => new Entry(path, handle, written, env);
  return {
    handles: new Map(
      Object.entries(handles).map(([handle, written]) => [handle, entryOf(handle, written).read()]),
    ),
    ...(mail !== undefined && { mail: entryOf(MAIL, mail).readMail() }),
  };
}

/** One handle of the file. */
class Entry {
  readonly #where: string;
  readonly #handle: string;
  readonly #written: Readonly<Record<string, unknown>>;
  readonly #env: World['env'];

  constructor(path: string, handle: string, written: unknown, env: World['env']) {
    this.#where = path;
    this.#handle = handle;
    this.#env = env;
    if (typeof written !== 'object' || written === null || Array.isArray(written))
      throw this.#refusal('is no connector');
    this.#written = written as Readonly<Record<string, unknown>>;
  }

  read(): Connector {
    if (!/^@[\w.@-]+$/.test(this.#handle)) throw this.#refusal('is no handle: handles start with @');
    const kinds = Object.keys(HINTS).filter((kind) => kind !== MAIL && Object.hasOwn(this.#written, kind));
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1)
      throw this.#refusal('says not just one of slack, teams, pagerduty, jira and webhook');
    switch (kind) {
      case 'slack':
      case 'teams':
        this.#onlyKeys(kind);
        return { kind, url: this.#secretUrl(kind) };
      case 'pagerduty':
        this.#onlyKeys(kind, 'region');
        return { kind, routingKey: this.#secret(kind), url: this.#region() };
      case 'jira': {
        this.#onlyKeys(kind, 'project', 'user', 'token', 'issueType');
        const site = this.#url(kind);
        return {
          kind,
          site,
          project: this.#text('project'),
          user: this.#text('user'),
          token: this.#secret('token', [new URL(site).hostname]),
          ...(this.#written['issueType'] !== undefined && { issueType: this.#text('issueType') }),
        };
      }
      default:
        this.#onlyKeys('webhook', 'signingSecret');
        return {
          kind: 'webhook',
          url: this.#url('webhook'),
          ...(this.#written['signingSecret'] !== undefined && {
            signingSecret: this.#secret('signingSecret'),
          }),
        };
    }
  }

  readMail(): MailConnector {
    this.#onlyKeys('server', 'user', 'password', 'from', 'to');
    const server = this.#text('server');
    if (!URL.canParse(server) || !/^smtps?:$/.test(new URL(server).protocol))
      throw this.#refusal('has no smtps:// or smtp:// behind server:');
    const to = this.#written['to'];
    const isList = Array.isArray(to) && to.every((each) => typeof each === 'string' && each.includes('@'));
    if (!isList || to.length === 0) throw this.#refusal('does not say in to: who may be told');
    const from = this.#text('from');
    if (mailAddressOf(`@${from}`) === undefined) throw this.#refusal('has no address behind from:');
    const hasUser = this.#written['user'] !== undefined;
    return {
      server,
      from,
      to: to as readonly string[],
      ...(hasUser && { user: this.#text('user'), password: this.#secret('password') }),
    };
  }

  #onlyKeys(kind: string, ...others: readonly string[]): void {
    const unknown = Object.keys(this.#written).find((key) => key !== kind && !others.includes(key));
    if (unknown === undefined) return;
    throw this.#refusal(`has an unknown key "${unknown}"`, kind);
  }

  #region(): string {
    const written = this.#written['region'] ?? 'us';
    const url =
      typeof written === 'string' && Object.hasOwn(PAGERDUTY_REGIONS, written)
        ? PAGERDUTY_REGIONS[written]
        : undefined;
    if (url === undefined) throw this.#refusal('has a region that is neither us nor eu', 'pagerduty');
    return url;
  }

  #text(key: string): string {
    const value = this.#written[key];
    if (typeof value === 'string' && value !== '') return value;
    throw this.#refusal(`has no ${key}`);
  }

  #url(key: string): string {
    const text = this.#text(key);
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
    throw this.#refusal(`has no URL behind ${key}:`);
  }

  #secretUrl(key: string): Secret {
    const secret = this.#secret(key);
    if (URL.canParse(secret.reveal())) return secret;
    throw this.#refusal(`names ${secret.name}, which is no URL`);
  }

  #secret(key: string, hosts?: readonly string[]): Secret {
    const text = this.#text(key);
    if (!text.startsWith(SECRET) || text === SECRET)
      throw this.#refusal(`has its secret in clear behind ${key}: write secret://<name> there`);
    const variable = secretVariable(text.slice(SECRET.length));
    const value = readSecret(variable, this.#env);
    if (value === undefined) throw this.#refusal(`needs ${text}: set ${variable}`);
    return new Secret(value, { name: text, ...(hosts !== undefined && { hosts }) });
  }

  #refusal(what: string, kind?: string): CommandFailure {
    const known =
      kind ??
      Object.keys(HINTS).find((each) => each === this.#handle || Object.hasOwn(this.#written ?? {}, each));
    const hint = HINTS[known ?? 'slack'] ?? '';
    return usageFailure(`${this.#where}: ${this.#handle} ${what}.`, `Such as ${hint}`);
  }
}
