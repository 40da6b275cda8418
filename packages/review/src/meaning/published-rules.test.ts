/** Laws of comparing that need no expected value, on published rules. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importPayloads, loadFromFiles, type ImportSource } from '@signalwright/content';
import { beforeAll, describe, expect, test } from 'vitest';
import { compareWorkspaces } from './compare-workspaces.ts';

const SHARED = process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const CORPUS = join(SHARED, 'datadog-api/rule-corpus.json');
const isThere = existsSync(CORPUS);
if (!isThere) console.log(`skipped: no ${CORPUS}, set SIGNALWRIGHT_SHARED to the folder of published rules`);

describe.skipIf(!isThere)('published rules', () => {
  let files = new Map([['signalwright.yaml', 'stack: published\n']]);

  beforeAll(async () => {
    const corpus = JSON.parse(readFileSync(CORPUS, 'utf8')) as readonly {
      readonly rule: Record<string, unknown>;
    }[];
    const sources = corpus.map(({ rule }, index): ImportSource => ({
      payload: { ...rule, isDefault: false },
      kind: 'detection-rule',
      where: `rule ${index}`,
    }));
    const { objects } = await importPayloads(files, sources);
    files = new Map([
      ...files,
      ...objects.flatMap((each) => each.files.map(({ file, text }) => [file, text] as const)),
    ]);
  }, 120_000);

  const load = (texts: ReadonlyMap<string, string>) => {
    const { workspace, diagnostics } = loadFromFiles(texts);
    const error = diagnostics.find(({ severity }) => severity === 'error');
    if (workspace === undefined) throw new Error(`${error?.range.file}: ${error?.message}`);
    return workspace;
  };

  test('the same content means no change', () => {
    const { objects, unchanged } = compareWorkspaces(load(files), load(new Map(files)));
    expect(objects).toEqual([]);
    expect(unchanged).toBeGreaterThan(300);
  });
});
