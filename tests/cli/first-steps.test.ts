/** What a stranger does first, with the built command: start a folder, check it, test it, read what is wrong. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMIT_MS, ROOT, killAll, run, startOrg } from './command.ts';

const BAD_CONTENT = join(ROOT, 'tests/bad-content');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sw-first-'));
});
afterEach(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

test(
  'init, check, test, up, apply, and a plan that is empty',
  async () => {
    const cwd = join(folder, 'detections');
    expect(await run(['init', 'detections'], { cwd: folder })).toMatchObject({ end: 0, err: '' });
    expect(await run(['check'], { cwd })).toEqual({
      end: 0,
      out: '4 files, 3 objects, 0 errors, 0 warnings\n',
      err: '',
    });
    expect(await run(['fmt', '--check'], { cwd })).toMatchObject({ end: 0, err: '' });
    expect(await run(['test'], { cwd })).toMatchObject({ end: 0, err: '' });
    const { env } = await startOrg(cwd);
    expect(await run(['plan', '--exit-code'], { cwd, env })).toMatchObject({ end: 2, err: '' });
    expect(await run(['apply', '--yes'], { cwd, env })).toMatchObject({ end: 0 });
    expect(await run(['plan', '--exit-code'], { cwd, env })).toMatchObject({ end: 0, err: '' });
    expect(await run(['signals', 'list'], { cwd, env })).toEqual({
      end: 0,
      out: 'No signal matches * in the past 7d.\n',
      err: '',
    });
  },
  LIMIT_MS,
);

test(
  'check finds in bad content what that folder says it must',
  async () => {
    const { end, out, err } = await run(['check', '--dir', BAD_CONTENT], { cwd: folder });
    expect({ end, err }).toEqual({ end: 1, err: '' });
    const expected = readFileSync(join(BAD_CONTENT, 'expected.txt'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, line.indexOf(' «')));
    const found = out
      .split('\n')
      .flatMap((line) => /^(\S+:\d+:\d+ (?:error|warning|info) [a-z]+\/[a-z0-9-]+) /.exec(line)?.[1] ?? []);
    expect(expected.length).toBeGreaterThan(100);
    // Its actions stand in the manifest of bad-content.test.ts alone; the command knows none that must never repeat.
    const shared = (line: string): boolean => !line.startsWith('workflows/never.yaml:');
    expect(found.filter(shared)).toEqual(expected.filter(shared));
  },
  LIMIT_MS,
);

test(
  'fmt has nothing to say about the content that we ship',
  async () => {
    expect(await run(['fmt', '--check', '--dir', ROOT], { cwd: folder })).toMatchObject({ end: 0, err: '' });
  },
  LIMIT_MS,
);
