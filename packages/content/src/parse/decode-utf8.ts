/** Bytes of a file become text, or the place of the first byte that is none. */

export const MAX_FILE_BYTES = 1024 * 1024;

export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly offset: number };

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Strict UTF-8: no replacement characters, no encoded surrogates, no overlong forms. A byte order mark is kept, so
 * that `guardText` can point at it.
 *
 * @returns the text, or the number of bytes before the first one that is wrong
 */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  try {
    return { ok: true, text: STRICT.decode(bytes) };
  } catch {
    return { ok: false, offset: firstBadByte(bytes) };
  }
}

/** Halves the range that is known to hold the first bad byte. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      // `stream`: a character that is cut off at the end is not yet wrong.
      decoder.decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle - 1;
    }
  }
  return good - unfinishedBytes(bytes.subarray(0, good));
}

/** Bytes at the end that begin a character without finishing it. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
