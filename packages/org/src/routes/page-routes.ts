/** The page, its style sheet, the launch link, and what a supervisor asks. */

import { parseDuration, type Actor } from '@signalwright/model';
import { readAudit, readContent, readEventsById, readSignal, searchSignals } from '@signalwright/signals';

import { html } from '../page/html.ts';
import { renderNotice } from '../page/layout.ts';
import { renderSignalPage, type ShownRule } from '../page/signal-page.ts';
import {
  PAST_CHOICES_MS,
  renderSignalsPage,
  type SignalsOutcome,
  type SignalsView,
} from '../page/signals-page.ts';
import { STYLE_SHEET } from '../page/style.ts';
import { composeTimeline } from '../page/timeline.ts';
import { isObject } from '../http/json-body.ts';
import { json, page, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { isAllowedBy } from '../people/restricted-routes.ts';

const SESSION = { kind: 'session' } as const;

/** Chosen: what fits on two screens. */
const PAGE_LIMIT = 50;
const MAX_PAST_MS = 400 * 24 * 60 * 60_000;

export function pageRoutes(services: OrgServices): readonly Route[] {
  return [
    { method: 'GET', path: '/', access: SESSION, handle: (request) => showSignals(services, request) },
    {
      method: 'GET',
      path: '/signals/:signalId',
      access: SESSION,
      handle: (request) => showSignal(services, request),
    },
    {
      method: 'GET',
      path: '/launch',
      access: { kind: 'public', why: 'the code in it is the proof, good once' },
      handle: (request) => launch(services, request),
    },
    {
      method: 'GET',
      path: '/style.css',
      access: { kind: 'public', why: 'it is the same for everybody and says nothing about the org' },
      handle: () => ({
        kind: 'text',
        status: 200,
        contentType: 'text/css; charset=utf-8',
        body: STYLE_SHEET,
      }),
    },
    {
      method: 'GET',
      path: '/health',
      access: { kind: 'public', why: 'supervisors have no key; it says only that the process answers' },
      handle: () => json(200, { status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/ready',
      access: { kind: 'public', why: 'supervisors have no key; it says only whether the org takes work' },
      handle: () =>
        services.isReady() ? json(200, { status: 'ready' }) : json(503, { status: 'not ready' }),
    },
  ];
}

async function showSignals(services: OrgServices, { query, actor }: RouteRequest): Promise<Answer> {
  const pastMs = parseDuration(query.get('past') ?? '') ?? PAST_CHOICES_MS[0];
  const cursor = query.get('cursor');
  const view: SignalsView = {
    query: query.get('query') ?? '',
    pastMs: Math.min(Math.max(pastMs, 1), MAX_PAST_MS),
    ...(cursor !== null && { cursor }),
  };
  const nowMs = services.context.nowMs();
  await services.signals.reached(nowMs - view.pastMs);
  const outcome = findSignals(services, view, nowMs);
  const body = renderSignalsPage({ view, viewer: actor.name, nowMs, outcome });
  return page(outcome.kind === 'found' ? 200 : 400, body);
}

function findSignals(services: OrgServices, view: SignalsView, nowMs: number): SignalsOutcome {
  const result = searchSignals(services.signals, {
    query: view.query,
    fromMs: nowMs - view.pastMs,
    limit: PAGE_LIMIT,
    count: true,
    ...(view.cursor !== undefined && { cursor: view.cursor }),
  });
  if (result.ok) {
    const { signals, counts, nextCursor } = result;
    return {
      kind: 'found',
      signals,
      total: counts?.total ?? signals.length,
      isComplete: counts?.isComplete ?? true,
      facets: counts?.facets ?? [],
      ...(nextCursor !== undefined && { nextCursor }),
    };
  }
  const { refusal } = result;
  const [error] = refusal.reason === 'bad_query' ? refusal.errors : [];
  if (error === undefined)
    return { kind: 'bad-query', offset: 0, message: 'The address of this page is damaged.' };
  const { start, message, hint } = error;
  return { kind: 'bad-query', offset: start, message, ...(hint !== undefined && { hint }) };
}

function showSignal(services: OrgServices, { params, actor }: RouteRequest): Answer {
  const { db, nowMs } = services.context;
  const signal = readSignal(db, params['signalId'] ?? '');
  if (signal === undefined) {
    const text = html`<p>There is no such signal. <a href="/">All signals</a></p>`;
    return page(404, renderNotice('Signal not found', text));
  }
  const blocks = signal.entities.flatMap((entity) => [
    ...readAudit(db, `ip:${entity.value}`),
    ...readAudit(db, `user:${entity.value}`),
  ]);
  const runs = services.workflows()?.listOfSignal(signal.id) ?? [];
  // A block belongs to this signal when it names it as its cause.
  const ofSignal = blocks.filter((entry) => entry.cause.includes(`signal:${signal.id}`));
  const audit = [...readAudit(db, `signal:${signal.id}`), ...ofSignal];
  const body = renderSignalPage({
    signal,
    viewer: actor.name,
    nowMs: nowMs(),
    samples: readEventsById(db, signal.sampleEventIds),
    timeline: composeTimeline(audit, runs),
    rule: shownRule(services, actor, signal.rule.id),
  });
  return page(200, body);
}

/** Who may read signals may not read rules for that, and a policy may hide one. */
function shownRule(services: OrgServices, actor: Actor, ruleId: string): ShownRule {
  const rule = readContent(services.context.db, 'detection-rule', ruleId);
  const mayRead =
    actor.permissions.has('security_monitoring_rules_read') &&
    isAllowedBy(services, actor, `security-rule:${ruleId}`, 'viewer');
  if (!mayRead) return { kind: 'closed' };
  if (rule === undefined) return { kind: 'deleted' };
  const texts = (key: string, field: string): string[] => {
    const list: readonly unknown[] = Array.isArray(rule.fields[key]) ? rule.fields[key] : [];
    return list.filter(isObject).map((item) => String(item[field] ?? ''));
  };
  return { kind: 'shown', queries: texts('queries', 'query'), conditions: texts('cases', 'condition') };
}

/**
 * The way on is a link and a refresh of this very page, not a redirect: a strict cookie is not sent along a chain of
 * redirects that began in another site.
 */
function launch(services: OrgServices, { query }: RouteRequest): Answer {
  const cookie = services.sessions.redeem(query.get('code') ?? '');
  if (cookie === undefined) {
    const text = html`<p>This link was used before, or is too old.</p>
      <p>Ask for another: <code>signalwright signals open</code>.</p>`;
    return page(403, renderNotice('This link is no longer good', text));
  }
  const text = html`<p><a href="/">Go to the signals</a></p>`;
  return page(200, renderNotice('Signed in', text), { 'set-cookie': cookie, refresh: '0; url=/' });
}
