/**
 * Which tags there are. Every positive literal may have a tag of its own, and no tag may be one that a
 * negated literal looks for, whether it names a key, the whole tag or the presence of a key. A reserved name
 * without a field is the tag of that key, so what its negated literals exclude counts here too; where that
 * leaves no tags, the field gets a value of its own and they count no more.
 */

import type { Test } from '../ast.ts';
import { valueCheck } from '../match/compile.ts';
import type { Ask } from './ask.ts';
import type { ChoiceAnswer, EntriesChoice } from './choice.ts';
import type { Facts, Group } from './facts.ts';
import { findValue } from './find-value.ts';
import { findValues, onValue, type ChoiceOptions, type Values } from './find-values.ts';
import type { Literal, Place } from './literal.ts';

/** What is known of the tags of one key. */
interface Key {
  readonly key: string;
  readonly wanted: readonly Literal[];
  readonly refused: readonly Literal[];
  readonly wantsPresence: boolean;
  readonly refusesPresence: boolean;
}

interface Rules {
  readonly keys: ReadonlyMap<string, Key>;
  readonly bareWanted: readonly string[];
  readonly bareRefused: readonly string[];
  /** Tests of whole tags. */
  readonly wholeWanted: readonly Test[];
  readonly wholeRefused: readonly Test[];
}

/** Whether any fact can want a tag or forbid one: those of reserved names alone are about their fields. */
export function concernsTags({ groups }: Facts): boolean {
  for (const { place, positives } of groups.values()) {
    if (place.kind === 'tag' || place.kind === 'bare-tag' || place.kind === 'tags') return true;
    if (place.kind === 'reserved' && positives.some(({ test }) => test.kind === 'exists')) return true;
  }
  return false;
}

export function findEntries(facts: Facts, options: ChoiceOptions): ChoiceAnswer<EntriesChoice> {
  const reserved = [...facts.groups.values()].filter(({ place }) => place.kind === 'reserved');
  const withoutField = reserved.filter((group) => !hasField(group, options));
  const plain = solve(gather(facts, withoutField), options);
  if (plain.kind !== 'none') return plain;
  const fields = withoutField.flatMap((group) => fieldFor(group, options));
  if (fields.length === 0) return plain;
  const names = new Set(fields.map(({ name }) => name));
  const others = withoutField.filter(({ place }) => place.kind !== 'reserved' || !names.has(place.name));
  const answer = solve(gather(facts, others), options);
  return answer.kind === 'found' ? { kind: 'found', choice: { ...answer.choice, fields } } : answer;
}

/** A positive literal is best had by a value of the field; only a presence that refuses all values is not. */
function hasField(group: Group, { budget }: ChoiceOptions): boolean {
  if (group.positives.length === 0) return false;
  if (group.positives.some(({ test }) => test.kind !== 'exists')) return true;
  return (
    findValue({ accepted: [], refused: onValue(group.negatives), preferred: [] }, budget).kind !== 'none'
  );
}

/** A value that nothing excludes, where the field may be there at all and nobody wants it as a bare tag. */
function fieldFor({ place, positives, negatives }: Group, options: ChoiceOptions): EntriesChoice['fields'] {
  if (place.kind !== 'reserved' || positives.length > 0) return [];
  const preferred = ['x'];
  const value = findValue({ accepted: [], refused: onValue(negatives), preferred }, options.budget);
  return value.kind === 'found' ? [{ name: place.name, value: value.text }] : [];
}

function gather({ groups }: Facts, withoutField: readonly Group[]): Rules {
  const keys = new Map<string, Key>();
  const all = [...groups.values()];
  for (const group of [...all.filter(({ place }) => place.kind === 'tag'), ...withoutField]) {
    const key = keyOf(group.place);
    const known = keys.get(key);
    const isPresence = ({ test }: Literal): boolean => test.kind === 'exists';
    keys.set(key, {
      key,
      wanted: [...(known?.wanted ?? []), ...group.positives.filter((literal) => !isPresence(literal))],
      refused: [...(known?.refused ?? []), ...group.negatives],
      wantsPresence: known?.wantsPresence === true || group.positives.some(isPresence),
      refusesPresence: known?.refusesPresence === true || group.negatives.some(isPresence),
    });
  }
  const bare = groups.get('bare-tag');
  const whole = groups.get('tags');
  return {
    keys,
    bareWanted: textsOf(bare?.positives),
    bareRefused: textsOf(bare?.negatives),
    wholeWanted: (whole?.positives ?? []).map(({ test }) => test),
    wholeRefused: (whole?.negatives ?? []).map(({ test }) => test),
  };
}

function keyOf(place: Place): string {
  return place.kind === 'tag' ? place.key : place.kind === 'reserved' ? place.name : '';
}

function textsOf(literals: readonly Literal[] = []): readonly string[] {
  return literals.flatMap(({ test }) => (test.kind === 'equals' ? [test.value] : []));
}

function solve(rules: Rules, options: ChoiceOptions): ChoiceAnswer<EntriesChoice> {
  const mayStay = stayCheck(rules);
  const added: string[] = [];
  let isOpen = false;
  const add = (found: Values): boolean => {
    if (found === 'unknown') isOpen = true;
    else if (found !== 'none') added.push(...found);
    return found !== 'none';
  };
  for (const key of rules.keys.values()) if (!add(entriesOf(key, rules, mayStay, options))) return NONE;
  for (const tag of rules.bareWanted) if (!add(mayStay(tag) ? [tag] : 'none')) return NONE;
  for (const test of rules.wholeWanted) {
    if (added.some(valueCheck(test))) continue;
    if (!add(findWhole(test, rules, added, options))) return NONE;
  }
  if (isOpen) return { kind: 'unknown' };
  return { kind: 'found', choice: { kind: 'entries', added: [...new Set(added)], mayStay, fields: [] } };
}

const NONE = { kind: 'none' } as const;

/** Tags for what is wanted of one key. Its presence may also be the bare tag. */
function entriesOf(
  { key, wanted, refused, wantsPresence, refusesPresence }: Key,
  rules: Rules,
  mayStay: (tag: string) => boolean,
  options: ChoiceOptions,
): Values {
  if (wanted.length === 0 && !wantsPresence) return [];
  if (refusesPresence) return 'none';
  const values = findValues(
    {
      path: key,
      accepted: onValue(wanted),
      refused: [...onValue(refused), ...onEntry(key, rules.wholeRefused)],
      liked: options.preferred({ kind: 'tag', key }),
    },
    options,
  );
  if (typeof values !== 'string') return values.map((value) => `${key}:${value}`);
  return wanted.length === 0 && mayStay(key) ? [key] : values;
}

/**
 * A tag for a test of whole tags. First one whose key nothing is known of; then one of each key in turn. Keys
 * hold no colon, so no tag is forgotten.
 */
function findWhole(test: Test, rules: Rules, added: readonly string[], options: ChoiceOptions): Values {
  const wanted: readonly Ask[] = test.kind === 'exists' ? [] : [{ on: 'value', test }];
  const whole: readonly Ask[] = rules.wholeRefused.map((one) => ({ on: 'value', test: one }));
  const keys = [...rules.keys.values()];
  const elsewhere = keys.flatMap(({ key, refusesPresence }) => [
    anyTagOf(key),
    ...(refusesPresence ? [sameTag(key)] : []),
  ]);
  const refused = [...whole, ...rules.bareRefused.map(sameTag), ...elsewhere];
  const fresh = findValue({ accepted: wanted, refused, preferred: [] }, options.budget);
  if (fresh.kind === 'found') return [fresh.text];
  let isOpen = fresh.kind === 'unknown';
  for (const { key, refused: ofKey } of keys) {
    const value = findValue(
      {
        accepted: onEntry(key, test.kind === 'exists' ? [] : [test]),
        refused: [...onValue(ofKey), ...onEntry(key, rules.wholeRefused)],
        preferred: [],
      },
      options.budget,
    );
    if (value.kind === 'unknown') isOpen = true;
    if (value.kind !== 'found') continue;
    // A second value of a key that holds one: the two were not chosen together.
    const isSecond = options.singleValued(key) && added.some((tag) => tag.startsWith(`${key}:`));
    if (!isSecond) return [`${key}:${value.text}`];
    isOpen = true;
  }
  return isOpen ? 'unknown' : 'none';
}

/** Whether nothing refuses the tag. */
function stayCheck({ keys, bareRefused, wholeRefused }: Rules): (tag: string) => boolean {
  const whole = wholeRefused.map(valueCheck);
  const byKey = new Map(
    [...keys].map(([key, { refused }]) => [key, refused.map(({ test }) => valueCheck(test))]),
  );
  return (tag) => {
    if (whole.some((check) => check(tag))) return false;
    const colon = tag.indexOf(':');
    if (colon < 0) return !bareRefused.includes(tag) && keys.get(tag)?.refusesPresence !== true;
    const value = tag.slice(colon + 1);
    return byKey.get(tag.slice(0, colon))?.some((check) => check(value)) !== true;
  };
}

function onEntry(key: string, tests: readonly Test[]): readonly Ask[] {
  return tests.map((test) => ({ on: 'entry', prefix: `${key}:`, test }));
}

const NO_SPAN = { start: 0, end: 0 };

function anyTagOf(key: string): Ask {
  const parts = [{ kind: 'text', text: `${key}:` }, { kind: 'any-run' }] as const;
  return { on: 'value', test: { kind: 'pattern', parts, ...NO_SPAN } };
}

function sameTag(tag: string): Ask {
  return { on: 'value', test: { kind: 'equals', value: tag, ...NO_SPAN } };
}
