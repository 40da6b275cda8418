/**
 * JSON with one spelling per value, so that a digest of it means something: RFC 8785 (JCS).
 * One difference: a lone surrogate, which RFC 8785 refuses, is written as its `\udXXX` escape, because
 * recorded data comes from outside and must never make recording fail.
 */

/** Deeper data is refused. Chosen: far beyond what any of our kinds or events nests. */
export const CANONICAL_DEPTH_MAX = 128;

/**
 * The canonical text of plain data: objects with sorted keys, no spaces. Properties that are undefined
 * are left out, as in `JSON.stringify`.
 *
 * @throws TypeError for what JSON cannot hold (functions, bigint, NaN, dates, maps, cycles)
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > CANONICAL_DEPTH_MAX) throw new TypeError(`Data nests deeper than ${CANONICAL_DEPTH_MAX}.`);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON spelling.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: unknown) => write(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || !isPlain(value)) {
    throw new TypeError(`A ${Object.prototype.toString.call(value)} has no JSON spelling.`);
  }
  return writeObject(value, depth);
}

function writeObject(value: object, depth: number): string {
  const members: string[] = [];
  const fields = value as Readonly<Record<string, unknown>>;
  // The default order compares UTF-16 code units, which is the order of RFC 8785.
  for (const key of Object.keys(fields).toSorted()) {
    const item = fields[key];
    if (item !== undefined) members.push(`${JSON.stringify(key)}:${write(item, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
