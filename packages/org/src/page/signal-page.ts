/**
 * One signal: what happened, who was involved, what was seen, what people and workflows did about it.
 * Source: Datadog "Investigate Security Signals", section "Review and remediate".
 */

import { UNASSIGNED, unreachable, type Event, type Signal } from '@signalwright/model';

import { Html, html } from './html.ts';
import { renderLayout } from './layout.ts';
import { renderMarkdown } from './markdown.ts';
import { renderEntities, renderServiceEnv, renderSeverity, renderState } from './signal-cells.ts';
import type { TimelineEntry } from './timeline.ts';
import { renderWhen, writeDate } from './when.ts';

/** Chosen: all entities that a signal of a large scan may reasonably name. */
const MAX_ENTITIES = 40;

/** Chosen: one sample is shown whole up to here. */
const MAX_SAMPLE_CHARACTERS = 4_000;

export interface SignalPage {
  readonly signal: Signal;
  readonly viewer: string;
  readonly nowMs: number;
  readonly samples: readonly Event[];
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  readonly rule: ShownRule;
}

/** The rule as it stands now, unless the viewer may not see it. */
export type ShownRule =
  | {
      readonly kind: 'shown';
      readonly queries: readonly string[];
      readonly conditions: readonly string[];
    }
  | { readonly kind: 'closed' | 'deleted' };

export function renderSignalPage(page: SignalPage): string {
  const { signal, viewer } = page;
  const body = html`<main class="page single">
    <p><a href="/">← All signals</a></p>
    <div class="head">
      ${renderSeverity(signal)}
      <h1>${signal.title}</h1>
    </div>
    ${renderMeta(page)}
    <div class="detail">
      <div>${renderWhatHappened(signal)} ${renderSamples(page)} ${renderRule(page)}</div>
      <div>${renderActivity(page)} ${renderGroup(signal)} ${renderTimeline(page)}</div>
    </div>
  </main>`;
  return renderLayout({ title: signal.title, viewer, body });
}

function renderMeta({ signal, nowMs }: SignalPage): Html {
  return html`<div class="meta">
    <span>${renderState(signal)}</span>
    <span>${renderAssignee(signal)}</span>
    <span>Created ${renderWhen(signal.createdAtMs, nowMs)}</span>
    <span class="mono">${signal.id}</span>
  </div>`;
}

function renderAssignee({ triage }: Signal): Html {
  return triage.assignee.uuid === UNASSIGNED.uuid
    ? html`Unassigned`
    : html`Assigned to <b>${triage.assignee.name}</b>`;
}

function renderWhatHappened(signal: Signal): Html {
  return html`<section class="panel">
    <h2>What happened</h2>
    ${renderMarkdown(signal.message)}
  </section>`;
}

function renderActivity({ signal, nowMs }: SignalPage): Html {
  const perQuery = Object.entries(signal.eventsMatchedPerQuery);
  const counts = perQuery.map(([name, count], index) => [index > 0 && ', ', `${name} ${count}`]);
  return html`<section class="panel">
    <h2>Activity summary</h2>
    <dl>
      <dt>Entities</dt>
      <dd>${renderEntities(signal, MAX_ENTITIES)}</dd>
      <dt>Service/Env</dt>
      <dd>${renderServiceEnv(signal)}</dd>
      <dt>Events</dt>
      <dd>${signal.eventsMatched}${perQuery.length > 1 && html` <span class="muted">(${counts})</span>`}</dd>
      <dt>First seen</dt>
      <dd>${renderWhen(signal.firstSeenMs, nowMs)}</dd>
      <dt>Last seen</dt>
      <dd>${renderWhen(signal.lastSeenMs, nowMs)}</dd>
    </dl>
  </section>`;
}

function renderGroup(signal: Signal): Html {
  const group = Object.entries(signal.group);
  const values = group.map(
    ([path, value]) =>
      html`<dt class="mono">${path}</dt>
        <dd class="mono">${value}</dd>`,
  );
  const tags = signal.tags.map((tag) => html`<span class="chip">${tag}</span>`);
  return html`<section class="panel">
    <h2>Group and tags</h2>
    ${group.length > 0 && html`<dl>${values}</dl>`}
    <p></p>
    <div class="chips">${tags}</div>
  </section>`;
}

function renderSamples({ signal, samples }: SignalPage): Html {
  const missing = signal.sampleEventIds.length - samples.length;
  const items = samples.map((event, index) => {
    const text = JSON.stringify({ message: event.message, tags: event.tags, ...event.attributes }, null, 2);
    const summary = html`<span class="mono">${writeDate(event.tsMs)}</span> ${event.message.slice(0, 120)}`;
    return html`<details ${index === 0 ? new Html('open') : ''}>
      <summary>${summary}</summary>
      <pre><code>${text.slice(0, MAX_SAMPLE_CHARACTERS)}</code></pre>
    </details>`;
  });
  return html`<section class="panel">
    <h2>Samples</h2>
    ${items} ${missing > 0 && html`<p class="muted">${missing} more are no longer kept.</p>`}
  </section>`;
}

function renderRule({ signal, rule }: SignalPage): Html {
  return html`<section class="panel">
    <h2>Detection rule</h2>
    <p>
      <b>${signal.rule.name}</b>
      <span class="muted">version ${signal.rule.version}, case ${signal.caseName || '–'}</span>
    </p>
    ${renderShownRule(rule)}
  </section>`;
}

function renderShownRule(rule: ShownRule): Html {
  switch (rule.kind) {
    case 'deleted':
      return html`<p class="muted">The rule has been deleted since.</p>`;
    case 'closed':
      return html`<p class="muted">You may not read this rule.</p>`;
    case 'shown': {
      const conditions = rule.conditions.map((condition) => html`<li><code>${condition}</code></li>`);
      return html`${rule.queries.map((query) => html`<pre><code>${query}</code></pre>`)}
        <ol>
          ${conditions}
        </ol>`;
    }
    default:
      return unreachable(rule);
  }
}

function renderTimeline({ timeline, nowMs }: SignalPage): Html {
  const entries = timeline.map(
    (entry) =>
      html`<li>
        <b>${entry.who}</b> ${entry.what}
        <div class="when">${renderWhen(entry.atMs, nowMs)}</div>
        ${entry.text !== undefined && html`<blockquote>${entry.text}</blockquote>`}
      </li>`,
  );
  return html`<section class="panel">
    <h2>Timeline</h2>
    <ul class="timeline">
      ${entries}
    </ul>
  </section>`;
}
