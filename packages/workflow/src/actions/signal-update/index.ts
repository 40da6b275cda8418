import {
  defineAction,
  outcomeOf,
  type ActionContext,
  type OrgAnswer,
  type SignalState,
} from '@signalwright/action';

/** Input of `signalwright.signal.update`. */
export interface SignalUpdateInput {
  /** Id of the signal. */
  readonly signal: string;
  readonly state?: 'open' | 'under_review' | 'archived';
  /** Why it is archived; only together with the state archived. */
  readonly archiveReason?:
    | 'none'
    | 'false_positive'
    | 'testing_or_maintenance'
    | 'remediated'
    | 'investigated_case_opened'
    | 'true_positive_benign'
    | 'true_positive_malicious'
    | 'other';
  /** Written to the signal's timeline. */
  readonly comment?: string;
}

export interface SignalUpdateOutput {
  readonly signal: string;
  /** False when the signal was in that state before. */
  readonly stateChanged: boolean;
}

/** Sets the triage state of a signal and comments on it. */
export const signalUpdate = defineAction<SignalUpdateInput, SignalUpdateOutput>({
  id: 'signalwright.signal.update',
  // The comment carries the step's key, the state is set to a value: a repeat changes nothing.
  replay: 'keyed',
  async run(input, ctx) {
    if (input.archiveReason !== undefined && input.state !== 'archived') {
      return { kind: 'failed', reason: 'archiveReason belongs to the state archived.' };
    }
    // The state first: a move that the triage law refuses must leave no comment that says it happened.
    const moved = input.state === undefined ? undefined : await setState(input, input.state, ctx);
    if (moved !== undefined && moved.kind !== 'ok') return outcomeOf(moved, () => unchanged(input));
    const output = { signal: input.signal, stateChanged: moved?.value.changed ?? false };
    if (input.comment === undefined) return { kind: 'done', output };
    const commented = await ctx.org.comment({
      signalId: input.signal,
      text: input.comment,
      key: ctx.stepKey,
    });
    return outcomeOf(commented, () => output);
  },
});

function setState(
  input: SignalUpdateInput,
  state: NonNullable<SignalUpdateInput['state']>,
  ctx: ActionContext,
): Promise<OrgAnswer<SignalState>> {
  return ctx.org.setSignalState({
    signalId: input.signal,
    state,
    ...(input.archiveReason !== undefined && { archiveReason: input.archiveReason }),
  });
}

function unchanged(input: SignalUpdateInput): SignalUpdateOutput {
  return { signal: input.signal, stateChanged: false };
}
