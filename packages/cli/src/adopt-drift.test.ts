/**
 * Adopting what somebody changed: generated edits of real rules come into their files, which then compile to what is
 * there; what cannot be written is refused by name. Comments and the order of keys stay.
 */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { importPayloads, loadFromFiles, type Workspace } from '@signalwright/content';
import type { Payload } from '@signalwright/model';
import { desiredState, type DesiredObject, type DriftedObject } from '@signalwright/sync';
import { normalisePayload } from '@signalwright/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adoptDrift } from './adopt-drift.ts';
import { readManifest } from './load-content.ts';
import { NOW_MS, goodContent } from './testing/terminal.ts';

const SHARED = process.env['SIGNALWRIGHT_SHARED'] ?? resolve(import.meta.dirname, '../../../../shared');
const CORPUS = resolve(SHARED, 'datadog-api/rule-corpus.json');
const isThere = existsSync(CORPUS);
if (!isThere) console.warn(`skipped: no ${CORPUS}; set SIGNALWRIGHT_SHARED to the folder that holds it`);

const CONFIG = { 'signalwright.yaml': goodContent()['signalwright.yaml'] ?? '' };
const OPTIONS = { manifest: readManifest(), nowMs: NOW_MS, environment: 'local' };
/** A part of them: each run checks content several times. */
const RUNS = 60;

type Json = Readonly<Record<string, unknown>>;

interface Content {
  readonly files: ReadonlyMap<string, string>;
  readonly file: string;
  readonly workspace: Workspace;
  readonly object: DesiredObject;
}

/** The rule as content, with a comment above each of its keys. */
async function contentOf(rule: Json): Promise<Content | undefined> {
  const { isDefault: _own, defaultRuleId: _default, ...payload } = rule;
  const config = new Map(Object.entries(CONFIG));
  const { objects } = await importPayloads(
    config,
    [{ payload, kind: 'detection-rule', where: 'x' }],
    OPTIONS,
  );
  const { file = '', text = '' } = objects[0]?.files[0] ?? {};
  if (objects[0]?.newlyKept.length !== 0) return undefined;
  return loaded(new Map([...config, [file, withComments(text.replace(/^remoteId: .*\n/m, ''))]]), file);
}

function withComments(text: string): string {
  return text.replaceAll(/^([A-Za-z_]+):/gm, '# why $1\n$1:');
}

function loaded(files: ReadonlyMap<string, string>, file: string): Content | undefined {
  const { workspace } = loadFromFiles(files, OPTIONS);
  const [object] = workspace === undefined ? [] : desiredState(workspace, { stack: 'acme' }).objects;
  return workspace === undefined || object === undefined ? undefined : { files, file, workspace, object };
}

/** Keys of the object, in the order that they stand in. */
function keysOf(text: string): readonly string[] {
  return [...text.matchAll(/^([A-Za-z_]+):/gm)].map(([, key = '']) => key);
}

function driftedTo({ object }: Content, payload: Payload): DriftedObject {
  return {
    address: object.address,
    kind: 'detection-rule',
    name: object.name,
    state: 'changed',
    remoteIds: ['aaa-bbb-ccc'],
    fields: [],
    comparedWith: 'left',
    isPending: false,
    place: { file: 'x', line: 1, col: 1 },
    evidence: {
      remote: { kind: 'detection-rule', id: 'aaa-bbb-ccc', version: 2, payload },
      now: normalisePayload('detection-rule', payload),
    },
  };
}

const texts = fc.stringMatching(/^[A-Za-z][A-Za-z ,.:#'"-]{0,60}[a-z]$/);
const edits: fc.Arbitrary<(rule: Json) => Json> = fc.oneof(
  fc.boolean().map((isEnabled) => (rule: Json) => ({ ...rule, isEnabled })),
  texts.map((name) => (rule: Json) => ({ ...rule, name })),
  fc
    .array(texts, { minLength: 1, maxLength: 4 })
    .map((lines) => (rule: Json) => ({ ...rule, message: lines.join('\n') })),
  fc
    .stringMatching(/^[a-z]{2,8}:[a-z]{1,8}$/)
    .map((tag) => (rule: Json) => ({ ...rule, tags: [...(rule['tags'] as string[]), tag] })),
  fc.constantFrom('info', 'low', 'medium', 'high', 'critical').map((status) => (rule: Json) => ({
    ...rule,
    cases: (rule['cases'] as Json[]).map((each, index) => (index === 0 ? { ...each, status } : each)),
  })),
  fc.stringMatching(/^@[a-z]{1,8}:[a-z]{1,8}$/).map((clause) => (rule: Json) => ({
    ...rule,
    queries: (rule['queries'] as Json[]).map((each, index) =>
      index === 0 ? { ...each, query: `(${String(each['query'])}) ${clause}` } : each,
    ),
  })),
  fc.constantFrom('@slack-soc', '@security@example.com').map((handle) => (rule: Json) => ({
    ...rule,
    cases: (rule['cases'] as Json[]).map((each) => ({ ...each, notifications: [handle] })),
  })),
  fc.constant((rule: Json) => ({
    ...rule,
    options: { ...(rule['options'] as Json), maxSignalDuration: 86_400, keepAlive: 86_400 },
  })),
  fc.constant((rule: Json) => ({
    ...rule,
    cases: [...(rule['cases'] as Json[]), ...(rule['cases'] as Json[]).slice(0, 1)],
  })),
);

describe.skipIf(!isThere)('edits of real rules', () => {
  const corpus = (isThere ? JSON.parse(readFileSync(CORPUS, 'utf8')) : []) as readonly {
    readonly rule: Json;
  }[];
  const rules = corpus.map(({ rule }) => rule).filter(({ type }) => type === 'log_detection');
  const counts = { adopted: 0, refused: 0 };

  test('come into the file, or are refused; what nobody changed keeps its lines and comments', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(rules.length - 1),
        fc.array(edits, { minLength: 1, maxLength: 3 }),
        async (index, made) => {
          const content = await contentOf(rules[index] ?? {});
          fc.pre(content !== undefined);
          const there = made.reduce((rule, edit) => edit(rule), content.object.body);
          const drifted = driftedTo(content, { id: 'aaa-bbb-ccc', version: 2, ...there });
          const { workspace, files: sources, file } = content;
          const result = await adoptDrift({ objects: [drifted], workspace, sources, options: OPTIONS });
          if (result.refused.length > 0) {
            counts.refused += 1;
            expect(result.objects).toEqual([]);
            return;
          }
          counts.adopted += 1;
          const before = sources.get(file) ?? '';
          const after = result.objects[0]?.files[0]?.text ?? '';
          const again = loaded(new Map([...sources, [file, after]]), file);
          expect(again?.object.content).toEqual(drifted.evidence.now);
          // What stands there by default needs no key: it goes with its comment.
          const kept = keysOf(before).filter((key) => keysOf(after).includes(key));
          expect(keysOf(before).length - kept.length).toBeLessThanOrEqual(made.length);
          expect(keysOf(after).filter((key) => kept.includes(key))).toEqual(kept);
          for (const key of kept) expect(after).toContain(`# why ${key}\n${key}:`);
        },
      ),
      { numRuns: RUNS, seed: 20_261_128 },
    );
    console.info(`adopted ${counts.adopted}, refused ${counts.refused}`);
    expect(counts.adopted).toBeGreaterThan(counts.refused * 4);
  }, 300_000);
});

const RULE = {
  name: 'Logins',
  type: 'log_detection',
  isEnabled: true,
  message: 'Look.',
  tags: ['team:soc'],
  queries: [{ name: 'a', query: '@a:b', aggregation: 'count', groupByFields: [], distinctFields: [] }],
  cases: [{ name: '', condition: 'a > 5', status: 'low', notifications: [] }],
  options: {
    detectionMethod: 'threshold',
    evaluationWindow: 300,
    keepAlive: 3600,
    maxSignalDuration: 86_400,
  },
  filters: [],
  hasExtendedTitle: false,
};

test('what content has no words for is refused by name, and nothing is written', async () => {
  const content = await contentOf(RULE);
  if (content === undefined) throw new Error('The rule is no content.');
  const drifted = driftedTo(content, { ...content.object.body, somethingNew: { a: 1 } });
  const { workspace, files: sources } = content;
  const result = await adoptDrift({ objects: [drifted], workspace, sources, options: OPTIONS });
  expect(result).toEqual({
    objects: [],
    refused: [
      { address: 'detection-rule/logins', reason: 'somethingNew of it cannot be written in content.' },
    ],
  });
});

test.each([
  [{ isPending: true }, /Content has changed too/],
  [{ state: 'gone' }, /gone from the target/],
  [{ state: 'doubled' }, /more than once/],
] as const)('%j is refused', async (change, reason) => {
  const content = await contentOf(RULE);
  if (content === undefined) throw new Error('The rule is no content.');
  const { workspace, files: sources, object } = content;
  const drifted = { ...driftedTo(content, object.body), ...change };
  const addresses = [object.address];
  const result = await adoptDrift({ objects: [drifted], addresses, workspace, sources, options: OPTIONS });
  expect(result).toMatchObject({
    objects: [],
    refused: [{ reason: expect.stringMatching(reason) as string }],
  });
});
