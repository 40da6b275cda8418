/**
 * Times in messages. `{{timestamp}}` reads `Mon Jan 01 00:00:00 UTC 1970`; `{{local_time}}` reads
 * `2021-05-31 23:43:27+09:00`. Source: Datadog, "Security notification variables".
 */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
/** The range of times that JavaScript dates hold. */
const TIME_MAX_MS = 8.64e15;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** Formatters are costly to make (about 0.1 ms); time zones are few and validated, so they are kept. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The text of `{{timestamp}}`, `{{first_seen}}` and `{{last_seen}}` for a Unix time in milliseconds. */
export function signalTimeText(timeMs: number): string {
  const date = new Date(timeMs);
  const day = DAYS[date.getUTCDay()] ?? '';
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':');
  return `${day} ${month} ${twoDigits(date.getUTCDate())} ${clock} UTC ${date.getUTCFullYear()}`;
}

/** Whether this is a name of the time zone database that this Node knows. */
export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** `yyyy-MM-dd HH:mm:ss±HH:mm` in a time zone that `isTimeZone` accepts; '' for what is no time. */
export function localTimeText(timeMs: number, timeZone: string): string {
  if (!Number.isFinite(timeMs) || Math.abs(timeMs) > TIME_MAX_MS) return '';
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(timeMs)
      .map((part) => [part.type, part.value]),
  );
  const date = `${parts.get('year') ?? ''}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`;
  const clock = `${parts.get('hour') ?? ''}:${parts.get('minute') ?? ''}:${parts.get('second') ?? ''}`;
  const offset = (parts.get('timeZoneName') ?? '').replace('GMT', '');
  return `${date} ${clock}${offset === '' ? '+00:00' : offset}`;
}

/** Unix milliseconds from a number or an ISO 8601 text with a zone; NaN for anything else. */
export function timeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && ISO_TIME.test(value) ? Date.parse(value) : Number.NaN;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
