/** A signed bundle: one edit anywhere, and it is refused. */

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LoggedApply } from '../apply-log.ts';
import { openBundle, signBundle } from './bundle.ts';
import { PREDICATE_TYPE, makeStatement, type HistoryStatement } from './statement.ts';

const HASH = 'ab'.repeat(32);
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');

function applyOf(n: number): LoggedApply {
  return {
    entry: n * 4 + 1,
    atMs: 1_795_000_000_000 + n,
    target: 'acme@https://api.datadoghq.eu',
    planDigest: String(n).repeat(64),
    contentDigest: HASH,
    commit: 'c0'.repeat(20),
    by: { name: 'Ada', mail: 'ada@example.test', source: 'git' },
    end: 'finished',
    done: 1,
    failed: 0,
    changes: [
      {
        address: 'detection-rule/a',
        operation: 'update',
        before: HASH,
        after: HASH,
        remoteId: 'r',
        outcome: 'done',
      },
    ],
  };
}

const statement = makeStatement({
  stack: 'acme',
  environment: 'prod',
  journal: { id: HASH, bytes: 4711, entries: 12, head: { seq: 12, hash: HASH } },
  journalSha256: HASH,
  applies: [applyOf(1), applyOf(2), applyOf(3)],
  exportedAtMs: 1_795_000_001_000,
});
const text = sign(statement);

function sign(said: HistoryStatement, key = privateKey): string {
  const signed = signBundle(said, key);
  if (!signed.ok) throw new Error(signed.reason);
  return signed.text;
}

describe('a bundle', () => {
  test('opens with the key of who signed it, and says what was signed', () => {
    expect(openBundle(text, publicKey)).toMatchObject({ ok: true, statement });
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: PREDICATE_TYPE,
      subject: [
        { name: 'journal/prod.ndjson', digest: { sha256: HASH } },
        { name: 'plan/111111111111', digest: { sha256: '1'.repeat(64) } },
        { name: 'plan/222222222222' },
        { name: 'plan/333333333333' },
      ],
      predicate: { targets: ['acme@https://api.datadoghq.eu'], commits: ['c0'.repeat(20)] },
    });
  });

  test('is a sigstore bundle v0.3 with a DSSE envelope, signed over its pre-authentication encoding', () => {
    const bundle = JSON.parse(text) as Bundle;
    expect(bundle).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: expect.any(String) as string } },
      dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' },
    });
    expect(JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString())).toEqual(statement);
  });

  test('other kinds of keys do not sign', () => {
    const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(signBundle(statement, rsa)).toEqual({ ok: false, reason: 'The key is not of the kind ed25519.' });
  });

  test('what is signed and no history of applies is refused', () => {
    const said = {
      ...statement,
      predicateType: 'https://slsa.dev/provenance/v1',
    } as unknown as HistoryStatement;
    expect(openBundle(sign(said), publicKey)).toMatchObject({ ok: false });
  });
});

interface Bundle {
  mediaType: string;
  verificationMaterial: { publicKey: { hint: string }; tlogEntries: unknown[] };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid?: string }[] };
}

describe('after one edit it is refused', () => {
  test('every byte: changed, taken out or doubled in turn', () => {
    const bytes = Buffer.from(text);
    const edits = [
      (at: number): Buffer => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 7));
        return flipped;
      },
      (at: number): Buffer => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
      (at: number): Buffer => Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]),
    ] as const;
    const accepted = Array.from({ length: bytes.length }, (_, at) => at).filter((at) => {
      const edited = edits[at % edits.length]?.(at) ?? bytes;
      return openBundle(edited.toString('utf8'), publicKey).ok;
    });
    expect(accepted).toEqual([]);
    expect(bytes.length).toBeGreaterThan(2000);
  });

  test('cut anywhere', () => {
    const lengths = Array.from({ length: 300 }, (_, n) => Math.floor((n * text.length) / 300));
    expect(lengths.filter((length) => openBundle(text.slice(0, length), publicKey).ok)).toEqual([]);
  });

  const editBundle = (edit: (bundle: Bundle) => void): string => {
    const bundle = JSON.parse(text) as Bundle;
    edit(bundle);
    return `${JSON.stringify(bundle, sortedKeys(bundle))}\n`;
  };
  const editStatement = (edit: (said: Record<string, never> & typeof statement) => unknown): string =>
    editBundle((bundle) => {
      const said = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()) as never;
      const edited = edit(said) ?? said;
      bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify(edited)).toString('base64');
    });
  const swap = <T>(list: readonly T[], a: number, b: number): T[] =>
    list.map((each, index) => (index === a ? (list[b] ?? each) : index === b ? (list[a] ?? each) : each));
  test('the editing itself changes nothing', () => {
    expect(editBundle(() => undefined)).toBe(text);
    expect(editStatement(() => undefined)).toBe(text);
  });

  const rows: readonly [what: string, edited: string][] = [
    ['another media type', editBundle((b) => (b.mediaType = b.mediaType.replace('0.3', '0.2')))],
    ['another payload type', editBundle((b) => (b.dsseEnvelope.payloadType = 'application/json'))],
    ['another hint', editBundle((b) => (b.verificationMaterial.publicKey.hint = 'AAAA'))],
    ['a log entry', editBundle((b) => b.verificationMaterial.tlogEntries.push({}))],
    ['a key id', editBundle((b) => (b.dsseEnvelope.signatures[0] = { sig: sigOf(b), keyid: 'x' }))],
    ['two signatures', editBundle((b) => b.dsseEnvelope.signatures.push({ sig: sigOf(b) }))],
    ['no signature', editBundle((b) => b.dsseEnvelope.signatures.pop())],
    ['an empty signature', editBundle((b) => (b.dsseEnvelope.signatures = [{ sig: '' }]))],
    ['half a signature', editBundle((b) => (b.dsseEnvelope.signatures = [{ sig: sigOf(b).slice(0, 44) }]))],
    ['a longer signature', editBundle((b) => (b.dsseEnvelope.signatures = [{ sig: `AAAA${sigOf(b)}` }]))],
    [
      'a signature in the URL alphabet',
      editBundle(
        (b) => (b.dsseEnvelope.signatures = [{ sig: Buffer.from(sigOf(b), 'base64').toString('base64url') }]),
      ),
    ],
    ['the signature of another key', sign(statement, other.privateKey)],
    [
      'a signature over the bare payload',
      editBundle((b) => (b.dsseEnvelope.signatures = [{ sig: Buffer.alloc(64, 7).toString('base64') }])),
    ],
    ['a field more', text.replace('{"dsseEnvelope"', '{"a":1,"dsseEnvelope"')],
    ['a doubled field', text.replace('"mediaType"', '"mediaType":"x","mediaType"')],
    ['a doubled signature field', text.replace('[{"sig"', '[{"sig":"","sig"')],
    ['spaces', text.replace('":', '": ')],
    ['a line feed more', `${text}\n`],
    ['a byte order mark', `\uFEFF${text}`],
    ['two bundles', text + text],
    ['an escape in place of a letter', text.replace('mediaType', '\\u006dediaType')],
    ['nothing', ''],
    ['null', 'null\n'],
    ['a list', '[]\n'],
    [
      'numbers deep inside',
      '{"dsseEnvelope":{"payload":1,"signatures":[{"sig":2}]},"verificationMaterial":{"publicKey":{"hint":3}}}',
    ],
    ['another subject', editStatement((s) => ({ ...s, subject: s.subject.slice(1) }))],
    ['swapped subjects', editStatement((s) => ({ ...s, subject: swap(s.subject, 0, 1) }))],
    ['another predicate type', editStatement((s) => ({ ...s, predicateType: `${PREDICATE_TYPE}x` }))],
    [
      'swapped applies',
      editStatement((s) => ({
        ...s,
        predicate: { ...s.predicate, applies: swap(s.predicate.applies, 0, 1) },
      })),
    ],
    [
      'an apply less',
      editStatement((s) => ({ ...s, predicate: { ...s.predicate, applies: s.predicate.applies.slice(1) } })),
    ],
    [
      'another environment',
      editStatement((s) => ({ ...s, predicate: { ...s.predicate, environment: 'staging' } })),
    ],
    [
      'another head',
      editStatement((s) => ({
        ...s,
        predicate: { ...s.predicate, journal: { ...s.predicate.journal, head: { seq: 11, hash: HASH } } },
      })),
    ],
    ['no commits', editStatement((s) => ({ ...s, predicate: { ...s.predicate, commits: [] } }))],
  ];
  test.each(rows)('%s', (_what, edited) => {
    expect(edited).not.toBe(text);
    expect(openBundle(edited, publicKey).ok).toBe(false);
  });

  test('another key, and a key of another kind', () => {
    expect(openBundle(text, other.publicKey).ok).toBe(false);
    expect(openBundle(text, generateKeyPairSync('ed448').publicKey).ok).toBe(false);
  });
});

function sigOf(bundle: Bundle): string {
  return bundle.dsseEnvelope.signatures[0]?.sig ?? '';
}

/** Members in the order of the bundle, so that the edit is the only difference. */
function sortedKeys(value: unknown): string[] {
  const keys = new Set<string>();
  JSON.stringify(value, (key, each: unknown) => {
    keys.add(key);
    return each;
  });
  return [...keys].toSorted();
}
