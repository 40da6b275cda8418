/**
 * Replaces a value in a text wherever it stands by itself: `10.0.0.1` is no part of `10.0.0.11` or `110.0.0.1`, and
 * `ann` none of `ann@example.com` or `joann`; an address with a port (`10.0.0.1:443`) is that address.
 */
export function replaceWhole(text: string, value: string, by: string): string {
  if (value === '') return text;
  const joints = jointsOf(value);
  let result = '';
  let from = 0;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    if (at < from || !standsAlone(text, at, at + value.length, joints)) continue;
    result += text.slice(from, at) + by;
    from = at + value.length;
  }
  return result + text.slice(from);
}

/** What makes one word of two, where a letter or digit follows on the other side. */
function jointsOf(value: string): string {
  if (/^[\d.]+$/.test(value)) return '.';
  return value.includes(':') && !value.includes('@') ? ':.' : '.@-';
}

function standsAlone(text: string, from: number, to: number, joints: string): boolean {
  const isWord = (at: number): boolean => /[\p{L}\p{N}_]/u.test(text.charAt(at));
  const isJoint = (at: number): boolean => text.charAt(at) !== '' && joints.includes(text.charAt(at));
  // `\n` before a value in JSON ends with a letter.
  const isEscape = text.charAt(from - 2) === '\\' && /[nrtbf]/.test(text.charAt(from - 1));
  const isJoinedBefore = (isWord(from - 1) && !isEscape) || (isJoint(from - 1) && isWord(from - 2));
  const isJoinedBehind = isWord(to) || (isJoint(to) && isWord(to + 1));
  return !isJoinedBefore && !isJoinedBehind;
}
