/**
 * The contract of an action plug-in: what a workflow step may call.
 * An action imports this and `model`, nothing else; everything it touches comes in by `ctx`.
 */

/**
 * What a crash in the middle of an attempt means for the next one.
 * - `safe`: repeating changes nothing (a look-up, setting a value to what it already is);
 * - `keyed`: the other side honours `ctx.stepKey`, so a repeat has no second effect;
 * - `never`: a repeat could do it twice; an unclear outcome stops the run for a person to decide.
 */
export type Replay = 'safe' | 'keyed' | 'never';

export interface Action<Input, Output> {
  /** Dotted, unique: `signalwright.block_ip`, `acme.ticket.open`. */
  readonly id: string;
  readonly replay: Replay;
  /** Never throws for an expected refusal; a throw counts as `unclear`, with its message. */
  run(input: Input, ctx: ActionContext): Promise<ActionOutcome<Output>>;
}

export type ActionOutcome<Output> =
  | { readonly kind: 'done'; readonly output: Output }
  /** Nothing was done. The step's own `retry` decides whether there is another attempt; this says when at the earliest. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number }
  /** It may have been done: tried again like `retry`, but handed to a person where `replay` is `never`. */
  | { readonly kind: 'unclear'; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ActionContext {
  /** Leaves the process through the egress rules; refused hosts reject. */
  http(request: Request): Promise<Response>;
  /** The org that the run belongs to, with the rights of the workflow. */
  readonly org: SecurityOrg;
  /** The value behind `secret://name`; never part of a journal. */
  secret(name: string): string;
  /** When the step started first, Unix time in milliseconds; recorded, so every attempt and a replay see the same. */
  readonly nowMs: number;
  /** The same for every attempt of this step of this run: send it as an idempotency key. */
  readonly stepKey: string;
  /** Aborts at the attempt's deadline or when the runner closes. */
  readonly signal: AbortSignal;
}

/** What an action may do to the org. Each call answers with an outcome; none throws for a refusal. */
export interface SecurityOrg {
  lookUpAddress(ip: string): Promise<OrgAnswer<ThreatIntel>>;
  /** `untilMs` undefined blocks for ever. Blocking again replaces the time. */
  blockIp(block: {
    readonly ip: string;
    readonly untilMs?: number;
    readonly reason: string;
  }): Promise<OrgAnswer<BlockedAddress>>;
  setSignalState(change: {
    readonly signalId: string;
    readonly state: 'open' | 'under_review' | 'archived';
    readonly archiveReason?: string;
    readonly archiveComment?: string;
  }): Promise<OrgAnswer<SignalState>>;
  /** `key` makes a repeat write no second comment. */
  comment(comment: {
    readonly signalId: string;
    readonly text: string;
    readonly key: string;
  }): Promise<OrgAnswer<null>>;
}

export type OrgAnswer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The org said no: a permission, a law, a signal that does not exist. Asking again gives the same. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing was done; the org asks to come back after this time. */
  | { readonly kind: 'busy'; readonly reason: string; readonly afterMs: number }
  /** No answer, or one that promises nothing: it may have been done. */
  | { readonly kind: 'unclear'; readonly reason: string };

export interface ThreatIntel {
  readonly verdict: 'malicious' | 'suspicious' | 'benign' | 'unknown';
  /** The list that says so; empty when unknown. */
  readonly source: string;
  readonly category: string;
}

export interface BlockedAddress {
  readonly ip: string;
  /** Unix time in milliseconds; undefined is for ever. */
  readonly untilMs?: number;
}

export interface SignalState {
  readonly signalId: string;
  readonly state: 'open' | 'under_review' | 'archived';
  /** False when the signal was in that state before. */
  readonly changed: boolean;
}

/** Names an action's types, so that the manifest tool can read them; returns it unchanged. */
export function defineAction<Input, Output>(action: Action<Input, Output>): Action<Input, Output> {
  return action;
}

/**
 * What the runner itself carries out, a wait for a person for example: content is checked against it like against an
 * action, and it has no code of its own.
 */
export interface Control<Input> {
  readonly id: string;
  readonly replay: Replay;
  /** On which it ends when it does not fail; left out, that is `main`. */
  readonly branches?: {
    readonly named: readonly string[];
    /** Input that lists further ones, as texts. */
    readonly from?: keyof Input & string;
  };
}

/** Names a control's types, so that the manifest tool can read them; returns it unchanged. */
export function defineControl<Input, _Output>(control: Control<Input>): Control<Input> {
  return control;
}

/** An action with its types forgotten, as the runner holds it: the manifest guards its input instead. */
export type AnyAction = Action<never, unknown>;

/** Turns an answer of the org into a step's outcome. */
export function outcomeOf<T, Output>(
  answer: OrgAnswer<T>,
  output: (value: T) => Output,
): ActionOutcome<Output> {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'done', output: output(answer.value) };
    case 'refused':
      return { kind: 'failed', reason: answer.reason };
    case 'busy':
      return { kind: 'retry', reason: answer.reason, afterMs: answer.afterMs };
    case 'unclear':
      return { kind: 'unclear', reason: answer.reason, afterMs: UNCLEAR_RETRY_MS };
  }
}

const UNCLEAR_RETRY_MS = 1_000;
