/**
 * A signed statement in a file: a DSSE envelope in a sigstore bundle, with an ed25519 key of our own and no log of the
 * world. There is one spelling of each bundle, and only that one is read: what was added, doubled or written in another
 * way is refused before the signature is looked at.
 * Source: DSSE protocol v1 (pre-authentication encoding); sigstore bundle v0.3.
 */

import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson, sha256Hex } from '@signalwright/store';
import { isHistoryStatement, type HistoryStatement } from './statement.ts';

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const SIGNATURE_BYTES = 64;
/** Larger bundles are neither written nor read. Chosen: about 100,000 changed objects. */
export const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

export type SignedBundle =
  | { readonly ok: true; readonly text: string; readonly hint: string }
  | { readonly ok: false; readonly reason: string };

/** @param key private, ed25519 */
export function signBundle(statement: HistoryStatement, key: KeyObject): SignedBundle {
  if (key.asymmetricKeyType !== 'ed25519') return refuse('The key is not of the kind ed25519.');
  const payload = Buffer.from(canonicalJson(statement));
  const hint = keyHint(createPublicKey(key));
  const text = printBundle(payload, sign(null, authenticated(payload), key), hint);
  return text.length > MAX_BUNDLE_BYTES
    ? refuse(`The bundle would have more than ${MAX_BUNDLE_BYTES} bytes.`)
    : { ok: true, text, hint };
}

export type OpenedBundle =
  | { readonly ok: true; readonly statement: HistoryStatement; readonly hint: string }
  | { readonly ok: false; readonly reason: string };

/** @param key public, ed25519. @returns the statement when all of the file is as it was signed */
export function openBundle(text: string, key: KeyObject): OpenedBundle {
  if (key.asymmetricKeyType !== 'ed25519') return refuse('The key is not of the kind ed25519.');
  if (text.length > MAX_BUNDLE_BYTES) return refuse(`It has more than ${MAX_BUNDLE_BYTES} bytes.`);
  const hint = keyHint(key);
  const parts = readParts(text);
  if (parts === undefined) return refuse('It is not a bundle.');
  const { payload, signature, hint: said } = parts;
  if (said !== hint) return refuse('It was signed with another key.');
  if (printBundle(payload, signature, hint) !== text) return refuse('It is not spelled as it was written.');
  if (signature.length !== SIGNATURE_BYTES || !verify(null, authenticated(payload), key, signature)) {
    return refuse('Its signature does not fit.');
  }
  const statement = readStatement(payload);
  return statement === undefined
    ? refuse('It is signed, but says nothing that this version knows.')
    : { ok: true, statement, hint };
}

/** SHA-256 of the public key in DER: tells keys apart, and is no secret. @param key public */
function keyHint(key: KeyObject): string {
  return Buffer.from(sha256Hex(key.export({ type: 'spki', format: 'der' })), 'hex').toString('base64');
}

/** What is signed. */
function authenticated(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `),
    payload,
  ]);
}

function printBundle(payload: Buffer, signature: Buffer, hint: string): string {
  return `${canonicalJson({
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: signature.toString('base64') }],
    },
  })}\n`;
}

interface Parts {
  readonly payload: Buffer;
  readonly signature: Buffer;
  readonly hint: string;
}

/** What makes a bundle; all else is held against the one spelling that they have. */
function readParts(text: string): Parts | undefined {
  try {
    const bundle = JSON.parse(text) as {
      readonly verificationMaterial: { readonly publicKey: { readonly hint: unknown } };
      readonly dsseEnvelope: {
        readonly payload: unknown;
        readonly signatures: readonly { readonly sig: unknown }[];
      };
    };
    const { hint } = bundle.verificationMaterial.publicKey;
    const { payload, signatures } = bundle.dsseEnvelope;
    const sig = signatures[0]?.sig;
    if (typeof hint !== 'string' || typeof payload !== 'string' || typeof sig !== 'string') return undefined;
    return { payload: Buffer.from(payload, 'base64'), signature: Buffer.from(sig, 'base64'), hint };
  } catch {
    return undefined;
  }
}

function readStatement(payload: Buffer): HistoryStatement | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return isHistoryStatement(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
