/** .pre-commit-hooks.yaml and the hook of docs/checking.md, run by git itself with the built command. */

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMIT_MS, ROOT, run } from './command.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sw-hooks-'));
  await run(['init', 'content', '--stack', 'acme', '--quiet'], { cwd: folder });
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(ROOT, 'packages/cli/bin/signalwright.js'), join(folder, 'bin/signalwright'));
  env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
}, LIMIT_MS);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cwd = (): string => join(folder, 'content');
const git = (...args: readonly string[]) =>
  spawnSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    cwd: cwd(),
    env,
    encoding: 'utf8',
  });

test(
  'the hook of the page lets good content through and stops a mistake',
  () => {
    const page = readFileSync(join(ROOT, 'docs/checking.md'), 'utf8');
    const script = /```sh\n(#!\/bin\/sh\n.*?)```/s.exec(page)?.[1] ?? '';
    git('init', '-q', '-b', 'main');
    writeFileSync(join(cwd(), '.git/hooks/pre-commit'), script);
    chmodSync(join(cwd(), '.git/hooks/pre-commit'), 0o755);
    git('add', '-A');
    expect(git('commit', '-qm', 'content')).toMatchObject({ status: 0 });
    writeFileSync(join(cwd(), 'views/bad.yaml'), 'kind: saved-view\n');
    expect(git('commit', '-qm', 'nothing staged', '--allow-empty')).toMatchObject({ status: 0 });
    git('add', '-A');
    const stopped = git('commit', '-qm', 'a mistake');
    expect(stopped.status).toBe(1);
    expect(`${stopped.stdout}${stopped.stderr}`).toContain('views/bad.yaml:1:1 error schema/missing-key');
  },
  LIMIT_MS,
);

test(
  'the hooks for the pre-commit framework are commands that run',
  () => {
    const text = readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8');
    const hooks = text
      .split(/^- /m)
      .slice(1)
      .map((hook) => ({
        id: /^id: (.*)$/m.exec(hook)?.[1],
        entry: /entry: (.*)$/m.exec(hook)?.[1] ?? '',
        files: /files: (.*)$/m.exec(hook)?.[1] ?? '',
      }));
    expect(hooks.map(({ id }) => id)).toEqual(['signalwright-check', 'signalwright-fmt']);
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    for (const { entry } of hooks) {
      const [command = '', ...args] = entry.split(' ');
      expect(execFileSync(command, args, { cwd: cwd(), env, encoding: 'utf8' })).toMatch(
        /4 (?:files|unchanged)/,
      );
    }
  },
  LIMIT_MS,
);
