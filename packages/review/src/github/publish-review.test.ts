import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Diagnostic } from '@signalwright/model';
import type { Review } from '../review.ts';
import { FakeGitHub } from '../testing/fake-github.ts';
import { shopReview } from '../testing/shop-review.ts';
import { commentMarker } from './comment-marker.ts';
import { createGitHub, type GitHub } from './create-github.ts';
import { publishReview, type PublishResult } from './publish-review.ts';

const TOKEN = 'ghs_canary0123456789abcdefghijklmnop';
const PULL = { owner: 'acme', repo: 'content', number: 7 };
const COMMENTS = /\/issues\/7\/comments$/;
const CHECKS = /\/check-runs/;

const NARROWS = shopReview({
  'rules/detection/login-failures.yaml': [['path:/login*', 'path:/login']],
});
const WIDENS = shopReview({
  'rules/detection/login-failures.yaml': [['path:/login*', 'path:/log*']],
});

function withFindings(count: number): Review {
  const findings = Array.from({ length: count }, (_, at): Diagnostic => ({
    code: 'lint/no-tests',
    severity: 'warning',
    message: `finding ${at}`,
    range: {
      file: 'views/open-attacks.yaml',
      start: { line: at + 1, col: 1 },
      end: { line: at + 1, col: 5 },
    },
  }));
  return { ...NARROWS, diagnostics: findings };
}

describe('publishing a review', () => {
  let fake: FakeGitHub;
  const lines: string[] = [];
  let isPaced = false;

  beforeEach(async () => {
    fake = await new FakeGitHub().start();
    lines.length = 0;
    isPaced = false;
  });
  afterEach(() => fake.stop());

  const client = (): GitHub =>
    createGitHub({
      token: TOKEN,
      apiUrl: fake.url,
      fetch: globalThis.fetch,
      userAgent: 'signalwright/test',
      log: (line) => lines.push(line),
      waitUnitMs: 1,
      isPaced,
    });
  const publish = (review: Review, markerKey?: string): Promise<PublishResult> =>
    publishReview(client(), { pull: PULL, headSha: fake.pull.headSha, review, prefix: '', markerKey });
  const ours = () => fake.comments.filter(({ login }) => login === fake.login);

  test('makes one comment and one check run, with the verdict in both', async () => {
    expect(await publish(NARROWS)).toEqual({ comment: 'created', check: 'created', refusals: [] });
    const [comment] = ours();
    expect(comment?.body).toMatch(/^<!-- signalwright:review [0-9a-f]{40} -->\n### What this change means/);
    expect(comment?.body).toContain('@http.url_details.path:/login*');
    const [run] = fake.checkRuns;
    expect(run).toMatchObject({ status: 'completed', conclusion: 'success', headSha: fake.pull.headSha });
    expect(run?.annotations).toMatchObject([
      {
        path: 'rules/detection/login-failures.yaml',
        start_line: 11,
        annotation_level: 'notice',
        title: 'detection-rule/login-failures',
        message: expect.stringMatching(/^NARROWS: query failures narrows/),
      },
    ]);
  });

  test('keeps the pace that GitHub asks of writers', async () => {
    isPaced = true;
    const startedMs = performance.now();
    expect(await publish(NARROWS)).toMatchObject({ comment: 'created', check: 'created' });
    // Four writes, GraphQL among them, a second apart.
    expect(performance.now() - startedMs).toBeGreaterThan(2_900);
  });

  test('a second run changes nothing', async () => {
    await publish(NARROWS);
    const before = JSON.stringify([fake.comments, fake.checkRuns]);
    fake.requests.length = 0;
    expect(await publish(NARROWS)).toEqual({ comment: 'unchanged', check: 'unchanged', refusals: [] });
    expect(JSON.stringify([fake.comments, fake.checkRuns])).toBe(before);
    expect(fake.requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql')).toEqual([]);
  });

  test('another review takes the place of the first, in the same comment', async () => {
    await publish(NARROWS);
    const [{ id } = { id: 0 }] = ours();
    expect(await publish(WIDENS)).toMatchObject({ comment: 'updated', check: 'created' });
    expect(ours()).toHaveLength(1);
    expect(ours()[0]).toMatchObject({ id, body: expect.stringContaining('widens') });
    expect(fake.checkRuns).toHaveLength(2);
  });

  test('finds its comment after 250 others', async () => {
    for (let at = 0; at < 130; at += 1) fake.say('dana', `comment ${at}`);
    await publish(NARROWS);
    for (let at = 0; at < 120; at += 1) fake.say('dana', `comment ${at}`);
    await publish(WIDENS);
    expect(ours()).toHaveLength(1);
    expect(fake.comments).toHaveLength(251);
  });

  test('leaves a comment alone in which somebody else repeats the marker', async () => {
    const forged = `${commentMarker(PULL, undefined)}\nThis change is fine, merge it.`;
    const id = fake.say('mallory', forged);
    expect(await publish(NARROWS)).toMatchObject({ comment: 'created' });
    expect(fake.comments.find((comment) => comment.id === id)?.body).toBe(forged);
    expect(ours()).toHaveLength(1);
  });

  test('with a key, another workflow of the same bot cannot be made to lend its comment', async () => {
    fake.say(fake.login, `${commentMarker(PULL, undefined)}\nI repeat what people write.`);
    await publish(NARROWS, 'k3y');
    expect(ours()).toHaveLength(2);
    await publish(WIDENS, 'k3y');
    expect(ours()).toHaveLength(2);
    expect(ours()[0]?.body).toContain('I repeat');
  });

  test('the marker differs for each pull request, repository and key', () => {
    const markers = [
      commentMarker(PULL, undefined),
      commentMarker({ ...PULL, number: 8 }, undefined),
      commentMarker({ ...PULL, repo: 'other' }, undefined),
      commentMarker(PULL, 'a'),
      commentMarker(PULL, 'b'),
    ];
    expect(new Set(markers).size).toBe(markers.length);
  });

  test.each(['unseen', 'lost', 'cut-off', 'half', 'log-in'] as const)(
    'a creation without a usable answer (%s) leaves one comment',
    async (fault) => {
      fake.fail('POST', COMMENTS, fault);
      expect(await publish(NARROWS)).toMatchObject({ comment: 'created' });
      expect(ours()).toHaveLength(1);
    },
  );

  test.each(['unseen', 'lost', 'half'] as const)(
    'a check run without a usable answer (%s) stays one',
    async (fault) => {
      fake.fail('POST', CHECKS, fault);
      expect(await publish(NARROWS)).toMatchObject({ check: 'created' });
      expect(fake.checkRuns).toHaveLength(1);
      expect(fake.checkRuns[0]?.status).toBe('completed');
    },
  );

  test('gives up on a creation that never succeeds, and says so in one line', async () => {
    fake.fail('POST', COMMENTS, 'unseen', 99);
    await expect(publish(NARROWS)).rejects.toMatchObject({
      name: 'GitHubRefusal',
      message: expect.stringMatching(/^Writing the comment failed\. GitHub answered 502/),
    });
    expect(fake.count('POST', COMMENTS)).toBe(3);
  });

  test.each(['unseen', 'half', 'log-in'] as const)('reads are repeated (%s)', async (fault) => {
    fake.fail('GET', COMMENTS, fault, 2);
    expect(await publish(NARROWS)).toMatchObject({ comment: 'created' });
  });

  test.each([
    ['log-in', 'GitHub answered 502: The answer (200) is no JSON.'],
    ['endless', 'GitHub answered 502: The answer (200) is longer than 33554432 bytes.'],
  ] as const)('what no program can read is told in one line (%s)', async (fault, reason) => {
    fake.fail('GET', COMMENTS, fault, 99);
    await expect(publish(NARROWS)).rejects.toMatchObject({
      name: 'GitHubRefusal',
      message: `Writing the comment failed. ${reason}`,
    });
  });

  test('a list that goes on elsewhere is not followed: the token would go there', async () => {
    const asked: string[] = [];
    const github = createGitHub({
      token: TOKEN,
      apiUrl: fake.url,
      fetch: (url, init) => {
        asked.push(new URL(String(url)).host);
        return globalThis.fetch(url, init);
      },
      userAgent: 'x',
      waitUnitMs: 1,
      isPaced: false,
    });
    fake.fail('GET', COMMENTS, 'elsewhere');
    const request = { pull: PULL, headSha: fake.pull.headSha, review: NARROWS, prefix: '' };
    await expect(publishReview(github, request)).rejects.toThrow('names another host: localhost:1');
    expect(new Set(asked)).toEqual(new Set([new URL(fake.url).host]));
  });

  test('waits for the secondary rate limit as long as GitHub says', async () => {
    fake.fail('POST', COMMENTS, 'secondary-limit', 2);
    fake.fail('PATCH', CHECKS, 'secondary-limit');
    expect(await publish(NARROWS)).toEqual({ comment: 'created', check: 'created', refusals: [] });
    expect(ours()).toHaveLength(1);
    expect(lines).toContain("GitHub's secondary rate limit is met; repeating after 1 s");
  });

  test('a limit that does not end is a refusal', async () => {
    fake.fail('POST', COMMENTS, 'secondary-limit', 99);
    const result = await publish(NARROWS);
    expect(result.comment).toBe('refused');
    expect(fake.count('POST', COMMENTS)).toBe(4);
  });

  test('120 annotations go out in batches of 50, none twice', async () => {
    const review = withFindings(119);
    await publish(review);
    const sizes = fake.requests
      .filter(({ path, method }) => CHECKS.test(path) && method !== 'GET')
      .map(({ body }) => (body as { output: { annotations?: unknown[] } }).output.annotations?.length ?? 0);
    expect(sizes).toEqual([50, 50, 20, 0]);
    const [run] = fake.checkRuns;
    expect(new Set(run?.annotations.map(({ message }) => message)).size).toBe(120);
    expect(await publish(review)).toMatchObject({ check: 'unchanged' });
  });

  test.each(['unseen', 'lost'] as const)(
    'a batch that is answered with 502 (%s) is there once',
    async (fault) => {
      fake.fail('PATCH', CHECKS, fault);
      await publish(withFindings(119));
      const [run] = fake.checkRuns;
      expect(run?.annotations).toHaveLength(120);
      expect(new Set(run?.annotations.map(({ message }) => message)).size).toBe(120);
    },
  );

  test('a run that was cut off is carried on, not shown as done', async () => {
    fake.fail('PATCH', CHECKS, 'unseen', 99);
    await expect(publish(withFindings(60))).rejects.toThrow('Writing the check run failed');
    expect(fake.checkRuns[0]?.status).toBe('in_progress');
    const later = await new FakeGitHub().start();
    later.comments.push(...fake.comments);
    later.checkRuns.push(...fake.checkRuns);
    await fake.stop();
    fake = later;
    expect(await publish(withFindings(60))).toMatchObject({ comment: 'unchanged', check: 'created' });
    expect(fake.checkRuns).toHaveLength(1);
    expect(fake.checkRuns[0]).toMatchObject({ status: 'completed' });
    expect(fake.checkRuns[0]?.annotations).toHaveLength(61);
  });

  test('of two runs at one time the older comment stays', async () => {
    const [first, second] = await Promise.all([publish(NARROWS), publish(NARROWS)]);
    const again = await publish(NARROWS);
    expect(ours()).toHaveLength(1);
    expect(again.comment).toBe('unchanged');
    expect([first?.comment, second?.comment].toSorted()).toEqual(['created', 'unchanged']);
  });

  test('a token that may not write, as on a pull request of a fork, is told and not thrown', async () => {
    fake.fail('POST', COMMENTS, 'forbidden');
    fake.fail('POST', CHECKS, 'forbidden');
    const result = await publish(NARROWS);
    expect(result).toMatchObject({ comment: 'refused', check: 'refused' });
    expect(result.refusals).toEqual([
      expect.stringContaining('GitHub answered 403: Resource not accessible by integration'),
      expect.stringContaining('GitHub answered 403'),
    ]);
  });

  test('the token goes into the header and nowhere else', async () => {
    fake.fail('POST', COMMENTS, 'secondary-limit');
    fake.fail('GET', CHECKS, 'unseen');
    const result = await publish(NARROWS);
    fake.fail('POST', COMMENTS, 'unseen', 99);
    fake.comments.length = 0;
    const error = await publish(NARROWS).catch((caught: unknown) => caught);
    const seen = JSON.stringify([
      result,
      lines,
      fake.comments,
      fake.checkRuns,
      fake.requests.map(({ body, path }) => [body, path]),
    ]);
    const told = `${String(error)}${(error as Error).stack ?? ''}${JSON.stringify(error)}`;
    for (const spelled of [TOKEN, Buffer.from(TOKEN).toString('base64'), encodeURIComponent(TOKEN)]) {
      expect(seen).not.toContain(spelled);
      expect(told).not.toContain(spelled);
    }
    expect(fake.requests.every(({ authorization }) => authorization.endsWith(TOKEN))).toBe(true);
  });

  test('a token whose owner GitHub does not tell writes nothing', async () => {
    fake.fail('POST', /^\/graphql$/, 'forbidden');
    await expect(publish(NARROWS)).rejects.toThrow('GitHub does not say whose token this is');
    expect(fake.comments).toEqual([]);
  });

  test('a network that is down is told in one line', async () => {
    const github = createGitHub({
      token: TOKEN,
      apiUrl: fake.url,
      fetch: () => Promise.reject(new TypeError(`connect ECONNREFUSED ${'x'.repeat(1_000)}`)),
      userAgent: 'x',
      waitUnitMs: 1,
      isPaced: false,
    });
    const request = { pull: PULL, headSha: fake.pull.headSha, review: NARROWS, prefix: '' };
    const error = (await publishReview(github, request).catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ name: 'GitHubRefusal', kind: 'environment' });
    expect(error.message).toContain('GitHub could not be reached: connect ECONNREFUSED');
    expect(error.message.length).toBeLessThan(500);
  });

  test('an address that would send the token in the clear is refused', () => {
    const options = { token: TOKEN, fetch: globalThis.fetch, userAgent: 'x' };
    for (const apiUrl of [
      'http://github.example.com/api/v3',
      'ftp://127.0.0.1',
      'http://127.0.0.1.example.com',
    ]) {
      expect(() => createGitHub({ ...options, apiUrl }), apiUrl).toThrow('must be https');
    }
  });
});
