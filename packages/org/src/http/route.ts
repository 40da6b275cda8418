/** A route as data: what it answers to, who may use it, and what it does. Routes exist in the table or not at all. */

import { unreachable, type Actor, type Permission } from '@signalwright/model';

import type { JsonResult } from './json-body.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may use a route. There is no default: a route without it does not compile. */
export type Access =
  /** Anybody who reaches the port; `why` says why that is no loss. */
  | { readonly kind: 'public'; readonly why: string }
  /** Whoever sends events: the API key alone, which names the org and nobody in it. */
  | { readonly kind: 'api-key' }
  /** The key of somebody who has the permission. */
  | { readonly kind: 'permission'; readonly permission: Permission }
  /** The key of somebody who has all of them, `AND:` in the list of operations. */
  | { readonly kind: 'all-of'; readonly permissions: readonly [Permission, Permission, ...Permission[]] }
  /** The key of somebody who has one of them, `OR:` in the list of operations. */
  | { readonly kind: 'any-of'; readonly permissions: readonly [Permission, Permission, ...Permission[]] }
  /** The key of anybody, `OPEN` in the list of operations; `why` says what keeps one from another's affairs. */
  | { readonly kind: 'any-user'; readonly why: string }
  /** The page: a session cookie from a launch link, read-only. */
  | { readonly kind: 'session' };

/** The entries that ask for a user's key, and may ask what it may do. */
export type UserAccess = Exclude<Access, { readonly kind: 'public' | 'api-key' | 'session' }>;

/** Whether somebody with these permissions passes. */
export function isAdmitted(access: UserAccess, permissions: ReadonlySet<Permission>): boolean {
  switch (access.kind) {
    case 'permission':
      return permissions.has(access.permission);
    case 'all-of':
      return access.permissions.every((permission) => permissions.has(permission));
    case 'any-of':
      return access.permissions.some((permission) => permissions.has(permission));
    case 'any-user':
      return true;
    default:
      return unreachable(access);
  }
}

/** What an entry asks for, none when it asks for no permission. */
export function askedBy(access: Access): readonly Permission[] {
  if (access.kind === 'permission') return [access.permission];
  return access.kind === 'all-of' || access.kind === 'any-of' ? access.permissions : [];
}

export interface Route {
  readonly method: Method;
  /** Hono's pattern: `/api/v2/workflows/:workflowId`. */
  readonly path: string;
  readonly access: Access;
  /** What its body is; no other is read there. Events come in more forms than JSON. @default 'json' */
  readonly takes?: 'json' | 'form' | 'events';
  readonly handle: (request: RouteRequest) => Answer | Promise<Answer>;
}

export interface RouteRequest {
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** `http://127.0.0.1:8085`: as whoever asks calls this org, for links in answers. */
  readonly origin: string;
  /** Who asks; on public routes and intakes it has no permission at all. */
  readonly actor: Actor;
  /** The body as JSON, bounded. */
  readonly json: () => Promise<JsonResult>;
  /** The fields of a form, bounded; of routes that take one. */
  readonly form: () => Promise<URLSearchParams>;
  /** The `Cookie` header; of routes that are the page's. */
  readonly cookie: string | null;
  /** The body as events of which each is still to be bounded: see `parseEvents`. Only of a route that takes events. */
  readonly events: () => Promise<JsonResult>;
}

/** What a route says, as data; the frame around it writes the response. */
export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly contentType?: 'application/json' | 'application/vnd.api+json';
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'empty'; readonly status: 204 }
  | {
      readonly kind: 'bytes';
      readonly status: 200;
      readonly contentType: 'application/zip';
      readonly body: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly kind: 'text';
      readonly status: number;
      readonly contentType:
        | 'text/html; charset=utf-8'
        | 'text/css; charset=utf-8'
        | 'text/plain; version=0.0.4; charset=utf-8';
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

const JSON_API = 'application/vnd.api+json';

export function json(status: number, body: unknown): Answer {
  return { kind: 'json', status, body };
}

export function jsonApi(status: number, body: unknown): Answer {
  return { kind: 'json', status, body, contentType: JSON_API };
}

export function page(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { kind: 'text', status, contentType: 'text/html; charset=utf-8', body, headers };
}

export const NO_CONTENT: Answer = { kind: 'empty', status: 204 };
