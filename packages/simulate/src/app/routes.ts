/**
 * The pages of the sample application. Each is where an application like it would go wrong, and goes right: nothing
 * here opens a file, starts a process, asks a database or calls out. Dangerous calls are shown to the WAF engine as
 * they would be made, and left at that.
 */

import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { OpenExchange } from './exchange.ts';
import { readForm } from './incoming.ts';
import type { SessionStore } from './session-store.ts';
import { ACCOUNTS, PRODUCTS } from './shop-data.ts';

export interface AppEnv {
  Bindings: HttpBindings;
  Variables: { exchange: OpenExchange };
}
type AppContext = Context<AppEnv>;
type AppReply = Response | Promise<Response>;

const MANUALS_FOLDER = '/srv/shop/manuals';

export function addRoutes(app: Hono<AppEnv>, sessions: SessionStore): void {
  app.get(
    '/',
    inspected((c) => c.json({ products: PRODUCTS.slice(0, 4) })),
  );
  app.get(
    '/health',
    inspected((c) => c.json({ ok: true })),
  );
  app.get('/search', inspected(searchProducts));
  app.get('/products/:slug', inspected(showProduct));
  app.get(
    '/images/:name',
    inspected((c) => c.json({ image: c.req.param('name') })),
  );
  app.get(
    '/docs/:page{.+}',
    inspected((c) => c.json({ page: c.req.param('page') })),
  );
  app.get('/manuals', inspected(downloadManual));
  app.post(
    '/reviews',
    inspectedBody((c) => c.json({ accepted: true }, 201)),
  );
  app.post(
    '/cart',
    inspectedBody((c) => c.json({ accepted: true }, 201)),
  );
  app.post(
    '/login',
    inspectedBody((c, body) => logIn(c, body, sessions)),
  );
  app.get(
    '/account',
    inspected((c) => showAccount(c, sessions)),
  );
  app.get('/invoices', inspected(listInvoices));
  app.post('/webhooks/preview', inspectedBody(previewWebhook));
  app.get('/diagnostics/ping', inspected(pingHost));
}

/** Shows the path's parameters to the engine before the page sees them. */
function inspected(page: (c: AppContext) => AppReply): (c: AppContext) => AppReply {
  return (c) => {
    const { exchange } = c.var;
    exchange.showPathParams(c.req.param());
    return exchange.blockedStatus === undefined ? page(c) : c.body(null);
  };
}

function inspectedBody(page: (c: AppContext, body: Body) => AppReply): (c: AppContext) => AppReply {
  return async (c) => {
    const { exchange } = c.var;
    const body = readBody(await c.req.text(), c.req.header('content-type') ?? '');
    if (body === undefined) return c.json({ error: 'The body is neither a JSON object nor a form.' }, 400);
    exchange.showBody(body);
    return exchange.blockedStatus === undefined ? page(c, body) : c.body(null);
  };
}

type Body = Readonly<Record<string, unknown>>;

function readBody(text: string, contentType: string): Body | undefined {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return readForm(text);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a field, which a form gives as a list. */
function textOf(body: Body, name: string): string {
  const value = body[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : '';
}

function searchProducts(c: AppContext): AppReply {
  const words = (c.req.query('q') ?? '').toLowerCase();
  return c.json({ found: PRODUCTS.filter((product) => product.name.toLowerCase().includes(words)) });
}

function showProduct(c: AppContext): AppReply {
  const product = PRODUCTS.find((candidate) => candidate.slug === c.req.param('slug'));
  return product === undefined ? c.json({ error: 'There is no such product.' }, 404) : c.json(product);
}

function downloadManual(c: AppContext): AppReply {
  const name = c.req.query('name') ?? '';
  c.var.exchange.showCall({ kind: 'open_file', path: `${MANUALS_FOLDER}/${name}` });
  return /^[\w-]{1,64}\.pdf$/.test(name)
    ? c.json({ manual: name })
    : c.json({ error: 'No manual has that name.' }, 404);
}

function logIn(c: AppContext, body: Body, sessions: SessionStore): AppReply {
  const { exchange } = c.var;
  const [login, password] = [textOf(body, 'login'), textOf(body, 'password')];
  if (login === '') return c.json({ error: 'The login is missing.' }, 400);
  const account = ACCOUNTS.find((candidate) => candidate.login === login);
  const outcome = account !== undefined && account.password === password ? 'success' : 'failure';
  exchange.trackLogin(login, { outcome, userExists: account !== undefined });
  if (exchange.blockedStatus !== undefined) return c.body(null);
  if (outcome === 'failure') return c.json({ error: 'Login or password is wrong.' }, 401);
  c.header('set-cookie', `session=${sessions.open(login)}; HttpOnly; SameSite=Strict; Path=/`);
  return c.json({ login });
}

function showAccount(c: AppContext, sessions: SessionStore): AppReply {
  const { exchange } = c.var;
  const login = sessions.userOf(exchange.incoming.sessionId);
  if (login === undefined) return c.json({ error: 'Log in first.' }, 401);
  exchange.identify(login);
  return c.json({ login, orders: [] });
}

function listInvoices(c: AppContext): AppReply {
  const sort = c.req.query('sort') ?? 'date';
  c.var.exchange.showCall({
    kind: 'query_database',
    statement: `SELECT id, total FROM invoices WHERE customer = $1 ORDER BY ${sort}`,
  });
  return ['date', 'total'].includes(sort)
    ? c.json({ invoices: [] })
    : c.json({ error: 'Sort by date or total.' }, 400);
}

function previewWebhook(c: AppContext, body: Body): AppReply {
  const url = textOf(body, 'url');
  c.var.exchange.showCall({ kind: 'fetch_url', url });
  return URL.canParse(url)
    ? c.json({ url, preview: 'queued' }, 202)
    : c.json({ error: 'That is no URL.' }, 400);
}

function pingHost(c: AppContext): AppReply {
  const host = c.req.query('host') ?? '';
  c.var.exchange.showCall({ kind: 'run_command', command: `ping -c 1 ${host}` });
  return /^[\w.-]{1,253}$/.test(host)
    ? c.json({ host, queued: true }, 202)
    : c.json({ error: 'That is no host.' }, 400);
}
