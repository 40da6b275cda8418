import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import type { World } from '../world.ts';

const TOKEN = 'ghs_canary0123456789abcdefghijklmnop';
const RULE = 'rules/detection/login-failures.yaml';
const CONTENT: Readonly<Record<string, string>> = {
  'signalwright.yaml': 'stack: shop\nenvironments:\n  prod: { target: datadog, site: datadoghq.eu }\n',
  [RULE]: `kind: detection-rule
id: login-failures
name: Many failed logins from one address
type: application_security
owner: team-identity
groupBy: [service, '@http.client_ip']
queries:
  - name: failures
    query: >-
      @appsec.security_activity:business_logic.users.login.failure
      @http.url_details.path:/login*
cases:
  - { name: hammering, condition: failures > 2, severity: high }
message: Look at it.
sample:
  service: shop
  '@http.client_ip': 203.0.113.9
  '@http.url_details.path': /login
  '@appsec.security_activity': business_logic.users.login.failure
tests:
  - name: three failures
    events: [{ repeat: 3, every: 1s }]
    signals: [{ case: hammering }]
  - name: two are not enough
    events: [{ repeat: 2, every: 1s }]
    signals: []
`,
};

let root: string;
let out: string;
let err: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sw-cli-review-'));
  git('init', '-q', '-b', 'main');
  commit(CONTENT);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function git(...args: string[]): string {
  const own = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
  return execFileSync('git', [...own, ...args], { cwd: root, encoding: 'utf8' }).trim();
}

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function commit(files: Readonly<Record<string, string>>): string {
  put(files);
  git('add', '-A');
  git('commit', '-qm', 'x');
  return git('rev-parse', 'HEAD');
}

function edited(from: string, to: string): Readonly<Record<string, string>> {
  const text = CONTENT[RULE] ?? '';
  expect(text).toContain(from);
  return { [RULE]: text.replace(from, to) };
}

async function run(args: readonly string[], over: Partial<World> = {}): Promise<number> {
  out = '';
  err = '';
  const { env, ...others } = over;
  return main(args, {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: root, ...env },
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
    isInteractive: false,
    nowMs: () => Date.UTC(2026, 0, 1),
    ask: () => Promise.resolve(''),
    fetch: () => Promise.reject(new TypeError('there is no network here')),
    readInput: () => Promise.reject(new Error('nothing is piped in')),
    untilStopped: () => Promise.resolve(),
    stopSignal: () => new AbortController().signal,
    ...others,
  });
}

describe('signalwright diff', () => {
  test('says what the working tree means against the last commit', async () => {
    put(edited('path:/login*', 'path:/login'));
    expect(await run(['diff'])).toBe(0);
    expect(out).toContain('▼ detection-rule/login-failures  query failures narrows: fewer events match');
    expect(out).toContain('    - @http.url_details.path: /login/other');
    expect(out).toContain('because @http.url_details.path:/login* became @http.url_details.path:/login');
  });

  test('says that nothing changed', async () => {
    expect(await run(['diff', '--exit-code'])).toBe(0);
    expect(out).toBe('No change of content\n');
  });

  test('with --exit-code a change is 2', async () => {
    put(edited('path:/login*', 'path:/login'));
    expect(await run(['diff', '--exit-code'])).toBe(2);
  });

  test('compares two commits, and three dots compare with where they parted', async () => {
    git('checkout', '-qb', 'topic');
    commit(edited('path:/login*', 'path:/login'));
    git('checkout', '-q', 'main');
    commit(edited('failures > 2', 'failures > 1'));
    expect(await run(['diff', 'main..topic'])).toBe(0);
    expect(out).toContain('before when failures > 1');
    expect(await run(['diff', 'main...topic'])).toBe(0);
    expect(out).not.toContain('failures > 1');
    expect(out).toContain('narrows');
  });

  test('gives one JSON document', async () => {
    put(edited('path:/login*', 'path:/login'));
    expect(await run(['diff', '--json'])).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      ok: true,
      changed: true,
      objects: [{ address: 'detection-rule/login-failures', queries: [{ verdict: 'NARROWS' }] }],
    });
    expect(out.trim().split('\n')).toHaveLength(1);
  });

  test('content with errors is 1, and the error is printed', async () => {
    put(edited('failures > 2', 'failure > 2'));
    expect(await run(['diff'])).toBe(1);
    expect(err).toContain('condition/unknown-label');
    expect(err).toContain('Not compared: the content of working tree has errors.');
  });

  test('errors of the old side are told apart', async () => {
    commit(edited('failures > 2', 'failure > 2'));
    put(CONTENT);
    expect(await run(['diff'])).toBe(1);
    expect(err).toMatch(/Not compared: the content of [0-9a-f]{12}, which is compared with, has 1 error\./);
  });

  test('content where there was none is all new', async () => {
    git('rm', '-rq', 'rules');
    git('commit', '-qm', 'x');
    put(CONTENT);
    expect(await run(['diff'])).toBe(0);
    expect(out).toContain('+ detection-rule/login-failures  is new');
  });

  test.each([
    [['diff', 'nowhere'], 64],
    [['diff', '--', '--upload-pack=x'], 64],
    [['diff', 'a..b..c'], 64],
    [['diff', 'main:signalwright.yaml'], 64],
  ])('%j is wrong usage', async (args, code) => {
    expect(await run(args)).toBe(code);
    expect(out).toBe('');
  });

  test('a folder without git is the environment', async () => {
    rmSync(join(root, '.git'), { recursive: true });
    expect(await run(['diff'])).toBe(74);
  });
});

describe('signalwright review', () => {
  test('--dry-run prints the comment of the working tree, without network', async () => {
    put(edited('path:/login*', 'path:/login'));
    expect(await run(['review', '--dry-run', '--base', 'main'])).toBe(0);
    expect(out).toMatch(/^### What this change means\n/);
    expect(out).toContain('**`detection-rule/login-failures`** query `failures` narrows');
    expect(out).toContain('Not available: no credentials for the target here');
  });

  test('a failing test is 1', async () => {
    put(edited('failures > 2', 'failures > 3'));
    expect(await run(['review', '--dry-run', '--base', 'main'])).toBe(1);
    expect(out).toContain('1 of 2 tests fails');
  });

  test.each([
    ['which pull request', ['review'], {}, 64],
    ['which base', ['review', '--dry-run'], {}, 64],
    ['which repository', ['review', '--pr', '7'], { GITHUB_TOKEN: TOKEN }, 64],
    [
      'a number that is none',
      ['review', '--pr', '7;id', '--repo', 'acme/content'],
      { GITHUB_TOKEN: TOKEN },
      64,
    ],
    ['a repository that is none', ['review', '--pr', '7', '--repo', '../..'], { GITHUB_TOKEN: TOKEN }, 64],
    ['no token', ['review', '--pr', '7', '--repo', 'acme/content'], {}, 74],
    [
      'a token in the clear',
      ['review', '--pr', '7', '--repo', 'acme/content'],
      { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: 'http://ghe.example.com' },
      74,
    ],
  ])('%s is asked for', async (_title, args, env, code) => {
    expect(await run(args, { env })).toBe(code);
    expect(`${out}${err}`).not.toContain(TOKEN);
  });

  describe('--pr', () => {
    const env = { GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: 'acme/content' };

    test('writes comment and check run for the commit that GitHub names', async () => {
      const { base, head } = branch(edited('path:/login*', 'path:/login'));
      const github = playGitHub(base, head);
      expect(await run(['review', '--pr', '7'], { env, fetch: github.fetch })).toBe(0);
      expect(out).toBe('comment created, check run created (success)\n');
      expect(github.comments).toHaveLength(1);
      expect(github.comments[0]).toContain('narrows: fewer events match');
      expect(github.comments[0]).toContain('Compared `' + base.slice(0, 12));
      expect(github.runs).toEqual([expect.objectContaining({ head_sha: head, name: 'signalwright' })]);
      expect(`${out}${err}${github.comments.join('')}${JSON.stringify(github.runs)}`).not.toContain(TOKEN);
    });

    test('takes the number from the event that started the run', async () => {
      const { base, head } = branch(edited('path:/login*', 'path:/login'));
      const path = join(root, '.git', 'event.json');
      writeFileSync(path, JSON.stringify({ pull_request: { number: 7, base: { sha: base } } }));
      const github = playGitHub(base, head);
      expect(await run(['review'], { env: { ...env, GITHUB_EVENT_PATH: path }, fetch: github.fetch })).toBe(
        0,
      );
      expect(github.comments).toHaveLength(1);
    });

    test('keys go where the base says, wherever the change points', async () => {
      const files = {
        'signalwright.yaml': (CONTENT['signalwright.yaml'] ?? '').replace('datadoghq.eu', 'datadoghq.com'),
      };
      const { base, head } = branch(files);
      const github = playGitHub(base, head);
      const keys = { DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40) };
      const code = await run(['review', '--pr', '7'], { env: { ...env, ...keys }, fetch: github.fetch });
      expect(code).toBe(0);
      expect(github.elsewhere.length).toBeGreaterThan(0);
      expect(new Set(github.elsewhere)).toEqual(new Set(['https://api.datadoghq.eu']));
      expect(github.comments[0]).toContain('environment `prod` has another target');
    });

    test('--dry-run with a token reads, prints and writes nothing', async () => {
      const { base, head } = branch(edited('path:/login*', 'path:/login'));
      const github = playGitHub(base, head);
      expect(await run(['review', '--pr', '7', '--dry-run'], { env, fetch: github.fetch })).toBe(0);
      expect(out).toContain('### What this change means');
      expect(github.comments).toEqual([]);
      expect(github.runs).toEqual([]);
    });

    test('errors of the change are 1, in the comment too', async () => {
      const { base, head } = branch(edited('failures > 2', 'failure > 2'));
      const github = playGitHub(base, head);
      expect(await run(['review', '--pr', '7'], { env, fetch: github.fetch })).toBe(1);
      expect(github.comments[0]).toContain('condition/unknown-label');
    });

    test('a plan of another job is shown, one that is none is not', async () => {
      const { base, head } = branch(edited('path:/login*', 'path:/login'));
      const github = playGitHub(base, head);
      writeFileSync(join(root, '.git', 'plan.json'), '{"schemaVersion":1}');
      expect(
        await run(['review', '--pr', '7', '--plan', '.git/plan.json'], { env, fetch: github.fetch }),
      ).toBe(0);
      expect(github.comments[0]).toContain('The plan that was handed in cannot be read');
    });

    test('a token that may not write is 74 and says what to do', async () => {
      const { base, head } = branch(edited('path:/login*', 'path:/login'));
      const github = playGitHub(base, head, true);
      expect(await run(['review', '--pr', '7'], { env, fetch: github.fetch })).toBe(74);
      expect(err).toContain('The token may not write to acme/content#7.');
      expect(err).not.toContain(TOKEN);
    });
  });

  /** A branch with one commit; the working tree stands on main, as in a job of the default branch. */
  function branch(files: Readonly<Record<string, string>>): { readonly base: string; readonly head: string } {
    const base = git('rev-parse', 'HEAD');
    git('checkout', '-qb', 'topic');
    const head = commit(files);
    git('checkout', '-q', 'main');
    expect(readFileSync(join(root, RULE), 'utf8')).toBe(CONTENT[RULE]);
    return { base, head };
  }
});

/** As much of GitHub as one review asks for, and a note of every other host that is called. */
function playGitHub(base: string, head: string, isReadOnly = false) {
  const comments: string[] = [];
  const runs: Record<string, unknown>[] = [];
  const elsewhere: string[] = [];
  const json = (body: unknown, status = 200): Response =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  const fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (url.host !== 'api.github.com') {
      elsewhere.push(url.origin);
      return json({ errors: ['Forbidden'] }, 403);
    }
    const method = init.method ?? 'GET';
    const path = url.pathname.replace('/repos/acme/content', '');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    if (path === '/graphql') return json({ data: { viewer: { login: 'github-actions[bot]' } } });
    if (method !== 'GET' && isReadOnly)
      return json({ message: 'Resource not accessible by integration' }, 403);
    if (path === '/pulls/7') {
      return json({
        state: 'open',
        head: { sha: head, repo: { full_name: 'acme/content' } },
        base: { sha: base },
      });
    }
    if (path.startsWith('/compare/')) return json({ merge_base_commit: { sha: base } });
    if (path === '/issues/7/comments' && method === 'POST') {
      comments.push(String(body['body']));
      return json({ id: comments.length, body: body['body'] }, 201);
    }
    if (path === '/issues/7/comments') {
      return json(
        comments.map((text, at) => ({ id: at + 1, body: text, user: { login: 'github-actions[bot]' } })),
      );
    }
    if (path === '/check-runs') {
      runs.push(body);
      return json({ id: runs.length }, 201);
    }
    if (path.endsWith('/check-runs')) return json({ total_count: 0, check_runs: [] });
    if (path.startsWith('/check-runs/')) return json({ id: 1 });
    return json({ message: 'Not Found' }, 404);
  };
  return { comments, runs, elsewhere, fetch: fetch as typeof globalThis.fetch };
}
