/** Parts of a signal that the list and the detail page show alike. */

import type { Signal } from '@signalwright/model';

import { html, type Html } from './html.ts';

/** Chosen: enough to recognise an attack by; the rest is a number. */
const MAX_CHIPS = 4;

export function renderSeverity(signal: Signal): Html {
  return html`<span class="pill ${signal.severity}">${signal.severity}</span>`;
}

export function renderState(signal: Signal): Html {
  const { state } = signal.triage;
  return html`<span class="state ${state}">${STATE_NAMES[state]}</span>`;
}

/** Source: the seed's names of the three states. */
const STATE_NAMES = { open: 'Open', under_review: 'Under Review', archived: 'Archived' } as const;

export function renderServiceEnv(signal: Signal): Html {
  const services = signal.services.length === 0 ? '–' : signal.services.slice(0, MAX_CHIPS).join(', ');
  const more = signal.services.length > MAX_CHIPS && ` +${signal.services.length - MAX_CHIPS}`;
  return html`${services}${more}${signal.env !== undefined && html`<br /><span class="muted">${signal.env}</span>`}`;
}

/** Attackers first, then victims, then the rest of the group; each value once, whatever paths it stands at. */
export function renderEntities(signal: Signal, limit = MAX_CHIPS): Html {
  const order = { attacker: 0, victim: 1, other: 2 } as const;
  const byValue = new Map(
    signal.entities.toReversed().map((entity) => [`${entity.role} ${entity.value}`, entity]),
  );
  const entities = [...byValue.values()].toReversed().toSorted((a, b) => order[a.role] - order[b.role]);
  if (entities.length === 0) return html`<span class="muted">–</span>`;
  const chips = entities
    .slice(0, limit)
    .map(
      (entity) =>
        html`<span class="chip ${entity.role}" title="${entity.role} ${entity.path}">${entity.value}</span>`,
    );
  const more = entities.length > limit && html`<span class="muted">+${entities.length - limit}</span>`;
  return html`<div class="chips">${chips}${more}</div>`;
}
