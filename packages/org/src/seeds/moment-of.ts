/** When an object was made and changed, whichever field of an answer tells it. */

export const CREATED = ['createdAt', 'creation_date', 'created_at'];
export const UPDATED = ['updatedAt', 'update_date', 'modified_at'];

/** @returns Unix time in milliseconds of the first of the fields that is there */
export function momentOf(
  attributes: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): number | undefined {
  const value = keys.map((key) => attributes[key]).find((each) => each !== undefined);
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  return typeof ms === 'number' && Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}
