/**
 * `secret://name` in a payload: stands for a value that is put in where the payload is sent, and nowhere before: not in
 * a plan, a journal or a diff.
 */

import { secretVariable, type Payload } from '@signalwright/model';
import { isJsonObject } from './payload-reader.ts';

const PREFIX = 'secret://';
/** The one field that holds a secret. */
const FIELD = 'webhookSecret';
/** Source: `webhookSecret` of the workflows API. */
const MIN_CHARACTERS = 16;

export function encodeSecretName(name: string): string {
  return `${PREFIX}${name}`;
}

/** @returns undefined for everything else, a secret in clear for example */
export function decodeSecretName(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(PREFIX) ? value.slice(PREFIX.length) : undefined;
}

/** What a body holds in clear: it may come back in words about it. */
export function secretsIn(body: unknown): readonly string[] {
  const data = isJsonObject(body) ? body['data'] : undefined;
  const attributes = isJsonObject(data) ? data['attributes'] : undefined;
  const value = isJsonObject(attributes) ? attributes[FIELD] : undefined;
  return typeof value === 'string' && value !== '' && decodeSecretName(value) === undefined ? [value] : [];
}

export type SecretsPut =
  | { readonly ok: true; readonly body: Payload }
  /** A sentence; it names the secret and never its value. */
  | { readonly ok: false; readonly reason: string };

/** A secret by name: its value; undefined when there is none; or why it cannot be read, as a sentence without it. */
export type SecretLookup = (name: string) => string | undefined | { readonly problem: string };

/** The body of a create with its secret in clear, as it is sent. */
export function putSecrets(body: Payload, secret: SecretLookup): SecretsPut {
  const { data } = body;
  if (!isJsonObject(data) || !isJsonObject(data['attributes'])) return { ok: true, body };
  const { attributes } = data;
  const name = decodeSecretName(attributes[FIELD]);
  if (name === undefined) return { ok: true, body };
  const value = secret(name);
  if (typeof value === 'object') return { ok: false, reason: value.problem };
  if (value === undefined || value === '') {
    return { ok: false, reason: `There is no secret "${name}": set ${secretVariable(name)}.` };
  }
  if (value.length < MIN_CHARACTERS) {
    const reason = `The secret "${name}" is shorter than ${MIN_CHARACTERS} characters, which the service wants.`;
    return { ok: false, reason };
  }
  return { ok: true, body: { ...body, data: { ...data, attributes: { ...attributes, [FIELD]: value } } } };
}
