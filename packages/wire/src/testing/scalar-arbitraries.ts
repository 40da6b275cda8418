/** Random words, texts and tags that objects of every kind are made of. */

import fc from 'fast-check';

/** As JSON gives it: ordinary prototypes, no undefined, no negative zero. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

export const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
export const text = fc.string({ maxLength: 30 });
export const anyText = fc.string({ unit: 'binary', maxLength: 30 });
export const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/);
/** Tags are a set, and none of them may pose as an owner's. */
export const tags = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}(:[a-z0-9./-]{1,12})?$/), { maxLength: 4 });
export const handle = fc.stringMatching(/^@(slack|webhook|pagerduty)-[a-z0-9-]{1,12}$/);
