/** What every HTML answer shares. */

import { html, type Html } from './html.ts';

export interface Layout {
  readonly title: string;
  /** Who is looking, for the corner of the bar; undefined on pages that need no session. */
  readonly viewer?: string;
  readonly body: Html;
}

/** A complete document. */
export function renderLayout(layout: Layout): string {
  const { title, viewer, body } = layout;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Signalwright</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header class="bar">
          <a class="brand" href="/">Signalwright</a>
          <span class="muted">Security signals</span>
          ${viewer !== undefined && html`<span class="right muted">${viewer} · read-only · <a href="/logout">Sign out</a></span>`}
        </header>
        ${body}
      </body>
    </html>`.text;
}

/** One box with a heading and what to do next: no session, a used link, nothing found. */
export function renderNotice(title: string, text: Html): string {
  const body = html`<main class="panel notice">
    <h1>${title}</h1>
    ${text}
  </main>`;
  return renderLayout({ title, body });
}
