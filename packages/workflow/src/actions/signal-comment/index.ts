import { defineAction, outcomeOf } from '@signalwright/action';

/** Input of `signalwright.signal.comment`. */
export interface SignalCommentInput {
  /** Id of the signal. */
  readonly signal: string;
  readonly comment: string;
}

export interface SignalCommentOutput {
  readonly signal: string;
}

/** Writes a comment to the timeline of a signal. */
export const signalComment = defineAction<SignalCommentInput, SignalCommentOutput>({
  id: 'signalwright.signal.comment',
  replay: 'keyed',
  async run(input, ctx) {
    const answer = await ctx.org.comment({ signalId: input.signal, text: input.comment, key: ctx.stepKey });
    return outcomeOf(answer, () => ({ signal: input.signal }));
  },
});
