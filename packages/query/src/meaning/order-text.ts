/** Texts between bounds that are compared as text, UTF-16 unit by unit, as JavaScript compares strings. */

import { numbered, type Acceptor } from './acceptor.ts';

export interface TextInterval {
  readonly low: string | undefined;
  readonly high: string | undefined;
  /** Both ends belong to it. */
  readonly inclusive: boolean;
}

/** How the text so far stands to one bound: equal to its first `at` units, or decided. */
type Standing = number | 'above' | 'below';

interface State {
  readonly low: Standing;
  readonly high: Standing;
}

export function textsBetween({ low, high, inclusive }: TextInterval): Acceptor {
  const named = new Set([...(low ?? ''), ...(high ?? '')].map((char) => char.codePointAt(0) as number));
  return numbered<State>({
    start: { low: low === undefined ? 'above' : 0, high: high === undefined ? 'below' : 0 },
    next: (state, code) => {
      const units = String.fromCodePoint(code);
      const above = stand(state.low, low ?? '', units);
      const below = stand(state.high, high ?? '', units);
      return above === 'below' || below === 'above' ? undefined : { low: above, high: below };
    },
    accepts: (state) =>
      isAbove(state.low, low ?? '', inclusive) && isBelow(state.high, high ?? '', inclusive),
    isSettled: (state) => state.low === 'above' && state.high === 'below',
    key: (state) => `${state.low} ${state.high}`,
    named,
    tells: 'order',
  });
}

function stand(before: Standing, bound: string, units: string): Standing {
  if (typeof before === 'string') return before;
  for (let at = 0; at < units.length; at += 1) {
    // A text that goes on where the bound has ended is above it.
    if (before + at >= bound.length) return 'above';
    const [own, its] = [units.charCodeAt(at), bound.charCodeAt(before + at)];
    if (own !== its) return own > its ? 'above' : 'below';
  }
  return before + units.length;
}

/** At the end of the text: a bound that goes on is above it. */
function isAbove(standing: Standing, bound: string, inclusive: boolean): boolean {
  return standing === 'above' || (standing === bound.length && inclusive);
}

function isBelow(standing: Standing, bound: string, inclusive: boolean): boolean {
  if (typeof standing === 'string') return standing === 'below';
  return standing < bound.length || inclusive;
}
