import { defineAction, outcomeOf } from '@signalwright/action';

/** Input of `signalwright.threat_intel.lookup`. */
export interface ThreatIntelLookupInput {
  /** IPv4 or IPv6 address. */
  readonly ip: string;
}

export interface ThreatIntelLookupOutput {
  readonly verdict: 'malicious' | 'suspicious' | 'benign' | 'unknown';
  /** The list that says so; empty when unknown. */
  readonly source: string;
  /** What the list knows the address for; empty when unknown. */
  readonly category: string;
}

/** Looks an IP address up in the threat-intelligence lists of the org. */
export const threatIntelLookup = defineAction<ThreatIntelLookupInput, ThreatIntelLookupOutput>({
  id: 'signalwright.threat_intel.lookup',
  replay: 'safe',
  async run(input, ctx) {
    return outcomeOf(await ctx.org.lookUpAddress(input.ip), (intel) => intel);
  },
});
