/**
 * Signing in to the page with a key, and out again. A session is a cookie that scripts and other sites cannot use, it
 * may only read, and it ends with the key: a disabled user and a revoked key are out with the next request.
 * Source: reliability T27 to T29. The gate in front of the socket lets no other origin send these forms.
 */

import { page, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { html, type Html } from '../page/html.ts';
import { renderNotice } from '../page/layout.ts';

/** Without it browsers send `Origin: null` with a form, which the gate takes for another site's. */
const FORM_HEADERS = { 'referrer-policy': 'same-origin' };

export function signInRoutes(services: OrgServices): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/login',
      access: { kind: 'public', why: 'it is a form, the same for everybody' },
      handle: () => showSignIn(200),
    },
    {
      method: 'POST',
      path: '/login',
      access: { kind: 'public', why: 'the key in the form is the proof' },
      takes: 'form',
      handle: (request) => signIn(services, request),
    },
    {
      method: 'GET',
      path: '/logout',
      access: { kind: 'session' },
      handle: () => page(200, renderNotice('Sign out', SIGN_OUT), FORM_HEADERS),
    },
    {
      method: 'POST',
      path: '/logout',
      access: { kind: 'session' },
      takes: 'form',
      handle: (request) => signOut(services, request),
    },
  ];
}

const SIGN_OUT = html`<form method="post" action="/logout">
  <p>The link or key that opened this page opens it again, if it is still good.</p>
  <p class="sign-in"><button>Sign out</button> <a href="/">Back to the signals</a></p>
</form>`;

function showSignIn(status: number, problem?: Html): Answer {
  const form = html`${problem}
    <form method="post" action="/login">
      <p class="sign-in">
        <label for="key">Application key</label>
        <input id="key" name="key" type="password" autocomplete="off" required autofocus />
        <button>Sign in</button>
      </p>
      <p class="muted">
        <code>signalwright org tokens issue</code> issues one; <code>signalwright signals open</code> prints a
        link that needs none.
      </p>
    </form>`;
  return page(status, renderNotice('Sign in', form), FORM_HEADERS);
}

async function signIn(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const form = await request.form();
  const outcome = services.sessions.signIn(form.get('key') ?? '');
  switch (outcome.kind) {
    case 'signed-in': {
      const text = html`<p><a href="/">Go to the signals</a></p>`;
      const headers = { 'set-cookie': outcome.cookie, refresh: '0; url=/' };
      return page(200, renderNotice('Signed in', text), headers);
    }
    case 'unknown':
      return showSignIn(
        401,
        html`<p class="problem" role="alert">No user has this key, or it is no longer good.</p>`,
      );
    case 'not-allowed':
      return showSignIn(403, html`<p class="problem" role="alert">This key may not read signals.</p>`);
    case 'too-often':
      return showSignIn(429, html`<p>Too many wrong keys. Wait a minute and try again.</p>`);
  }
}

function signOut(services: OrgServices, { cookie }: RouteRequest): Answer {
  const cleared = services.sessions.end(cookie);
  const text = html`<p><a href="/login">Sign in again</a></p>`;
  return page(200, renderNotice('Signed out', text), { 'set-cookie': cleared });
}
