import { defineAction, outcomeOf } from '@signalwright/action';
import { parseDuration } from '@signalwright/model';

/** Input of `signalwright.block_ip`. */
export interface BlockIpInput {
  /** IPv4 or IPv6 address; never a range, so that one step cannot shut out a network. */
  readonly ip: string;
  /** How long, such as 15m, 1h or 7d, or permanent. */
  readonly duration: string;
}

export interface BlockIpOutput {
  readonly ip: string;
  /** Unix time in milliseconds at which the block ends; left out when it is permanent. */
  readonly untilMs?: number;
}

/** Blocks an IP address on all protected services for a time or for ever. */
export const blockIp = defineAction<BlockIpInput, BlockIpOutput>({
  id: 'signalwright.block_ip',
  // The end is counted from the recorded start of the step, so a repeat sets the very same end.
  replay: 'safe',
  async run(input, ctx) {
    const durationMs = input.duration === 'permanent' ? undefined : parseDuration(input.duration);
    if (durationMs === undefined && input.duration !== 'permanent') {
      return {
        kind: 'failed',
        reason: `"${input.duration}" is no duration; write 15m, 1h, 7d or permanent.`,
      };
    }
    const answer = await ctx.org.blockIp({
      ip: input.ip,
      ...(durationMs !== undefined && { untilMs: ctx.nowMs + durationMs }),
      reason: `workflow step ${ctx.stepKey}`,
    });
    return outcomeOf(answer, (block) => ({
      ip: block.ip,
      ...(block.untilMs !== undefined && { untilMs: block.untilMs }),
    }));
  },
});
