/** What an action or a workflow is given, value by value. */

import { isDeepStrictEqual } from 'node:util';
import { cutDatum, say, type Phrase } from '../phrase.ts';

/** More of them are looked up where they stand. */
const MAX_INPUTS = 6;
const MAX_VALUE_CHARACTERS = 120;

type Inputs = Readonly<Record<string, unknown>>;

/** `gives duration 30d, before 1h`, one for each input that differs. */
export function inputTexts(before: Inputs, after: Inputs): readonly Phrase[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(valueOf(before, name), valueOf(after, name)));
  const texts = changed
    .slice(0, MAX_INPUTS)
    .map((name) => say`gives ${name} ${valueText(after, name)}, before ${valueText(before, name)}`);
  const more = changed.length - MAX_INPUTS;
  return more > 0 ? [...texts, [`gives ${more} more other inputs`]] : texts;
}

function valueOf(inputs: Inputs, name: string): unknown {
  return Object.hasOwn(inputs, name) ? inputs[name] : undefined;
}

function valueText(inputs: Inputs, name: string): Phrase {
  const value = valueOf(inputs, name);
  return value === undefined ? ['nothing'] : shortText(value);
}

/** A value as data: texts as they are, all else as JSON, cut where it is long. */
export function shortText(value: unknown): Phrase {
  return [
    { data: cutDatum(typeof value === 'string' ? value : JSON.stringify(value), MAX_VALUE_CHARACTERS) },
  ];
}
