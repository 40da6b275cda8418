import type { Address } from '@signalwright/model';
import type { Attribution, Drift, DriftedObject } from '@signalwright/sync';
import { describe, expect, test } from 'vitest';
import { HOSTILE_TEXTS } from '../testing/hostile-texts.ts';
import { expectInert } from '../testing/expect-inert.ts';
import { parseComment } from '../testing/parse-comment.ts';
import { MAX_BODY_CHARS } from './fit.ts';
import { renderDriftPage } from './drift-page.ts';

const RULE = 'detection-rule/login-failures';

function drifted(address: Address, more: Partial<DriftedObject> = {}): DriftedObject {
  return {
    address,
    kind: 'detection-rule',
    name: `Name of ${address}`,
    state: 'changed',
    remoteIds: ['abc'],
    fields: [{ path: 'isEnabled', before: true, after: false }],
    comparedWith: 'left',
    isPending: false,
    place: { file: 'rules/detection/a.yaml', line: 3, col: 1 },
    evidence: {},
    ...more,
  };
}

function driftOf(parts: Partial<Drift>): Drift {
  return {
    target: {
      name: 'prod',
      url: 'https://api.example.test',
      explorerUrl: 'https://example.test',
      stack: 'shop',
    },
    hasRecord: true,
    objects: [],
    accepted: [],
    pending: [],
    ...parts,
  };
}

const KEPT = { before: 1, after: 2, until: '2026-12-24', reason: 'the shop tests' };
const EVERYTHING = driftOf({
  objects: [
    drifted(RULE, { isPending: true }),
    drifted('suppression/pentest', { state: 'gone', fields: [] }),
    drifted('detection-rule/twice', { state: 'doubled', fields: [], remoteIds: ['a', 'b'] }),
  ],
  accepted: [
    {
      address: 'detection-rule/quiet',
      fields: [
        { ...KEPT, path: 'options.keepAlive' },
        { ...KEPT, path: 'message' },
        { ...KEPT, path: 'name', until: '2027-01-31' },
      ],
    },
  ],
  pending: ['detection-rule/new'],
});

/** Read by people: refresh with `npm test -- -u`, then read it. */
test('drift of everything', async () => {
  const attributions = new Map<Address, Attribution>([
    [RULE, { who: 'ada@example.com', atMs: 1_795_000_000_000 }],
  ]);
  const page = renderDriftPage(EVERYTHING, { attributions, choice: ' --env prod' });
  await expect(page).toMatchFileSnapshot('golden/drift-page.md');
});

test('no drift: three lines', () => {
  expect(renderDriftPage(driftOf({}), { attributions: new Map(), choice: '' })).toBe(
    '### Drift of `prod`\n\n**No drift.**\n\n---\n\n`https://api.example.test`, stack `shop`',
  );
});

describe('drift that does not fit into an issue', () => {
  const fields = Array.from({ length: 30 }, (_, at) => ({
    path: `f${at}`,
    before: 'x'.repeat(200),
    after: 'y'.repeat(200),
  }));
  const objects = Array.from({ length: 2_000 }, (_, at) => drifted(`detection-rule/r${at}`, { fields }));
  const text = renderDriftPage(driftOf({ objects }), { attributions: new Map(), choice: '' });

  test('is cut between objects, says how many are left out, and still says what to do', () => {
    expect(text.length).toBeLessThanOrEqual(MAX_BODY_CHARS);
    const shown = parseComment(text).code.filter((code) => code.startsWith('detection-rule/')).length;
    expect(shown).toBeGreaterThan(2);
    expect(text).toContain(`**Cut here: ${2_000 - shown} more drifted objects did not fit.**`);
    expect(text).toContain('signalwright drift --adopt-all');
    expect(text).toContain('**2000 objects drifted.**');
  });

  test.each([0, 1, 40, 200, 1_000])('never longer than %d', (limit) => {
    const view = { attributions: new Map(), choice: '' };
    expect(renderDriftPage(EVERYTHING, view, limit).length).toBeLessThanOrEqual(limit);
  });
});

function hostile(payload: string): string {
  const kept = [{ path: payload, before: payload, after: payload, until: payload, reason: payload }];
  const drift = driftOf({
    target: { name: payload, url: payload, explorerUrl: payload, stack: payload },
    objects: [
      drifted(RULE, {
        name: payload,
        remoteIds: [payload],
        fields: [{ path: payload, before: payload, after: [{ [payload]: payload }] }],
        place: { file: payload, line: 1, col: 1 },
      }),
    ],
    accepted: [{ address: 'detection-rule/quiet', fields: kept }],
  });
  const attributions = new Map<Address, Attribution>([[RULE, { who: payload, unknown: payload }]]);
  return renderDriftPage(drift, { attributions, choice: '' });
}

describe('a target full of payloads', () => {
  test.each(HOSTILE_TEXTS)('%j stays text', (payload) => {
    expectInert(hostile(payload), []);
  });

  test('the payloads do reach the page: this test can fail', () => {
    expect(parseComment(hostile('<img src=x>')).code.join('\n')).toContain('<img src=x>');
  });

  test('no secret of a known form', () => {
    expect(hostile(['AKIA', 'IOSFODNN7EXAMPLE'].join(''))).not.toContain('AKIA');
  });
});
