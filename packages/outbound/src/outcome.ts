/** What goes into the egress broker and what comes out of it. */

import type { Secret } from './secret.ts';

export interface EgressRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Secrets are revealed only while the request is sent. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  readonly body?: string | Uint8Array;
  /** At most, and by default, DEADLINE_MS. */
  readonly timeoutMs?: number;
  /** False: a redirect is the answer. @default true */
  readonly followRedirects?: boolean;
  /** Cancels it. */
  readonly signal?: AbortSignal;
}

export interface EgressResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked. */
  readonly body: Uint8Array;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

/** Why a request was not even tried. */
export type RefusalReason =
  | 'bad-request'
  | 'not-allowed'
  | 'inside-address'
  | 'secret-not-for-host'
  | 'too-many-redirects'
  | 'busy';

/** Why there is no answer. */
export type FailureReason = 'name' | 'connect' | 'timeout' | 'cancelled' | 'too-large' | 'protocol';

export type EgressOutcome =
  | { readonly kind: 'response'; readonly response: EgressResponse }
  /** A rule of ours; asking again changes nothing (except for `busy`). */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string }
  /** `mayHaveArrived`: the other side may have acted on the request. */
  | {
      readonly kind: 'failed';
      readonly reason: FailureReason;
      readonly message: string;
      readonly mayHaveArrived: boolean;
    };
