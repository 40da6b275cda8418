/**
 * GitHub as far as a review sees it, over HTTP on loopback: pull requests, comments with paging, check runs
 * with their limits, trees and blobs; and the ways in which it fails.
 */

import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Annotation } from '../check/annotations.ts';

export interface FakeComment {
  readonly id: number;
  readonly login: string;
  body: string;
}

export interface FakeCheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly externalId: string;
  status: string;
  conclusion: string | null;
  title: string;
  summary: string;
  readonly annotations: Annotation[];
}

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

/**
 * `unseen`: answered with 502 and not carried out; `lost`: carried out, and answered with 502 all the same. `half`:
 * carried out, and half of the answer is lost; `log-in`: a proxy answers with its page; `endless`: more than anybody reads.
 */
export type Fault =
  | 'unseen'
  | 'lost'
  | 'secondary-limit'
  | 'forbidden'
  | 'cut-off'
  | 'half'
  | 'log-in'
  | 'endless'
  | 'elsewhere';

interface PlannedFault {
  readonly method: string;
  readonly path: RegExp;
  readonly fault: Fault;
  times: number;
}

export interface FakePull {
  readonly headSha: string;
  readonly baseSha: string;
  readonly mergeBaseSha: string;
  readonly headRepository: string | null;
}

const MAX_BODY = 65_536;
const MAX_ANNOTATIONS_PER_REQUEST = 50;
const JSON_TYPE = { 'content-type': 'application/json' };
const REPOSITORY = '/repos/acme/content';

export class FakeGitHub {
  readonly comments: FakeComment[] = [];
  readonly checkRuns: FakeCheckRun[] = [];
  readonly requests: FakeRequest[] = [];
  /** Commit to files: path to text. */
  readonly trees = new Map<string, ReadonlyMap<string, string>>();
  pull: FakePull = {
    headSha: '1'.repeat(40),
    baseSha: '2'.repeat(40),
    mergeBaseSha: '2'.repeat(40),
    headRepository: 'acme/content',
  };
  login = 'github-actions[bot]';
  isTruncated = false;
  /** Blobs come with a byte too many. */
  tampered = false;
  #faults: PlannedFault[] = [];
  #nextId = 1_000;
  #server: ServerType | undefined;

  get url(): string {
    if (this.#server === undefined) throw new Error('The fake was not started.');
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async start(): Promise<this> {
    const app = this.#routes();
    await new Promise<void>((resolve) => {
      this.#server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
    });
    return this;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  fail(method: string, path: RegExp, fault: Fault, times = 1): void {
    this.#faults.push({ method, path, fault, times });
  }

  /** Somebody else comments. */
  say(login: string, body: string): number {
    const id = (this.#nextId += 1);
    this.comments.push({ id, login, body });
    return id;
  }

  count(method: string, path: RegExp): number {
    return this.requests.filter((request) => request.method === method && path.test(request.path)).length;
  }

  #routes(): Hono {
    const app = new Hono();
    app.use(async (c, next) => {
      const { method, path } = c.req;
      const text = await c.req.raw.clone().text();
      const authorization = c.req.header('authorization') ?? '';
      this.requests.push({ method, path, authorization, body: text === '' ? undefined : JSON.parse(text) });
      const fault = this.#takeFault(method, path);
      if (fault === 'secondary-limit') {
        return c.json({ message: 'You have exceeded a secondary rate limit.' }, 403, { 'retry-after': '1' });
      }
      if (fault === 'forbidden') return c.json({ message: 'Resource not accessible by integration' }, 403);
      if (fault === 'unseen') return c.text('<html>Unicorn!</html>', 502);
      if (fault === 'log-in') return c.html('<html>Log in</html>');
      if (fault === 'endless') return c.json({ message: 'x'.repeat(40 * 1024 * 1024) });
      if (fault === 'elsewhere') {
        return c.json([], 200, { link: '<http://localhost:1/next>; rel="next"' });
      }
      await next();
      if (fault === 'half') c.res = new Response('{"id": 1', { headers: JSON_TYPE });
      if (fault === 'lost') c.res = new Response('<html>Unicorn!</html>', { status: 502 });
      if (fault === 'cut-off') c.res = new Response('{"id": 1', { status: 500, headers: JSON_TYPE });
      return undefined;
    });
    app.post('/graphql', (c) => c.json({ data: { viewer: { login: this.login } } }));
    app.get('/user', (c) => c.json({ message: 'Resource not accessible by integration' }, 403));
    app.get(`${REPOSITORY}/pulls/7`, (c) => this.#readPull(c));
    app.get(`${REPOSITORY}/compare/:range`, (c) =>
      c.json({ merge_base_commit: { sha: this.pull.mergeBaseSha } }),
    );
    app.get(`${REPOSITORY}/git/trees/:sha`, (c) => this.#readTree(c));
    app.get(`${REPOSITORY}/git/blobs/:sha`, (c) => this.#readBlob(c));
    app.get(`${REPOSITORY}/issues/7/comments`, (c) => this.#listComments(c));
    app.post(`${REPOSITORY}/issues/7/comments`, (c) => this.#createComment(c));
    app.patch(`${REPOSITORY}/issues/comments/:id`, (c) => this.#updateComment(c));
    app.delete(`${REPOSITORY}/issues/comments/:id`, (c) => this.#deleteComment(c));
    app.get(`${REPOSITORY}/commits/:ref/check-runs`, (c) => this.#listCheckRuns(c));
    app.post(`${REPOSITORY}/check-runs`, (c) => this.#createCheckRun(c));
    app.get(`${REPOSITORY}/check-runs/:id`, (c) => this.#readCheckRun(c));
    app.patch(`${REPOSITORY}/check-runs/:id`, (c) => this.#updateCheckRun(c));
    app.notFound((c) => c.json({ message: 'Not Found' }, 404));
    return app;
  }

  #takeFault(method: string, path: string): Fault | undefined {
    const planned = this.#faults.find(
      (each) => each.times > 0 && each.method === method && each.path.test(path),
    );
    if (planned === undefined) return undefined;
    planned.times -= 1;
    return planned.fault;
  }

  #readPull(c: Context): Response {
    const { headSha, baseSha, headRepository } = this.pull;
    const repo = headRepository === null ? null : { full_name: headRepository };
    return c.json({
      number: 7,
      state: 'open',
      head: { sha: headSha, repo },
      base: { sha: baseSha, ref: 'main' },
    });
  }

  #readTree(c: Context): Response {
    const files = this.trees.get(c.req.param('sha') ?? '');
    if (files === undefined) return c.json({ message: 'Not Found' }, 404);
    const tree = [...files].map(([path, text]) => ({
      path,
      mode: text.startsWith('->') ? '120000' : '100644',
      type: 'blob',
      sha: blobIdOf(text),
      size: Buffer.byteLength(text),
    }));
    return c.json({ sha: c.req.param('sha'), truncated: this.isTruncated, tree });
  }

  #readBlob(c: Context): Response {
    for (const files of this.trees.values()) {
      for (const text of files.values()) {
        if (blobIdOf(text) !== c.req.param('sha')) continue;
        // GitHub breaks its base64 into lines.
        const content = Buffer.from(this.tampered ? `${text} ` : text)
          .toString('base64')
          .replaceAll(/.{60}/g, '$&\n');
        return c.json({ sha: c.req.param('sha'), encoding: 'base64', content });
      }
    }
    return c.json({ message: 'Not Found' }, 404);
  }

  #listComments(c: Context): Response {
    const perPage = Math.min(100, Number(c.req.query('per_page') ?? 30));
    const page = Number(c.req.query('page') ?? 1);
    const some = this.comments.slice((page - 1) * perPage, page * perPage);
    const hasMore = this.comments.length > page * perPage;
    const next = `${this.url}${c.req.path}?per_page=${perPage}&page=${page + 1}`;
    return c.json(some.map(shownComment), 200, hasMore ? { link: `<${next}>; rel="next"` } : {});
  }

  async #createComment(c: Context): Promise<Response> {
    const { body } = await c.req.json<{ body: string }>();
    if (body.length > MAX_BODY) return c.json({ message: 'Validation Failed: body is too long' }, 422);
    const id = this.say(this.login, body);
    return c.json(shownComment({ id, login: this.login, body }), 201);
  }

  async #updateComment(c: Context): Promise<Response> {
    const comment = this.comments.find(({ id }) => id === Number(c.req.param('id')));
    const { body } = await c.req.json<{ body: string }>();
    if (comment === undefined) return c.json({ message: 'Not Found' }, 404);
    // A bot may change its own comments only; GitHub would let a maintainer's token do more.
    if (comment.login !== this.login) return c.json({ message: 'Must have admin rights' }, 403);
    if (body.length > MAX_BODY) return c.json({ message: 'Validation Failed: body is too long' }, 422);
    comment.body = body;
    return c.json(shownComment(comment));
  }

  #deleteComment(c: Context): Response {
    const at = this.comments.findIndex(({ id }) => id === Number(c.req.param('id')));
    if (at === -1) return c.json({ message: 'Not Found' }, 404);
    this.comments.splice(at, 1);
    return c.body(null, 204);
  }

  #listCheckRuns(c: Context): Response {
    const runs = this.checkRuns.filter(
      ({ headSha, name }) => headSha === c.req.param('ref') && name === c.req.query('check_name'),
    );
    // The latest of a name only, as `filter=latest` has it.
    const latest = runs.slice(-1);
    return c.json({ total_count: latest.length, check_runs: latest.map(shownRun) });
  }

  async #createCheckRun(c: Context): Promise<Response> {
    const body = await c.req.json<CheckRunBody>();
    const refusal = refuseOutput(body);
    if (refusal !== undefined) return c.json({ message: refusal }, 422);
    const run: FakeCheckRun = {
      id: (this.#nextId += 1),
      name: body.name ?? '',
      headSha: body.head_sha ?? '',
      externalId: body.external_id ?? '',
      status: body.status ?? 'queued',
      conclusion: body.conclusion ?? null,
      title: body.output?.title ?? '',
      summary: body.output?.summary ?? '',
      annotations: [...(body.output?.annotations ?? [])],
    };
    this.checkRuns.push(run);
    return c.json(shownRun(run), 201);
  }

  #readCheckRun(c: Context): Response {
    const run = this.#runOf(c);
    return run === undefined ? c.json({ message: 'Not Found' }, 404) : c.json(shownRun(run));
  }

  async #updateCheckRun(c: Context): Promise<Response> {
    const run = this.#runOf(c);
    const body = await c.req.json<CheckRunBody>();
    const refusal = refuseOutput(body);
    if (run === undefined) return c.json({ message: 'Not Found' }, 404);
    if (refusal !== undefined) return c.json({ message: refusal }, 422);
    run.status = body.status ?? run.status;
    run.conclusion = body.conclusion ?? run.conclusion;
    run.title = body.output?.title ?? run.title;
    run.summary = body.output?.summary ?? run.summary;
    run.annotations.push(...(body.output?.annotations ?? []));
    return c.json(shownRun(run));
  }

  #runOf(c: Context): FakeCheckRun | undefined {
    return this.checkRuns.find(({ id }) => id === Number(c.req.param('id')));
  }
}

interface CheckRunBody {
  readonly name?: string;
  readonly head_sha?: string;
  readonly external_id?: string;
  readonly status?: string;
  readonly conclusion?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly annotations?: readonly Annotation[];
  };
}

function refuseOutput({ output }: CheckRunBody): string | undefined {
  const annotations = output?.annotations ?? [];
  if (annotations.length > MAX_ANNOTATIONS_PER_REQUEST) return 'No more than 50 annotations';
  if ((output?.summary ?? '').length > MAX_BODY) return 'summary is too long';
  const isBad = annotations.some(
    ({ path, start_line: start, end_line: end, start_column: column, message }) =>
      path === '' ||
      path.startsWith('/') ||
      start < 1 ||
      end < start ||
      message === '' ||
      (column !== undefined && start !== end),
  );
  return isBad ? 'Invalid annotation' : undefined;
}

function shownComment({ id, login, body }: FakeComment): object {
  return { id, body, user: { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' } };
}

function shownRun(run: FakeCheckRun): object {
  return {
    id: run.id,
    name: run.name,
    head_sha: run.headSha,
    external_id: run.externalId,
    status: run.status,
    conclusion: run.conclusion,
    output: { title: run.title, summary: run.summary, annotations_count: run.annotations.length },
  };
}

function blobIdOf(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
