/**
 * Durations as people write them: `90s`, `5m`, `1h`, `7d`, `100ms`.
 * Chosen: one number and one unit; `1h30m` is not accepted, since a reviewer would have to add.
 */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type DurationUnit = keyof typeof UNIT_MS;

/** @returns milliseconds, or undefined when `text` is not a whole number followed by ms, s, m, h or d */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as DurationUnit];
}

/** Writes milliseconds with the largest unit that divides them: 3600000 is `1h`, 90000 is `90s`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (durationMs >= UNIT_MS[unit] && durationMs % UNIT_MS[unit] === 0)
      return `${durationMs / UNIT_MS[unit]}${unit}`;
  }
  return `${durationMs}ms`;
}
