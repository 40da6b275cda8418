/** The operations of the public API that an org serves, out of its own table of routes. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrg } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';

/** What is ours alone lies elsewhere: `/api/signalwright/`, pages and probes. */
const PUBLIC = /^\/api\/v[12]\//;

/** `GET /api/v2/security_monitoring/rules/:ruleId` */
export async function readPublicRoutes(): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'official-client-'));
  try {
    const org = await createOrg({
      dataDir,
      nowMs: Date.now,
      random: (bytes) => randomBytes(bytes),
      connectors: new Map(),
      egress: openEgress({ allow: [] }),
      neverBlock: [],
      log: () => {},
    });
    await org.close();
    const routes = org.routes.filter(({ path }) => PUBLIC.test(path));
    return [...new Set(routes.map(({ method, path }) => `${method} ${path}`))].toSorted();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The route that answers a request: of those that fit, the one with the fewest parameters. */
export function routeOf(
  request: { readonly method: string; readonly path: string },
  routes: readonly string[],
): string | undefined {
  const parts = request.path.split('/');
  const fitting = routes.filter((route) => {
    const [method, path = ''] = route.split(' ');
    const pattern = path.split('/');
    return (
      method === request.method &&
      pattern.length === parts.length &&
      pattern.every((part, index) => part.startsWith(':') || part === parts[index])
    );
  });
  const parameters = (route: string): number => route.split('/:').length;
  return fitting.toSorted((a, b) => parameters(a) - parameters(b))[0];
}
