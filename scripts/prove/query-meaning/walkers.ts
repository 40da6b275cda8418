/** Where tests stand after some characters of a text. */

import { numberIn, wordSigns } from './naive-match.ts';
import { isNumeric, type TextTest } from './text-test.ts';
import type { Asked, End, Sign } from './tree.ts';

/** Two texts that lead to one place go on alike. */
export interface Walker {
  readonly start: string;
  readonly step: (place: string, char: string) => string;
}

/** Undefined for tests whose texts are listed instead: addresses, presence. */
export function walkerOf(test: TextTest): Walker | undefined {
  const walker = makeWalker(test);
  return walker && remembering(walker);
}

function makeWalker({ asked, as, prefix }: TextTest): Walker | undefined {
  if (asked.kind === 'is' || asked.kind === 'like') {
    const signs = asked.kind === 'is' ? [...asked.text].map((char) => ({ char })) : asked.signs;
    return as === 'words' ? wordWalker(wordSigns(signs)) : behind(signWalker(signs), prefix);
  }
  if (asked.kind !== 'between') return undefined;
  return behind(isNumeric(asked) ? numberWalker(asked) : orderWalker(asked), prefix);
}

function remembering(walker: Walker): Walker {
  const known = new Map<string, string>();
  const step = (place: string, char: string): string => {
    const key = `${char}${place}`;
    const next = known.get(key) ?? walker.step(place, char);
    known.set(key, next);
    return next;
  };
  return { start: walker.start, step };
}

function behind(walker: Walker, prefix: string): Walker {
  return { ...walker, start: [...prefix].reduce(walker.step, walker.start) };
}

/** With what a run, which may be nothing, leads on to. */
function close(signs: readonly Sign[], places: readonly number[]): readonly number[] {
  const all = new Set(places);
  for (const place of all) if (signs[place] === 'run') all.add(place + 1);
  return [...all].toSorted((a, b) => a - b);
}

function signWalker(signs: readonly Sign[]): Walker {
  return {
    start: close(signs, [0]).join(),
    step: (places, char) =>
      close(
        signs,
        numbersIn(places).flatMap((place) => moved(signs, place, char)),
      ).join(),
  };
}

function numbersIn(places: string): readonly number[] {
  return places === '' ? [] : places.split(',').map(Number);
}

function moved(signs: readonly Sign[], place: number, char: string): readonly number[] {
  const sign = signs[place];
  if (sign === undefined) return [];
  if (sign === 'run') return [place];
  return sign === 'one' || sign.char === char ? [place + 1] : [];
}

/** Places in the row of words, a new row at each word; what is found stays found, a gap waits for the next word. */
function wordWalker(signs: readonly Sign[]): Walker {
  const cross = (places: readonly number[], char: string): readonly number[] =>
    close(
      signs,
      places.flatMap((place) => moved(signs, place, char).filter((to) => char !== ' ' || to > place)),
    );
  return {
    start: 'gap',
    step: (shown, char) => {
      if (shown === 'found') return shown;
      const [state = '', ...before] = shown.split(',');
      const places = before.map(Number);
      // A row may end where a word ends.
      if (!/[\p{L}\p{N}_]/u.test(char)) {
        return state === 'word' && places.includes(signs.length) ? 'found' : ['gap', ...places].join();
      }
      const opened = state === 'gap' ? [...cross(places, ' '), ...close(signs, [0])] : places;
      return ['word', ...cross(opened, char.toLowerCase())].join();
    },
  };
}

function orderWalker({ low, high }: Asked & { readonly kind: 'between' }): Walker {
  const stand = (text: string, end: End | undefined): string => {
    if (end === undefined) return 'open';
    const bound = String(end.value);
    return bound.startsWith(text) ? 'equal' : text > bound ? 'above' : 'below';
  };
  // A text that is decided both ways is forgotten, one that equals a bound so far is kept.
  const show = (text: string): string => {
    const stands = [stand(text, low), stand(text, high)];
    return stands.includes('equal') ? `?${text}` : stands.join();
  };
  return {
    start: show(''),
    step: (place, char) => (place.startsWith('?') ? show(`${place.slice(1)}${char}`) : place),
  };
}

const PROBES = ['', '0', '1', '5', '9', '.5', '.0', '00', '99', 'e1', 'e-1'];

/** Where a numeral stands is told by what becomes of it: whether it and some longer ones are in the range. */
function numberWalker(asked: Asked & { readonly kind: 'between' }): Walker {
  const isIn = (text: string): string => {
    const number = numberIn(text);
    if (number === undefined) return '-';
    const low = Number(asked.low?.value ?? Number.NEGATIVE_INFINITY);
    const high = Number(asked.high?.value ?? Number.POSITIVE_INFINITY);
    return `${Math.sign(number - low)}${Math.sign(number - high)}`;
  };
  const texts = new Map<string, string>();
  const show = (text: string): string => {
    const shown = PROBES.map((probe) => isIn(text + probe)).join();
    if (!texts.has(shown)) texts.set(shown, text);
    return shown;
  };
  return { start: show(''), step: (shown, char) => show((texts.get(shown) ?? '') + char) };
}
