/** From what was answered to what it says; a body that does not say it is an unknown outcome. */

import type { ApiOutcome } from './transport.ts';

/** The body says nothing. */
export function nothing(outcome: ApiOutcome<unknown>): ApiOutcome<void> {
  return outcome.kind === 'done' ? { kind: 'done', value: undefined } : outcome;
}

/** A 2xx whose body does not hold what it must is no outcome to build on. */
export function one<T>(outcome: ApiOutcome<unknown>, read: (value: unknown) => T | undefined): ApiOutcome<T> {
  if (outcome.kind !== 'done') return outcome;
  const value = read(outcome.value);
  return value === undefined
    ? { kind: 'unknown', reason: 'The answer does not hold what it must.' }
    : { kind: 'done', value };
}

/** The API says that there is no such object. */
export function isNotThere(outcome: ApiOutcome<unknown>): boolean {
  return outcome.kind === 'refused' && outcome.error.status === 404;
}

/** All rows of a list, or none: what cannot be read would be missing. */
export function collect<T>(
  outcome: ApiOutcome<readonly unknown[] | undefined>,
  read: (value: unknown) => T | undefined,
): ApiOutcome<readonly T[]> {
  if (outcome.kind !== 'done') return outcome;
  const values = outcome.value?.map(read);
  if (values === undefined || values.includes(undefined)) {
    return { kind: 'unknown', reason: 'The list holds something that cannot be read.' };
  }
  return { kind: 'done', value: values.filter((value) => value !== undefined) };
}
