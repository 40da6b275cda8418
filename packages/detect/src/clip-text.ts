/** Cutting text that came from outside. */

/**
 * The first `chars` UTF-16 units, or one less where that would leave half a character. A copy: a mere slice
 * would keep the whole text in memory, and whoever sends it decides how long it is.
 */
export function clipText(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const last = text.charCodeAt(chars - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? chars - 1 : chars;
  return Buffer.from(text.slice(0, end), 'utf16le').toString('utf16le');
}
