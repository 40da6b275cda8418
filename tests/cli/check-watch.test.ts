/** `check --watch` as a process of its own: sees what is written, waits until it is quiet, ends in good order. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMIT_MS, killAll, run, start, wait, waitFor, type Running } from './command.ts';

let cwd: string;
let watching: Running;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'sw-watch-'));
  await run(['init', '.', '--stack', 'acme', '--quiet'], { cwd });
  watching = start(['check', '--watch'], { cwd });
  await waitFor(() => (watching.text().err.includes('Watching the content') ? true : undefined));
}, LIMIT_MS);
afterEach(async () => {
  await killAll();
  rmSync(cwd, { recursive: true, force: true });
}, LIMIT_MS);

const rounds = (): readonly string[] =>
  watching
    .text()
    .err.split('\n')
    .filter((line) => line.includes(' changed: '));
const seen = (text: string): Promise<true> =>
  waitFor(() => (watching.text().out.includes(text) ? true : undefined));

test(
  'a mistake is seen when it is written, and gone when it is mended',
  async () => {
    expect(watching.text().out).toBe('4 files, 3 objects, 0 errors, 0 warnings\n');
    mkdirSync(join(cwd, 'workflows'));
    writeFileSync(join(cwd, 'workflows/new.yaml'), 'kind: workflow\n');
    await seen('workflows/new.yaml:1:1 error schema/missing-key');
    rmSync(join(cwd, 'workflows/new.yaml'));
    await waitFor(() => (rounds().length === 2 ? true : undefined));
    await waitFor(() =>
      watching.text().out.endsWith('4 files, 3 objects, 0 errors, 0 warnings\n') ? true : undefined,
    );
    watching.child.kill('SIGINT');
    expect((await watching.ended).end).toBe(0);
  },
  LIMIT_MS,
);

test(
  'many files at once are one round, and what is no content is none',
  async () => {
    writeFileSync(join(cwd, 'notes.yaml'), 'a: 1\n');
    writeFileSync(join(cwd, 'schemas/saved-view.json'), '{}\n');
    await wait(400);
    expect(rounds()).toEqual([]);
    for (let index = 0; index < 20; index += 1) {
      writeFileSync(
        join(cwd, `views/v${index}.yaml`),
        `kind: saved-view\nid: v${index}\nname: V${index}\nquery: '*'\n`,
      );
    }
    await seen('24 files, 23 objects, 0 errors, 0 warnings\n');
    expect(rounds()).toHaveLength(1);
    expect(rounds()[0]).toMatch(/changed: views\/v0\.yaml, .* and 15 more$/);
    watching.child.kill('SIGTERM');
    expect((await watching.ended).end).toBe(0);
  },
  LIMIT_MS,
);
