/** How long ago something happened, in words. */

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** `3 min ago`; a time in the future says so, since it means that a clock is wrong. @param atMs Unix time */
export function writeAge(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  const unit = UNITS.find(({ ms }) => Math.abs(ageMs) >= ms);
  if (unit === undefined) return 'just now';
  const amount = `${Math.floor(Math.abs(ageMs) / unit.ms)} ${unit.name}`;
  return ageMs < 0 ? `in ${amount}` : `${amount} ago`;
}
