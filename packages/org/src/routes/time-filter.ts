/** Points in time as filters write them: ISO 8601, Unix milliseconds, or `now`, `now-15m`. Source: signals API. */

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** @returns Unix time in milliseconds; undefined when it is no point in time */
export function parseTimeFilter(value: unknown, nowMs: number): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS) return undefined;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  const relative = /^now(?:-(\d{1,6})([smhdw]))?$/.exec(value);
  if (relative !== null) return nowMs - Number(relative[1] ?? 0) * (UNIT_MS[relative[2] ?? 's'] ?? 0);
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

const MAX_CHARACTERS = 40;
