/**
 * Calls every operation of the public API that the embedded org serves, once at least, through the official client,
 * against a real org on a port. Fails when an answer is an error, when the client finds in it what its specification
 * does not have, or when the org serves an operation that nobody called. Prints one line with the counts.
 */

import { callEvents } from './calls/events.ts';
import { callPeople } from './calls/people.ts';
import { callRules } from './calls/rules.ts';
import { callSettings } from './calls/settings.ts';
import { callSignals } from './calls/signals.ts';
import { callConnectionsAndAudit } from './calls/trail.ts';
import { callWorkflows } from './calls/workflows.ts';
import { openClients, type Clients } from './clients.ts';
import { readPublicRoutes, routeOf } from './public-routes.ts';
import { startOrg } from './start-org.ts';
import { Watch } from './watch-answers.ts';

/** Another area of the API is another file in `calls/`, and a line here. */
const AREAS: Readonly<Record<string, (clients: Clients) => Promise<void>>> = {
  rules: callRules,
  settings: callSettings,
  signals: callSignals,
  workflows: callWorkflows,
  events: callEvents,
  people: callPeople,
  'connections and audit': callConnectionsAndAudit,
};

const watch = new Watch();
const routes = await readPublicRoutes();
const org = await startOrg();
try {
  const clients = openClients(org, watch);
  for (const [area, call] of Object.entries(AREAS)) {
    try {
      await call(clients);
    } catch (error) {
      watch.failures.push(`${area}: ${describe(error)}`);
    }
  }
} finally {
  await org.stop();
}

const called = new Set(watch.requests.map((request) => routeOf(request, routes)));
for (const route of routes)
  if (!called.has(route)) watch.failures.push(`${route} is served, and nobody called it`);
for (const failure of watch.failures) console.error(failure);
console.log(
  `${watch.calls} calls of the official client: ${routes.filter((route) => called.has(route)).length} of ${routes.length} operations, ${watch.failures.length} failures`,
);
if (watch.failures.length > 0) process.exitCode = 1;

function describe(error: unknown): string {
  const last = watch.requests.at(-1);
  const body = error instanceof Error && 'body' in error ? JSON.stringify(error.body) : '';
  return `${last?.method} ${last?.path}: ${error instanceof Error ? error.message : String(error)} ${body}`;
}
