/**
 * Who may do what, tried on every route of an org's own table: whoever is nobody hears 401, whoever lacks a permission
 * 403, and neither has changed anything; whoever has exactly what the route asks for comes in. The long form crosses all
 * routes with all permissions that any of them asks for. Source: reliability S7.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askedBy, createOrg, openEmbeddedWorkflows, type Org } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import type { Proof, ProofOptions, ProofResult } from '../harness/proof.ts';
import { Callers, type Answered, type Headers } from './authz/callers.ts';
import { StoreDigest } from './authz/store-digest.ts';
import { judgeEnvelope } from './hostile-requests/expected-envelope.ts';

type TriedRoute = Org['routes'][number];

const START_MS = 1_795_341_600_000;
const MAX_SHOWN = 40;

export const proof: Proof = {
  name: 'authz',
  claim:
    'No route answers whoever has no valid key or lacks what it asks for, and nothing is changed; whoever has exactly that comes in.',
  async run(options) {
    const dataDir = mkdtempSync(join(tmpdir(), 'authz-'));
    const clock = { nowMs: START_MS };
    try {
      const org = await openOrg(dataDir, clock);
      const digest = new StoreDigest(join(dataDir, 'org.db'));
      try {
        return await new Attempt(org, new Callers(org, clock), digest, options).run();
      } finally {
        digest.close();
        await org.close();
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

function openOrg(dataDir: string, clock: { nowMs: number }): Promise<Org> {
  const egress = openEgress({ allow: [] });
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const nowMs = (): number => clock.nowMs;
  const log = (): void => {};
  const times = { nowMs, sleep: () => Promise.resolve() };
  const secret = (name: string): string => {
    throw new Error(`There is no secret "${name}".`);
  };
  return createOrg({
    dataDir,
    nowMs,
    random,
    connectors: new Map(),
    egress,
    neverBlock: [],
    log,
    openWorkflows: (runner) =>
      openEmbeddedWorkflows({ dataDir, clock: times, random, egress, log, secret }, runner),
  });
}

class Attempt {
  readonly #org: Org;
  readonly #callers: Callers;
  readonly #digest: StoreDigest;
  readonly #options: ProofOptions;
  readonly #failures: string[] = [];
  readonly #tried: Record<string, number> = {};
  #failed = 0;

  constructor(org: Org, callers: Callers, digest: StoreDigest, options: ProofOptions) {
    this.#org = org;
    this.#callers = callers;
    this.#digest = digest;
    this.#options = options;
  }

  async run(): Promise<ProofResult> {
    const { short, log } = this.#options;
    const routes = this.#org.routes.filter(({ access }) => access.kind !== 'public');
    const strangers = await this.#callers.strangers();
    for (const route of routes) {
      const lacking = await this.#callers.lacking(route.access);
      const before = this.#digest.read();
      for (const [who, headers] of strangers) await this.#expect(route, who, headers, 401);
      for (const [who, headers] of this.#halfway(route)) await this.#expect(route, who, headers, 401);
      for (const [who, headers] of lacking) await this.#expect(route, who, headers, 403);
      this.#check(
        route,
        'the store after all refusals',
        before === this.#digest.read(),
        'something was changed',
      );
    }
    log(`${routes.length} routes refuse; now who may come in.`);
    for (const route of routes) await this.#admit(route);
    if (!short) await this.#cross(routes);
    const tried = Object.values(this.#tried).reduce((sum, count) => sum + count, 0);
    const open = this.#org.routes.length - routes.length;
    log(`${tried} tries on ${routes.length} routes, ${this.#failed} failed; ${open} more routes are public.`);
    return {
      tried,
      failed: this.#failed,
      detail: {
        routes: routes.length,
        publicRoutes: open,
        expected: this.#tried,
        ...(this.#failures.length > 0 && { failures: this.#failures }),
      },
    };
  }

  /** Half of what is needed, or what opens another door. */
  #halfway({ access }: TriedRoute): readonly (readonly [string, Headers])[] {
    if (access.kind === 'api-key') return [];
    const { owner } = this.#callers;
    const apiKey = owner['dd-api-key'] ?? '';
    const applicationKey = owner['dd-application-key'] ?? '';
    return [
      ['the API key alone', { 'dd-api-key': apiKey }],
      ['the application key alone', { 'dd-application-key': applicationKey }],
      ['the API key as a token', { authorization: `Bearer ${apiKey}` }],
      ['the two keys in each other’s place', { 'dd-api-key': applicationKey, 'dd-application-key': apiKey }],
    ];
  }

  async #admit(route: TriedRoute): Promise<void> {
    const { access } = route;
    const callers: (readonly [string, Headers])[] = [['the owner', this.#callers.owner]];
    if (access.kind === 'api-key') {
      callers.push(['the API key alone', { 'dd-api-key': this.#callers.owner['dd-api-key'] ?? '' }]);
    } else if (access.kind !== 'session') callers.push(...(await this.#callers.sufficient(access)));
    for (const [who, headers] of callers) await this.#expectIn(route, who, headers);
  }

  /** Every route with a key that may do one thing alone. */
  async #cross(routes: readonly TriedRoute[]): Promise<void> {
    const asked = new Set(routes.flatMap(({ access }) => askedBy(access)));
    for (const permission of asked) {
      for (const route of routes.filter(({ access }) => askedBy(access).length > 0)) {
        const { headers, passes } = await this.#callers.single(permission, route.access);
        const who = `a key that may do ${permission} alone`;
        if (passes) await this.#expectIn(route, who, headers);
        else await this.#expect(route, who, headers, 403);
      }
    }
  }

  async #expect(route: TriedRoute, who: string, headers: Headers, status: 401 | 403): Promise<void> {
    const answered = await this.#ask(route, headers);
    const isRefused = answered.status === status && isEnvelope(route, answered, status);
    this.#count(String(status));
    this.#note(
      route,
      who,
      isRefused,
      `${answered.status} ${answered.text.slice(0, 120)}, expected ${status}`,
    );
  }

  async #expectIn(route: TriedRoute, who: string, headers: Headers): Promise<void> {
    const { status, text } = await this.#ask(route, headers);
    const isIn = status !== 401 && status !== 403 && status < 500;
    this.#count('let in');
    this.#note(route, who, isIn, `${status} ${text.slice(0, 120)}, expected to come in`);
  }

  #check(route: TriedRoute, what: string, holds: boolean, problem: string): void {
    this.#count('nothing changed');
    this.#note(route, what, holds, problem);
  }

  /** Every parameter names something that is not there: a route that let somebody in would say so. */
  #ask({ method, path }: TriedRoute, headers: Headers): Promise<Answered> {
    const hasBody = method !== 'GET' && method !== 'DELETE';
    return this.#callers.send(method, path.replaceAll(/:\w+/g, 'nothing'), headers, hasBody ? {} : undefined);
  }

  #count(expected: string): void {
    this.#tried[expected] = (this.#tried[expected] ?? 0) + 1;
  }

  #note({ method, path }: TriedRoute, who: string, holds: boolean, problem: string): void {
    if (holds) return;
    this.#failed += 1;
    if (this.#failures.length < MAX_SHOWN) this.#failures.push(`${method} ${path}: ${who}: ${problem}`);
  }
}

/** One word and nothing else, in the envelope of the route; the page is for people, and says it in HTML. */
function isEnvelope(route: TriedRoute, { type, text }: Answered, status: 401 | 403): boolean {
  if (route.access.kind === 'session') return type.startsWith('text/html');
  const word = status === 401 ? 'Unauthorized' : 'Forbidden';
  const said = [[word], [{ status: String(status), title: word, detail: word }]];
  const operation = `${route.method} ${route.path.replaceAll(/:\w+/g, ':x')}`;
  return (
    said.some((errors) => text === JSON.stringify({ errors })) &&
    judgeEnvelope(operation, { status, contentType: type, text }) === undefined
  );
}
