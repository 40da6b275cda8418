/**
 * The list of signals, newest first, with the full search language and facets.
 * Source: Datadog "Investigate Security Signals", sections "Signals Explorer columns" and "Filter security signals".
 */

import { formatDuration, type Signal } from '@signalwright/model';
import { parseQuery } from '@signalwright/query';
import type { Facet, FacetValue } from '@signalwright/signals';

import { html, type Html, type HtmlPart } from './html.ts';
import { renderLayout } from './layout.ts';
import { renderEntities, renderServiceEnv, renderSeverity, renderState } from './signal-cells.ts';
import { renderWhen, writeDate } from './when.ts';

const HOUR_MS = 3_600_000;

/** Offered time ranges; the first is the default of saved views too. */
export const PAST_CHOICES_MS = [
  24 * HOUR_MS,
  HOUR_MS,
  4 * HOUR_MS,
  7 * 24 * HOUR_MS,
  30 * 24 * HOUR_MS,
] as const;

/** What the address of the page says. */
export interface SignalsView {
  readonly query: string;
  readonly pastMs: number;
  readonly cursor?: string;
}

export interface SignalsPage {
  readonly view: SignalsView;
  readonly viewer: string;
  readonly nowMs: number;
  readonly outcome: SignalsOutcome;
}

export type SignalsOutcome =
  | {
      readonly kind: 'found';
      readonly signals: readonly Signal[];
      readonly total: number;
      /** False when the search stopped at its limit: counts are then at least. */
      readonly isComplete: boolean;
      readonly facets: readonly Facet[];
      readonly nextCursor?: string;
    }
  | { readonly kind: 'bad-query'; readonly offset: number; readonly message: string; readonly hint?: string };

export function renderSignalsPage(page: SignalsPage): string {
  const { view, outcome } = page;
  const facets = outcome.kind === 'found' && html`${outcome.facets.map((facet) => renderFacet(facet, view))}`;
  const body = html`<div class="page">
    <nav class="facets" aria-label="Facets">${facets}</nav>
    <main>
      ${renderSearch(view)}
      ${outcome.kind === 'found' ? renderFound(page, outcome) : renderProblem(view.query, outcome)}
    </main>
  </div>`;
  return renderLayout({ title: 'Security signals', viewer: page.viewer, body });
}

function renderSearch(view: SignalsView): Html {
  const choices = PAST_CHOICES_MS.includes(view.pastMs as (typeof PAST_CHOICES_MS)[number])
    ? PAST_CHOICES_MS
    : [view.pastMs, ...PAST_CHOICES_MS];
  const options = choices.map((pastMs) => {
    const past = formatDuration(pastMs);
    return pastMs === view.pastMs
      ? html`<option value="${past}" selected>past ${past}</option>`
      : html`<option value="${past}">past ${past}</option>`;
  });
  return html`<form class="search" method="get" action="/" role="search">
      <input
        type="search"
        name="query"
        value="${view.query}"
        placeholder="status:(high OR critical) @workflow.triage.state:open"
        aria-label="Search signals"
        autocomplete="off"
        spellcheck="false"
      />
      <select name="past" aria-label="Time range">
        ${options}
      </select>
      <button type="submit">Search</button>
    </form>
    <p class="hint">
      Try <code>service:shop status:high</code>, <code>CIDR(@http.client_ip, 203.0.113.0/24)</code> or
      <code>-@workflow.triage.state:archived</code>.
    </p>`;
}

function renderProblem(query: string, problem: Extract<SignalsOutcome, { kind: 'bad-query' }>): Html {
  // A query of several lines is shown as one, so that the caret stands under the place.
  const line = query.replace(/\s/g, ' ');
  return html`<div class="problem" role="alert">
    <strong>This query cannot be read.</strong> ${problem.message}
    <pre>${line}
${' '.repeat(Math.min(problem.offset, line.length))}<span class="caret">^</span></pre>
    ${problem.hint !== undefined && html`<span class="muted">${problem.hint}</span>`}
  </div>`;
}

function renderFound(page: SignalsPage, found: Extract<SignalsOutcome, { kind: 'found' }>): Html {
  if (found.signals.length === 0) {
    return html`<div class="panel empty">
      <strong>No signal matches.</strong>
      Widen the time range, or take a term out of the query.
    </div>`;
  }
  const rows = found.signals.map((signal) => renderRow(signal, page.nowMs));
  return html`<div class="panel">
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${['Severity', 'Title', 'Service/Env', 'Entities', 'Triage state', 'Created'].map(
              (name): HtmlPart => html`<th scope="col">${name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${renderPager(page.view, found)}
  </div>`;
}

function renderRow(signal: Signal, nowMs: number): Html {
  return html`<tr>
    <td>${renderSeverity(signal)}</td>
    <td class="title">
      <a href="/signals/${encodeURIComponent(signal.id)}">${signal.title}</a>
      <div class="muted">${signal.eventsMatched} ${signal.eventsMatched === 1 ? 'event' : 'events'}</div>
    </td>
    <td>${renderServiceEnv(signal)}</td>
    <td>${renderEntities(signal)}</td>
    <td class="nowrap">
      ${renderState(signal)}
      <div class="muted">${signal.triage.assignee.name}</div>
    </td>
    <td class="nowrap">
      ${renderWhen(signal.createdAtMs, nowMs)}
      <div class="muted">${writeDate(signal.createdAtMs)}</div>
    </td>
  </tr>`;
}

function renderPager(view: SignalsView, found: Extract<SignalsOutcome, { kind: 'found' }>): Html {
  const next =
    found.nextCursor !== undefined &&
    html`<a class="next" rel="next" href="${addressOfView({ ...view, cursor: found.nextCursor })}"
      >Older signals →</a
    >`;
  const first =
    view.cursor !== undefined &&
    html`<a href="${addressOfView({ query: view.query, pastMs: view.pastMs })}">← Newest</a>`;
  const total = `${found.isComplete ? '' : 'at least '}${found.total} ${found.total === 1 ? 'signal' : 'signals'}`;
  return html`<div class="pager">${first}<span>${total}</span>${next}</div>`;
}

function renderFacet(facet: Facet, view: SignalsView): Html {
  if (facet.values.length === 0) return html``;
  return html`<section class="facet">
    <h2>${facet.title}</h2>
    <ul>
      ${facet.values.map((value) => renderFacetValue(facet, value, view))}
    </ul>
  </section>`;
}

function renderFacetValue(facet: Facet, { value, count, term }: FacetValue, view: SignalsView): Html {
  const isChosen = termsOf(view.query).includes(term);
  const query = isChosen ? withoutTerm(view.query, term) : withTerm(view.query, term);
  const dot = facet.field === 'status' && html`<span class="dot ${value}"></span>`;
  const label = facet.field === '@workflow.triage.state' ? value.replace('_', ' ') : value;
  return html`<li>
    <a href="${addressOfView({ query, pastMs: view.pastMs })}" aria-current="${isChosen ? 'true' : 'false'}">
      ${dot}<span class="label">${label}</span><span class="count">${count}</span>
    </a>
  </li>`;
}

/** Facet links only ever add and remove whole words at the top level of the query. */
function termsOf(query: string): readonly string[] {
  return query.split(/\s+/).filter((word) => word !== '');
}

/** AND binds tighter than OR: alternatives are put in parentheses before a term joins them. */
function withTerm(query: string, term: string): string {
  const parsed = parseQuery(query);
  const isAlternatives = parsed.ok && parsed.query.kind === 'or' && !/^\(.*\)$/s.test(query.trim());
  return `${isAlternatives ? `(${query.trim()})` : query} ${term}`.trim();
}

function withoutTerm(query: string, term: string): string {
  return termsOf(query)
    .filter((word) => word !== term)
    .join(' ');
}

/** The address that shows this view again. */
function addressOfView(view: SignalsView): string {
  const parameters = new URLSearchParams();
  if (view.query !== '') parameters.set('query', view.query);
  if (view.pastMs !== PAST_CHOICES_MS[0]) parameters.set('past', formatDuration(view.pastMs));
  if (view.cursor !== undefined) parameters.set('cursor', view.cursor);
  const text = parameters.toString();
  return text === '' ? '/' : `/?${text}`;
}
