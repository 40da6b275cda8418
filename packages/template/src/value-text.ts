/** How a value from a signal reads as text. Bounded, and blind to methods that data may carry. */

/** A value longer than this is cut, with `…` after it. UTF-16 units; chosen. */
export const VALUE_MAX_CHARS = 8_192;
/** Deeper data reads as `…`. Chosen; real events nest at most 8 levels. */
const DEPTH_MAX = 32;

/** Text as it is, numbers and booleans in JSON spelling, nothing for a missing value, lists joined by `, `, objects as JSON. */
export function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every(isScalar)) {
    return clip(value.slice(0, VALUE_MAX_CHARS).map(scalarText).join(', '));
  }
  return isScalar(value) ? clip(scalarText(value)) : clip(dataJson(value, VALUE_MAX_CHARS));
}

/** JSON of plain data; own data properties only. Stops soon after `maxChars`, so the result may be cut. */
export function dataJson(value: unknown, maxChars: number): string {
  const parts: string[] = [];
  let length = 0;
  const put = (part: string): void => {
    parts.push(part);
    length += part.length;
  };
  const write = (item: unknown, depth: number): void => {
    if (length > maxChars) return;
    if (typeof item === 'string' || typeof item === 'boolean') return put(JSON.stringify(item));
    if (typeof item === 'number') return put(Number.isFinite(item) ? String(item) : 'null');
    if (typeof item !== 'object' || item === null) return put('null');
    if (depth > DEPTH_MAX) return put('"…"');
    const entries = Array.isArray(item)
      ? item.map((entry: unknown) => ['', entry] as const)
      : dataEntries(item);
    put(Array.isArray(item) ? '[' : '{');
    entries.forEach(([key, entry], index) => {
      if (length > maxChars) return;
      if (index > 0) put(',');
      if (!Array.isArray(item)) put(`${JSON.stringify(key)}:`);
      write(entry, depth + 1);
    });
    put(Array.isArray(item) ? ']' : '}');
  };
  write(value, 0);
  return parts.join('');
}

function dataEntries(item: object): readonly (readonly [string, unknown])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(item))
    .filter(([, property]) => property.enumerable === true && 'value' in property && isData(property.value))
    .map(([key, property]): readonly [string, unknown] => [key, property.value]);
}

function isData(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : '';
}

/** Cuts between characters, never through a surrogate pair. */
function clip(text: string): string {
  if (text.length <= VALUE_MAX_CHARS) return text;
  const last = text.charCodeAt(VALUE_MAX_CHARS - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? VALUE_MAX_CHARS - 1 : VALUE_MAX_CHARS;
  return `${text.slice(0, end)}…`;
}
