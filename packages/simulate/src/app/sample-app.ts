/**
 * The sample web application behind the WAF engine: a small shop and a payments service on one loopback port.
 * Every request becomes an event, whether the story sends it or a person with a curl.
 */

import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { DenylistEntry, Event } from '@signalwright/model';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { toAapEvent } from '../aap-event.ts';
import type { RefusedEntry } from '../denylist-data.ts';
import type { Waf } from '../waf.ts';
import { OpenExchange } from './exchange.ts';
import { readIncoming } from './incoming.ts';
import { addRoutes, type AppEnv } from './routes.ts';
import { createSessionStore } from './session-store.ts';
import { siteOfHost } from './sites.ts';

export interface SampleAppOptions {
  /** The application owns it from now on and closes it. */
  readonly waf: Waf;
  /** Time of requests that are not part of a story. @default Date.now */
  readonly nowMs?: () => number;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
}

export interface SampleApp {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Lets a request choose its own time and trace, see STORY_HEADER. Another one at each start. */
  readonly storyKey: string;
  readonly engineVersion: string;
  /**
   * Calls `listener` with the event of each request before the request is answered, in the order in which they
   * finish. It must not throw.
   *
   * @returns a function that ends it
   */
  subscribe(listener: (event: Event) => void): () => void;
  /** Replaces the denylist; takes effect with the next request. See `Waf.updateDenylist`. */
  updateDenylist(entries: readonly DenylistEntry[], nowMs: number): readonly RefusedEntry[];
  /** Drops open connections and frees the engine. May be called again. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 1024;
const REQUEST_TIMEOUT_MS = 10_000;

/** @throws the error of `listen`, such as EADDRINUSE */
export async function startSampleApp(options: SampleAppOptions): Promise<SampleApp> {
  const storyKey = randomUUID();
  const listeners = new Set<(event: Event) => void>();
  let port = 0;
  const app = createApp(
    options,
    storyKey,
    () => port,
    (event) => listeners.forEach((listener) => listener(event)),
  );
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  port = await listen(server, options.port ?? 0);
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    storyKey,
    engineVersion: options.waf.engineVersion,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    updateDenylist: (entries, nowMs) => options.waf.updateDenylist(entries, nowMs),
    close: () => (closing ??= closeAll(server, options.waf)),
  };
}

function createApp(
  options: SampleAppOptions,
  storyKey: string,
  port: () => number,
  emit: (event: Event) => void,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    const site = siteOfHost(c.env.incoming.headers.host, port());
    if (site === undefined) return c.text('This host is not served here.\n', 421);
    const incoming = readIncoming(c.env.incoming, { site, storyKey, nowMs: options.nowMs ?? Date.now });
    const exchange = new OpenExchange(incoming, options.waf.startRequest(incoming.atMs));
    c.set('exchange', exchange);
    if (exchange.blockedStatus === undefined) await next();
    if (exchange.blockedStatus !== undefined) c.res = blockedAnswer(exchange.blockedStatus);
    emit(toAapEvent(exchange.close(c.res.status, routeName(routePath(c, -1)))));
    return undefined;
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES }));
  addRoutes(app, createSessionStore());
  // Only what a client did ends here; a mistake of ours goes on to the rim.
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if ('code' in error && error.code === 'ECONNRESET') return c.body(null, 400);
    throw error;
  });
  app.notFound((c) => c.json({ error: 'There is no such page.' }, 404));
  return app;
}

/** `/docs/:page{.+}` to `/docs/:page`; nothing where only this middleware matched. */
function routeName(pattern: string): string {
  return pattern === '/*' ? '' : pattern.replace(/\{.*\}/, '');
}

/** What Datadog's tracers answer a blocked client with, in our words. */
function blockedAnswer(status: number): Response {
  return Response.json({ error: 'This request was blocked for security reasons.' }, { status });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeAll(server: Server, waf: Waf): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      waf.close();
      resolve();
    });
    server.closeAllConnections();
  });
}
