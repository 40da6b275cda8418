/** Who sends a request, and whether the route's entry lets them. */

import type { Actor } from '@signalwright/model';
import { plainErrors } from '@signalwright/wire';

import { actorOf, type Identity } from '../identity/identity.ts';
import type { Sessions } from '../identity/sessions.ts';
import { renderNotice } from '../page/layout.ts';
import { html } from '../page/html.ts';
import { isAdmitted, json, page, type Access, type Answer } from './route.ts';

export type Verdict =
  | { readonly ok: true; readonly actor: Actor }
  | { readonly ok: false; readonly answer: Answer };

/** Set by the runner of workflows on each request of a run: what led to it, oldest first. */
export const CAUSE_HEADER = 'x-signalwright-cause';
/** And which workflow it is, by handle. */
export const WORKFLOW_HEADER = 'x-signalwright-workflow';

/** Chosen: far more than the guard against loops lets happen. */
const MAX_CAUSES = 50;
const CAUSE = /^(signal|run):[\w-]{1,128}$/;
const HANDLE = /^[a-z0-9-]{1,64}$/;

const NOBODY: Actor = { kind: 'system', id: 'nobody', name: 'Nobody', permissions: new Set(), cause: [] };

const UNAUTHORIZED: Verdict = { ok: false, answer: json(401, plainErrors('Unauthorized')) };
const FORBIDDEN: Verdict = { ok: false, answer: json(403, plainErrors('Forbidden')) };

export class Authenticator {
  readonly #identity: Identity;
  readonly #sessions: Sessions;

  constructor(identity: Identity, sessions: Sessions) {
    this.#identity = identity;
    this.#sessions = sessions;
  }

  admit(access: Access, headers: Headers): Verdict {
    switch (access.kind) {
      case 'public':
        return { ok: true, actor: NOBODY };
      case 'api-key':
        return this.#admitIntake(headers);
      case 'session':
        return this.#admitSession(headers);
      case 'permission':
      case 'all-of':
      case 'any-of':
      case 'any-user': {
        const actor = this.#actorOf(headers);
        if (actor === undefined) return UNAUTHORIZED;
        return isAdmitted(access, actor.permissions) ? { ok: true, actor } : FORBIDDEN;
      }
    }
  }

  /** The API key suffices; with an application key the sender is known besides, and its cause is believed. */
  #admitIntake(headers: Headers): Verdict {
    const actor = this.#actorOf(headers);
    if (actor !== undefined) return { ok: true, actor };
    const hasOtherKey = headers.has('dd-application-key') || headers.has('authorization');
    const isKnown = !hasOtherKey && this.#identity.isApiKey(headers.get('dd-api-key') ?? '');
    return isKnown ? { ok: true, actor: NOBODY } : UNAUTHORIZED;
  }

  /** Cookies count here and nowhere else, so no other route can be reached by one. */
  #admitSession(headers: Headers): Verdict {
    const actor = this.#sessions.viewerOf(headers.get('cookie')) ?? this.#actorOf(headers);
    if (actor !== undefined) {
      return actor.permissions.has('security_monitoring_signals_read') ? { ok: true, actor } : FORBIDDEN;
    }
    const text = html`<p>
        <a href="/login">Sign in with a key</a>, or open a launch link, which is good for one use.
      </p>
      <p>The program that started this server prints one: run <code>signalwright up</code>.</p>`;
    return { ok: false, answer: page(401, renderNotice('Not signed in', text)) };
  }

  /** `DD-API-KEY` with `DD-APPLICATION-KEY`, or the application key alone as a bearer token. */
  #actorOf(headers: Headers): Actor | undefined {
    const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const applicationKey = bearer ?? headers.get('dd-application-key') ?? '';
    if (bearer === undefined && !this.#identity.isApiKey(headers.get('dd-api-key') ?? '')) return undefined;
    const holder = this.#identity.holderOf(applicationKey);
    if (holder === undefined) return undefined;
    if (holder.kind !== 'workflow') return actorOf(holder);
    // Only the runner is believed about causes: it has nothing to gain from a longer one.
    const handle = headers.get(WORKFLOW_HEADER) ?? '';
    const named = HANDLE.test(handle) ? { id: `workflow:${handle}`, name: `Workflow ${handle}` } : {};
    return { ...actorOf(holder, readCauses(headers.get(CAUSE_HEADER))), ...named };
  }
}

function readCauses(header: string | null): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((cause) => cause.trim())
    .filter((cause) => CAUSE.test(cause))
    .slice(0, MAX_CAUSES);
}
