/** What can be asked of one value. Values are texts here: a number stands for its text, as tests see it. */

import type { PatternPart, Test } from '../ast.ts';
import { parseBlock, type AddressBlock } from '../address.ts';
import { valueCheck } from '../match/compile.ts';
import { compileParts, toSteps } from '../match/pattern.ts';
import { wordForm } from '../match/words.ts';
import { after, oneOfTexts, rawPattern, wholePattern, type Acceptor } from './acceptor.ts';
import { intervalOf, type Interval } from './interval.ts';
import { textsBetween } from './order-text.ts';

export type Ask =
  | { readonly on: 'value'; readonly test: Test }
  /** Words somewhere in it, as `*:x` looks for them; a pattern on word forms. */
  | { readonly on: 'words'; readonly parts: readonly PatternPart[] }
  /** The tag that the value makes behind a prefix: equality, pattern or presence. */
  | { readonly on: 'entry'; readonly prefix: string; readonly test: Test };

export function passes(ask: Ask): (text: string) => boolean {
  switch (ask.on) {
    case 'value':
      return valueCheck(ask.test);
    case 'words': {
      const isIn = compileParts(ask.parts);
      return (text) => isIn(wordForm(text));
    }
    default: {
      const check = valueCheck(ask.test);
      return (text) => check(ask.prefix + text);
    }
  }
}

/** True where every text passes. */
export function isAnything(ask: Ask): boolean {
  return ask.on !== 'words' && ask.test.kind === 'exists';
}

/** The only text that passes, for an equality. */
export function exactText(ask: Ask): string | undefined {
  return ask.on === 'value' && ask.test.kind === 'equals' ? ask.test.value : undefined;
}

/** The numbers that a numeric comparison or range takes. */
export function numbersOf(ask: Ask): Interval | undefined {
  return ask.on === 'value' ? intervalOf(ask.test) : undefined;
}

export function blocksOf(ask: Ask): readonly AddressBlock[] | undefined {
  if (ask.on !== 'value' || ask.test.kind !== 'cidr') return undefined;
  return ask.test.blocks.map(parseBlock).filter((block) => block !== undefined);
}

/** Automata for all that is neither a number nor an address; single texts share one. */
export function acceptorsOf(asks: readonly Ask[]): readonly Acceptor[] {
  const texts = asks.map(exactText).filter((text) => text !== undefined);
  const others = asks.map(acceptorOf).filter((acceptor) => acceptor !== undefined);
  return texts.length === 0 ? others : [...others, oneOfTexts(texts)];
}

function acceptorOf(ask: Ask): Acceptor | undefined {
  if (ask.on === 'words') return rawPattern(toSteps(ask.parts));
  const { test } = ask;
  const prefix = ask.on === 'entry' ? ask.prefix : '';
  if (test.kind === 'pattern') return after(wholePattern(toSteps(test.parts)), prefix);
  if (test.kind === 'equals' && ask.on === 'entry') return after(oneOfTexts([test.value]), prefix);
  if (test.kind === 'compare' && test.bound.kind === 'text') {
    const { value } = test.bound;
    const inclusive = test.operator === '>=' || test.operator === '<=';
    return test.operator === '>' || test.operator === '>='
      ? textsBetween({ low: value, high: undefined, inclusive })
      : textsBetween({ low: undefined, high: value, inclusive });
  }
  if (test.kind !== 'range' || intervalOf(test) !== undefined) return undefined;
  const { lower, upper, inclusive } = test;
  return textsBetween({
    low: lower.kind === 'text' ? lower.value : undefined,
    high: upper.kind === 'text' ? upper.value : undefined,
    inclusive,
  });
}
