/** Ids as the API makes them. Source: recorded ids of rules, suppressions and notification rules. */

import { newUuid } from '@signalwright/signals';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const GROUPS = 3;
const GROUP_CHARACTERS = 3;

type Random = (bytes: number) => Uint8Array;

/** `abc-def-ghi`: about 46 bits, so the caller still asks whether it is taken. */
export function newShortId(random: Random): string {
  const bytes = random(GROUPS * GROUP_CHARACTERS);
  // 256 is no multiple of 36: the first letters come up a little more often, which an id may.
  const characters = [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length] ?? 'a');
  return Array.from({ length: GROUPS }, (_, group) =>
    characters.slice(group * GROUP_CHARACTERS, (group + 1) * GROUP_CHARACTERS).join(''),
  ).join('-');
}

/** Whether it could be the id of a rule, suppression or filter: three or four groups have been seen. */
export function isShortId(id: string): boolean {
  return /^[a-z0-9]{3}(-[a-z0-9]{3}){2,3}$/.test(id);
}

/** Workflows have uuids. */
export function newWorkflowId(random: Random): string {
  return newUuid(random);
}
