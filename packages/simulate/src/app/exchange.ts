/**
 * One request on its way through the application: what the WAF engine has been shown, what it found, and what the
 * application learnt, until the answer is known and an event is made of it.
 */

import { unreachable } from '@signalwright/model';
import type { Exchange, LoginOutcome } from '../aap-event.ts';
import type { WafAddresses, WafRequest } from '../waf.ts';
import type { Inspection, SecurityActivity } from '../waf-result.ts';
import { requestAddresses, type Incoming } from './incoming.ts';

/** A call that a careless application would make with the client's input. It is shown to the engine, never made. */
export type DangerousCall =
  | { readonly kind: 'open_file'; readonly path: string }
  | { readonly kind: 'run_command'; readonly command: string }
  | { readonly kind: 'query_database'; readonly statement: string }
  | { readonly kind: 'fetch_url'; readonly url: string };

export class OpenExchange {
  readonly incoming: Incoming;
  readonly #waf: WafRequest;
  readonly #activities: SecurityActivity[] = [];
  #blockedStatus: number | undefined;
  #userId: string | undefined;
  #login: LoginOutcome | undefined;

  constructor(incoming: Incoming, waf: WafRequest) {
    this.incoming = incoming;
    this.#waf = waf;
    this.#note(waf.inspect(requestAddresses(incoming)));
  }

  /** The status to answer with, at once, when the engine wants the request refused. */
  get blockedStatus(): number | undefined {
    return this.#blockedStatus;
  }

  showBody(body: unknown): void {
    this.#inspect({ 'server.request.body': body });
  }

  showPathParams(params: Readonly<Record<string, string>>): void {
    if (Object.keys(params).length > 0) this.#inspect({ 'server.request.path_params': params });
  }

  /** The session belongs to this user. A user on the denylist is refused. */
  identify(userId: string): void {
    this.#userId = userId;
    this.#inspect({ 'usr.id': userId });
  }

  /** What an application tells the SDK at its login. A login that does not exist has an id too: the one typed. */
  trackLogin(userId: string, login: LoginOutcome): void {
    this.#login = login;
    this.#inspect({ [`server.business_logic.users.login.${login.outcome}`]: null });
    this.identify(userId);
  }

  showCall(call: DangerousCall): void {
    this.#note(this.#waf.inspectCall(callAddresses(call)));
  }

  /** Ends the inspection; the exchange may not be shown anything more. */
  close(status: number, route: string): Exchange {
    this.#waf.end();
    return {
      ...this.incoming,
      status,
      route,
      blocked: this.#blockedStatus !== undefined,
      userId: this.#userId,
      login: this.#login,
      activities: this.#activities,
    };
  }

  #inspect(addresses: WafAddresses): void {
    this.#note(this.#waf.inspect(addresses));
  }

  #note(inspection: Inspection): void {
    if (inspection.timedOut)
      throw new Error('The WAF engine ran out of time; its answer would not be repeatable.');
    this.#activities.push(...inspection.activities);
    this.#blockedStatus ??= inspection.action?.statusCode;
  }
}

function callAddresses(call: DangerousCall): WafAddresses {
  switch (call.kind) {
    case 'open_file':
      return { 'server.io.fs.file': call.path };
    case 'run_command':
      return { 'server.sys.shell.cmd': call.command };
    case 'query_database':
      return { 'server.db.statement': call.statement, 'server.db.system': 'postgresql' };
    case 'fetch_url':
      return { 'server.io.net.url': call.url };
    default:
      return unreachable(call);
  }
}
