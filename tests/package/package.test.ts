/**
 * The package as npm gets it, installed from its tarball into an empty folder outside of the repository, with no
 * registry to be reached: what a stranger has.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '../../scripts/architecture/manifest.ts';
import { weighFolder } from '../../scripts/package/weigh-folder.ts';
import { npm, packInto } from '../../scripts/package/npm.ts';
import { LIMIT_MS, ROOT, run as runBuilt } from '../cli/command.ts';

/** Nothing listens there: a dependency that has to be fetched fails the install. */
const NO_REGISTRY = { npm_config_registry: 'http://127.0.0.1:9', npm_config_fetch_retries: '0' };
/** Goal C1 of performance, for everything that an install brings. */
const MAX_BYTES = 15_000_000;
const BAD_CONTENT = join(ROOT, 'tests/bad-content');
/** The driver of the org, and what it asks for itself. */
const DRIVER = ['libsql', '@libsql', '@neon-rs', 'detect-libc'];

let folder: string;
let home: string;
let installed: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sw-package-'));
  home = join(folder, 'home');
  mkdirSync(home);
  const tarball = await packInto(ROOT, folder);
  const install = ['install', '--no-audit', '--no-fund', '--no-save', tarball];
  const { code, output } = await npm(install, home, join(folder, 'empty-cache'), NO_REGISTRY);
  if (code !== 0) throw new Error(output);
  installed = join(home, 'node_modules/signalwright');
}, LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], cwd = home): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(join(home, 'node_modules/.bin/signalwright'), args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

describe('what is in it', () => {
  test('one package, lighter than the goal', () => {
    expect(weighFolder(join(home, 'node_modules'))).toMatchObject({ packages: 1 });
    expect(weighFolder(join(home, 'node_modules')).bytes).toBeLessThan(MAX_BYTES);
  });

  test('nothing but the command, what it reads, and the licences', () => {
    expect(readdirSync(installed).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-LICENSES',
      'bin',
      'content',
      'dist',
      'lints',
      'package.json',
      'recording',
    ]);
    expect(readdirSync(join(installed, 'content')).toSorted()).toEqual([
      'rules',
      'signalwright.yaml',
      'views',
      'workflows',
    ]);
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    const strange = /(?:^|[\\/])\.|\.ts$|\.map$|\.test\.|\.log$|\.db|credentials|node_modules/;
    expect(files.filter((file) => strange.test(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith(`dist${sep}`) && !file.endsWith('.js'))).toEqual([]);
  });

  test('no path of the machine that packed it', () => {
    const own = [ROOT.replace(/\/$/, ''), folder, process.env['HOME'] ?? ROOT].filter(
      (path) => path.length > 5,
    );
    for (const file of readdirSync(installed, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
      if (!file.isFile()) continue;
      const text = readFileSync(join(file.parentPath, file.name), 'latin1');
      expect(own.filter((path) => text.includes(path)).map((path) => `${file.name}: ${path}`)).toEqual([]);
    }
  });

  test('no dependency; the parts that some commands need are asked for by name and range', () => {
    const manifest = readJson(join(installed, 'package.json'));
    const installs = ['dependencies', 'optionalDependencies', 'bundleDependencies', 'scripts'];
    expect(Object.keys(manifest).filter((key) => installs.includes(key))).toEqual([]);
    const range = expect.stringMatching(/^\^\d+\.\d+\.\d+$/);
    expect(manifest['peerDependencies']).toEqual({ '@datadog/native-appsec': range, libsql: range });
  });

  test('a licence text for each package whose code is inside', () => {
    const licences = readFileSync(join(installed, 'THIRD-PARTY-LICENSES'), 'utf8');
    const named = [...licences.matchAll(/^(\S+) \d\S* \([^)]+\)$/gm)].map(([, name]) => name);
    // esbuild writes above each file where it comes from.
    const bundled = readdirSync(join(installed, 'dist')).flatMap((file) =>
      [
        ...readFileSync(join(installed, 'dist', file), 'utf8').matchAll(
          /^\s*\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm,
        ),
      ].map(([, name]) => name),
    );
    expect(new Set(bundled).size).toBeGreaterThan(20);
    expect(bundled.filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe('what it does', () => {
  test('--version is that of the package', () => {
    const { version } = readJson(join(ROOT, 'packages/cli/package.json'));
    expect(run(['--version'])).toEqual({ code: 0, out: `${String(version)}\n`, err: '' });
  });

  test('init, check, test, fmt and compile', () => {
    expect(run(['init', 'detections'])).toMatchObject({ code: 0, err: '' });
    const cwd = join(home, 'detections');
    expect(run(['check'], cwd)).toEqual({
      code: 0,
      out: '4 files, 3 objects, 0 errors, 0 warnings\n',
      err: '',
    });
    expect(run(['test'], cwd)).toMatchObject({ code: 0, err: '' });
    expect(run(['fmt', '--check'], cwd)).toMatchObject({ code: 0, err: '' });
    const compiled = run(['compile', '--json'], cwd);
    expect(compiled).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(compiled.out)).toMatchObject({ ok: true });
  });

  test('the content that it brings along passes, tests and all', () => {
    const dir = join(installed, 'content');
    expect(run(['check', '--dir', dir])).toMatchObject({ code: 0, err: '' });
    expect(run(['test', '--dir', dir])).toMatchObject({ code: 0, err: '' });
  });

  test('explain prints the page of a code', () => {
    const page = readFileSync(join(ROOT, 'docs/lints/lint/shadowed-case.md'), 'utf8').trim();
    const [title = ''] = page.split('\n');
    expect(run(['explain', 'lint/shadowed-case']).out).toContain(title.replace(/^# /, ''));
  });

  test(
    'its schemas, compiled when it was packed, say word for word what those say that are compiled on use',
    async () => {
      const args = ['check', '--dir', BAD_CONTENT];
      const built = await runBuilt(args, { cwd: home });
      expect(built.out.length).toBeGreaterThan(10_000);
      expect(run(args)).toEqual({ code: 1, out: built.out, err: '' });
    },
    LIMIT_MS,
  );
});

describe('the embedded org', () => {
  test.each(['up', 'demo'])('%s says what to install, and writes nothing', (command) => {
    expect(run(['init', command])).toMatchObject({ code: 0 });
    const cwd = join(home, command);
    const { peerDependencies } = readJson(join(installed, 'package.json'));
    const { libsql, '@datadog/native-appsec': appsec } = peerDependencies as Record<string, string>;
    expect(run([command], cwd)).toEqual({
      code: 74,
      out: '',
      err: [
        `signalwright: \`${command}\` works with the embedded org, which keeps its data in SQLite. Cannot open a database: the SQLite driver "libsql" is not installed.`,
        `  Install beside signalwright what it needs: npm install "@datadog/native-appsec@${appsec}" "libsql@${libsql}"`,
        '',
      ].join('\n'),
    });
    expect(existsSync(join(cwd, '.signalwright'))).toBe(false);
  });

  test(
    'demo plays the story once the driver is there, and says which engine is missing',
    () => {
      for (const name of DRIVER) {
        const link = join(home, 'node_modules', name);
        symlinkSync(join(ROOT, 'node_modules', name), link);
      }
      try {
        const { code, out, err } = run(['demo']);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(out).toContain('the WAF engine "@datadog/native-appsec" is not installed');
        expect(out).toContain('24 requests come again from blocked addresses');
      } finally {
        for (const name of DRIVER) rmSync(join(home, 'node_modules', name));
      }
    },
    LIMIT_MS,
  );
});
