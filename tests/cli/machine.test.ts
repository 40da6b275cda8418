/** What the machine does to a command: broken pipes, full disks, taken ports, folders that cannot be, signals. */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMIT_MS, ROOT, killAll, run, shell, start, startOrg, type Ended } from './command.ts';

const RULE = 'rules/detection/login-hammering.yaml';
const IS_ROOT = process.getuid?.() === 0;

let folder: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sw-machine-'));
  expect(await run(['init', '--stack', 'acme', '--quiet'], { cwd: folder })).toEqual({
    end: 0,
    out: '',
    err: '',
  });
}, LIMIT_MS);

afterEach(async () => {
  await killAll();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

/** A port that takes connections and never answers. */
async function openSilentServer(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** One line that a person understands, perhaps with a second one that helps. */
function expectOneLine({ end, err }: Ended, code: number, words: RegExp): void {
  expect(err).toMatch(words);
  expect(err).toMatch(/^signalwright: [^\n]+\n(?: {2}[^\n]+\n)?$/);
  expect(end).toBe(code);
}

describe('a reader that leaves', () => {
  test.each([
    ['check of good content', 'check', 0],
    ['check of bad content', `check --dir ${join(ROOT, 'tests/bad-content')}`, 1],
    ['compile', `compile --dir ${ROOT}`, 0],
    ['help', '--help', 0],
  ])(
    'changes neither the end nor the peace of %s',
    async (_, args, code) => {
      const ended = await shell(`$SIGNALWRIGHT ${args} | true; echo "\${PIPESTATUS[0]}"`, { cwd: folder });
      expect(ended).toEqual({ end: 0, out: `${code}\n`, err: '' });
    },
    LIMIT_MS,
  );

  test(
    'gets the first lines',
    async () => {
      const ended = await shell(`$SIGNALWRIGHT check --dir ${join(ROOT, 'tests/bad-content')} | head -1`, {
        cwd: folder,
      });
      expect(ended.out).toMatch(/^rules\/[^\n]+\n$/);
      expect(ended.err).toBe('');
    },
    LIMIT_MS,
  );
});

test(
  'output to a full device exits 74 with one line, since its reader has not got it',
  async () => {
    expectOneLine(
      await shell('$SIGNALWRIGHT check > /dev/full', { cwd: folder }),
      74,
      /the output cannot be written: ENOSPC/,
    );
  },
  LIMIT_MS,
);

describe('Ctrl-C', () => {
  test(
    'ends a command by the signal itself, which a shell reports as 130',
    async () => {
      const url = `http://127.0.0.1:${await openSilentServer()}`;
      const env = { SIGNALWRIGHT_URL: url, DD_API_KEY: 'a', DD_APP_KEY: 'b' };
      const plan = start(['plan'], { cwd: folder, env });
      await new Promise<void>((resolve) => servers.at(-1)?.once('connection', () => resolve()));
      plan.child.kill('SIGINT');
      expect(await plan.ended).toEqual({ end: 'SIGINT', out: '', err: '' });
    },
    LIMIT_MS,
  );

  test(
    'ends an org in good order',
    async () => {
      const org = await startOrg(folder);
      org.running.child.kill('SIGINT');
      expect(await org.running.ended).toMatchObject({ end: 0, err: '' });
    },
    LIMIT_MS,
  );
});

describe('up', () => {
  test(
    'says that a port is in use',
    async () => {
      const port = await openSilentServer();
      expectOneLine(await run(['up', '--port', String(port)], { cwd: folder }), 74, /Port \d+ is in use/);
    },
    LIMIT_MS,
  );

  test(
    'says that another org holds the data',
    async () => {
      await startOrg(folder);
      expectOneLine(await run(['up', '--port', '0'], { cwd: folder }), 75, /holds|use/);
    },
    LIMIT_MS,
  );

  test.each([['up'], ['up --demo --quiet']])(
    'says that its folder cannot be made: %s',
    async (words) => {
      const args = [...words.split(' '), '--port', '0', '--data', '/proc/nowhere'];
      expectOneLine(await run(args, { cwd: folder }), 74, /\/proc\/nowhere/);
    },
    LIMIT_MS,
  );
});

describe('a folder that refuses', () => {
  test(
    'to hold anything: init says so',
    async () => {
      expectOneLine(await run(['init', '/proc/nowhere'], { cwd: folder }), 74, /\/proc\/nowhere.*ENOENT/);
    },
    LIMIT_MS,
  );

  test(
    'to be a folder: check says so',
    async () => {
      expectOneLine(await run(['check', '--dir', RULE], { cwd: folder }), 74, /There is no folder/);
    },
    LIMIT_MS,
  );

  test.skipIf(IS_ROOT)(
    'to be written: fmt says so and changes nothing (skipped for root, whom no permission binds)',
    async () => {
      const untidy = makeUntidy(folder);
      chmodSync(join(folder, 'rules/detection'), 0o555);
      const ended = await run(['fmt'], { cwd: folder });
      chmodSync(join(folder, 'rules/detection'), 0o755);
      expectOneLine(ended, 74, /permission is denied/);
      expect(readFileSync(join(folder, RULE), 'utf8')).toBe(untidy);
    },
    LIMIT_MS,
  );
});

/** The rule with its first two keys in the other order. @returns its text */
function makeUntidy(root: string): string {
  const path = join(root, RULE);
  const text = readFileSync(path, 'utf8').replace(/^(kind: .*\n)(id: .*\n)/, '$2$1');
  writeFileSync(path, text);
  return text;
}

describe.skipIf(!canMount())('a disk that is full (skipped where no file system can be mounted)', () => {
  let disk: string;
  beforeEach(() => {
    disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    for (const name of ['signalwright.yaml', 'rules', 'views'])
      cpSync(join(folder, name), join(disk, name), { recursive: true });
  });
  afterEach(() => void execFileSync('umount', [disk]));

  function fill(): void {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
  }

  test(
    'fmt leaves the file as it was',
    async () => {
      const untidy = makeUntidy(disk);
      fill();
      expectOneLine(await run(['fmt'], { cwd: disk }), 74, /space/);
      expect(readFileSync(join(disk, RULE), 'utf8')).toBe(untidy);
      expect(readdirSync(join(disk, 'rules/detection'))).toEqual(['login-hammering.yaml']);
      rmSync(join(disk, 'filler'));
      expect((await run(['fmt'], { cwd: disk })).end).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    'init leaves nothing half written',
    async () => {
      fill();
      expectOneLine(await run(['init', 'new'], { cwd: disk }), 74, /space/);
      rmSync(join(disk, 'filler'));
      expect((await run(['init', 'new'], { cwd: disk })).end).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    'apply changes nothing at the target that it could not put on record',
    async () => {
      const org = await startOrg(folder);
      const credentials = JSON.parse(
        readFileSync(join(folder, '.signalwright/credentials.json'), 'utf8'),
      ) as Record<string, string>;
      const env = {
        ...org.env,
        DD_API_KEY: credentials['apiKey'] ?? '',
        DD_APP_KEY: credentials['applicationKey'] ?? '',
      };
      fill();
      const refused = await run(['apply', '--yes'], { cwd: disk, env });
      expect([1, 74]).toContain(refused.end);
      expect(`${refused.out}${refused.err}`).toMatch(/space/);
      expect(await org.client.rules.list()).toEqual({ kind: 'done', value: [] });
      rmSync(join(disk, 'filler'));
      expect((await run(['apply', '--yes'], { cwd: disk, env })).end).toBe(0);
      expect(await org.client.rules.list()).toMatchObject({
        kind: 'done',
        value: [{ kind: 'detection-rule' }],
      });
    },
    LIMIT_MS,
  );
});

function canMount(): boolean {
  if (!IS_ROOT) return false;
  const probe = mkdtempSync(join(tmpdir(), 'sw-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

test(
  'a port that nothing answers on is said at once',
  async () => {
    const env = { SIGNALWRIGHT_URL: 'http://127.0.0.1:1', DD_API_KEY: 'a', DD_APP_KEY: 'b' };
    expectOneLine(await run(['plan'], { cwd: folder, env }), 74, /does not answer at/);
  },
  LIMIT_MS,
);

test(
  'without an org the first run of plan says how to start one',
  async () => {
    expectOneLine(await run(['plan'], { cwd: folder }), 74, /There is no embedded org here/);
  },
  LIMIT_MS,
);
