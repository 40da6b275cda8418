/**
 * Connections of actions as the API takes and answers them. This org reaches no integration through them, so it keeps no
 * secret at all: what cannot be read cannot be told. Source: recorded conversations and the schemas of the public API.
 */

import { isObject } from '../http/json-body.ts';
import { findLongTexts, LONG_TEXT } from './long-text.ts';

type Fields = Readonly<Record<string, unknown>>;

interface CredentialsForm {
  /** Each a text that is not empty. */
  readonly needs: readonly string[];
  readonly secrets: readonly string[];
  /** What may be left out. */
  readonly may?: readonly string[];
}

const token = (name: string): CredentialsForm => ({ needs: [name], secrets: [name] });

/** Integration, then kind of credentials. */
const FORMS: Readonly<Record<string, Readonly<Record<string, CredentialsForm>>>> = {
  AWS: { AWSAssumeRole: { needs: ['account_id', 'role'], secrets: [] } },
  Anthropic: { AnthropicAPIKey: token('api_token') },
  Asana: { AsanaAccessToken: token('access_token') },
  Azure: {
    AzureTenant: {
      needs: ['tenant_id', 'app_client_id', 'client_secret'],
      secrets: ['client_secret'],
      may: ['custom_scopes'],
    },
  },
  CircleCI: { CircleCIAPIKey: token('api_token') },
  Clickup: { ClickupAPIKey: token('api_token') },
  Cloudflare: {
    CloudflareAPIToken: token('api_token'),
    CloudflareGlobalAPIToken: { needs: ['auth_email', 'global_api_key'], secrets: ['global_api_key'] },
  },
  ConfigCat: {
    ConfigCatSDKKey: {
      needs: ['sdk_key', 'api_username', 'api_password'],
      secrets: ['sdk_key', 'api_password'],
    },
  },
  Datadog: {
    DatadogAPIKey: {
      needs: ['datacenter', 'api_key', 'app_key'],
      secrets: ['api_key', 'app_key'],
      may: ['subdomain'],
    },
  },
  Fastly: { FastlyAPIKey: token('api_key') },
  Freshservice: { FreshserviceAPIKey: { needs: ['domain', 'api_key'], secrets: ['api_key'] } },
  GCP: { GCPServiceAccount: { needs: ['service_account_email', 'private_key'], secrets: ['private_key'] } },
  Gemini: { GeminiAPIKey: token('api_key') },
  Gitlab: { GitlabAPIKey: token('api_token') },
  GreyNoise: { GreyNoiseAPIKey: token('api_key') },
  HTTP: {
    HTTPTokenAuth: { needs: [], secrets: [], may: ['body', 'headers', 'tokens', 'url_parameters'] },
  },
  LaunchDarkly: { LaunchDarklyAPIKey: token('api_token') },
  Notion: { NotionAPIKey: token('api_token') },
  Okta: { OktaAPIToken: { needs: ['domain', 'api_token'], secrets: ['api_token'] } },
  OpenAI: { OpenAIAPIKey: token('api_token') },
  ServiceNow: { ServiceNowBasicAuth: { needs: ['instance', 'username', 'password'], secrets: ['password'] } },
  Split: { SplitAPIKey: token('api_key') },
  Statsig: { StatsigAPIKey: token('api_key') },
  VirusTotal: { VirusTotalAPIKey: token('api_key') },
};

/** Datadog's own account, from which roles are assumed (recorded). */
const PRINCIPAL_ID = '464622532012';
/** Lists of named values in the credentials of HTTP, of which only tokens are secret. */
const NAMED_LISTS = ['tokens', 'headers', 'url_parameters'] as const;
/** Chosen: far more than a request can use. */
const MAX_NAMED_VALUES = 100;

export type ConnectionResult =
  | { readonly ok: true; readonly fields: Fields }
  /** In words of ours; what the service says of an account is in `accountRefusal`. */
  | { readonly ok: false; readonly reason: 'account_id' }
  | { readonly ok: false; readonly reason: 'invalid'; readonly detail: string };

/**
 * @param sent `data.attributes` of the request
 * @param before what is stored, when it is a change: what is not named stays
 * @param newExternalId drawn when the service has to name itself to AWS
 */
export function readConnection(
  sent: Fields,
  before: Fields | undefined,
  newExternalId: () => string,
): ConnectionResult {
  const [tooLong] = findLongTexts(sent);
  if (tooLong !== undefined) return invalid(tooLong, LONG_TEXT);
  const name = sent['name'] ?? before?.['name'];
  if (!isText(name)) return invalid('name', 'it must be a text that is not empty');
  const tags = sent['tags'] ?? before?.['tags'];
  if (tags !== undefined && !(Array.isArray(tags) && tags.every(isText))) {
    return invalid('tags', 'it must be a list of texts');
  }
  const integration = readIntegration(sent['integration'], asObject(before?.['integration']), newExternalId);
  if (!integration.ok) return integration;
  return { ok: true, fields: { name, integration: integration.fields, ...(tags !== undefined && { tags }) } };
}

function readIntegration(
  sent: unknown,
  before: Fields | undefined,
  newExternalId: () => string,
): ConnectionResult {
  if (sent === undefined && before !== undefined) return { ok: true, fields: before };
  if (!isObject(sent)) return invalid('integration', 'it must be an object');
  const type = sent['type'] ?? before?.['type'];
  const forms = typeof type === 'string' && Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  if (forms === undefined)
    return invalid('integration.type', `expected one of ${Object.keys(FORMS).join(', ')}`);
  if (before !== undefined && before['type'] !== type)
    return invalid('integration.type', 'it cannot be changed');
  const baseUrl = sent['base_url'] ?? before?.['base_url'];
  if (type === 'HTTP' && !isWebUrl(baseUrl))
    return invalid('integration.base_url', 'it must be an http or https URL');
  const known = asObject(before?.['credentials']);
  const credentials = readCredentials(sent['credentials'], known, forms);
  if (!credentials.ok) return credentials;
  const isRenewed = asObject(sent['credentials'])?.['generate_new_external_id'];
  if (isRenewed !== undefined && typeof isRenewed !== 'boolean') {
    return invalid('integration.credentials.generate_new_external_id', 'it must be true or false');
  }
  const extra = type === 'AWS' ? awsFields(asObject(sent['credentials']), known, newExternalId) : {};
  return {
    ok: true,
    fields: {
      type,
      ...(type === 'HTTP' && { base_url: baseUrl }),
      credentials: { ...credentials.fields, ...extra },
    },
  };
}

function readCredentials(
  sent: unknown,
  before: Fields | undefined,
  forms: Readonly<Record<string, CredentialsForm>>,
): ConnectionResult {
  if (sent === undefined && before !== undefined) return { ok: true, fields: before };
  const path = 'integration.credentials';
  if (!isObject(sent)) return invalid(path, 'it must be an object');
  const type = sent['type'] ?? before?.['type'];
  const form = typeof type === 'string' && Object.hasOwn(forms, type) ? forms[type] : undefined;
  if (form === undefined) return invalid(`${path}.type`, `expected ${Object.keys(forms).join(' or ')}`);
  const same = before?.['type'] === type ? before : undefined;
  const fields: Record<string, unknown> = { type };
  for (const key of form.needs) {
    const isSecret = form.secrets.includes(key);
    const value = sent[key] ?? same?.[key];
    if (!(isText(value) || (isSecret && sent[key] === undefined && same !== undefined))) {
      return invalid(`${path}.${key}`, 'it must be a text that is not empty');
    }
    fields[key] = isSecret ? '' : value;
  }
  if (type === 'AWSAssumeRole' && !/^\d{12}$/.test(String(fields['account_id']))) {
    return { ok: false, reason: 'account_id' };
  }
  for (const key of form.may ?? []) {
    const value = sent[key] ?? same?.[key];
    if (value === undefined) continue;
    if (type !== 'HTTPTokenAuth' && typeof value !== 'string') {
      return invalid(`${path}.${key}`, 'it must be a text');
    }
    fields[key] = value;
  }
  return type === 'HTTPTokenAuth' ? readHttp(fields, same) : { ok: true, fields };
}

/** Of lists, an entry replaces the one of its name; `deleted` takes it out. Values of tokens are not kept. */
function readHttp(fields: Fields, before: Fields | undefined): ConnectionResult {
  const read: Record<string, unknown> = { ...fields };
  for (const key of NAMED_LISTS) {
    const sent = fields[key];
    if (sent === undefined) continue;
    if (!Array.isArray(sent) || sent.length > MAX_NAMED_VALUES || !sent.every(isNamed)) {
      return invalid(
        `integration.credentials.${key}`,
        `it must be a list of at most ${MAX_NAMED_VALUES} named values`,
      );
    }
    const known: unknown = before?.[key];
    const merged = new Map(
      (Array.isArray(known) ? known.filter(isNamed) : []).map((each) => [each.name, each]),
    );
    for (const { deleted, ...each } of sent as readonly (Named & { readonly deleted?: unknown })[]) {
      if (deleted === true) merged.delete(each.name);
      else
        merged.set(
          each.name,
          key === 'tokens' ? { ...each, value: '' } : { ...merged.get(each.name), ...each },
        );
    }
    read[key] = [...merged.values()];
  }
  const { body } = read;
  if (body !== undefined && !isObject(body))
    return invalid('integration.credentials.body', 'it must be an object');
  return { ok: true, fields: read };
}

function awsFields(
  sent: Fields | undefined,
  before: Fields | undefined,
  newExternalId: () => string,
): Fields {
  const isNew = sent?.['generate_new_external_id'] === true || typeof before?.['external_id'] !== 'string';
  return {
    external_id: isNew ? newExternalId() : before['external_id'],
    principal_id: before?.['principal_id'] ?? PRINCIPAL_ID,
  };
}

interface Named {
  readonly name: string;
  readonly value?: unknown;
}

function isNamed(value: unknown): value is Named {
  return isObject(value) && isText(value['name']);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isWebUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function asObject(value: unknown): Fields | undefined {
  return isObject(value) ? value : undefined;
}

function invalid(field: string, message: string): ConnectionResult {
  return { ok: false, reason: 'invalid', detail: `data.attributes.${field}: ${message}` };
}
