/** Puts an org on a port of this machine. */

import { DEFAULT_PORT, LOOPBACK, listen, type ListenRefusal } from './http/listen.ts';
import type { Org } from './org.ts';

export interface ServeOptions {
  /** @default 8085; 0 takes a free one */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  readonly front?: Front;
}

/** Stands before an org: answers what is its own, and leaves the rest to the org. */
export interface Front {
  answer(request: Request): Promise<Response> | undefined;
  close(): Promise<void>;
}

export interface OrgServer {
  readonly port: number;
  /** `http://127.0.0.1:8085` */
  readonly url: string;
  /** Opens the page once, in a browser on this machine. */
  newLaunchUrl(): string;
  /** Stops taking connections, lets answers under way finish, then closes the org. */
  close(): Promise<void>;
}

/** What the machine refuses ends the command with the exit code of the environment (74). */
export type ServeResult =
  | { readonly ok: true; readonly server: OrgServer }
  | { readonly ok: false; readonly refusal: ListenRefusal };

export async function serveOrg(org: Org, options: ServeOptions = {}): Promise<ServeResult> {
  const { front } = options;
  const result = await listen({
    port: options.port ?? DEFAULT_PORT,
    host: options.host ?? LOOPBACK,
    fetch: (request) => front?.answer(request) ?? org.fetch(request),
  });
  if (!result.ok) return result;
  const { listening } = result;
  return {
    ok: true,
    server: {
      port: listening.port,
      url: listening.url,
      newLaunchUrl: () => `${listening.url}${org.newLaunchPath()}`,
      close: async () => {
        await listening.close();
        await front?.close();
        await org.close();
      },
    },
  };
}

/** One line for people. */
export function describeListenRefusal(refusal: ListenRefusal): string {
  switch (refusal.reason) {
    case 'port_in_use':
      return `Port ${refusal.port} is in use. Stop what uses it, or choose another with --port.`;
    case 'port_not_permitted':
      return `This user may not listen on port ${refusal.port}. Choose one above 1023 with --port.`;
    case 'address_not_available':
      return `This machine has no address ${refusal.host}.`;
  }
}
