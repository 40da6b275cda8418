/**
 * Characters that a reader cannot see, or that make a line read other than it is, written out as
 * `\u{…}`: controls, bidirectional marks, zero-width characters, tag characters, stray surrogates.
 * Source: the Trojan Source class (CVE-2021-42574).
 */

/** Line ends count as controls here: a value is one line wherever it lands. */
const UNSEEN =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;
const EMOJI_GLUE = /^(?:\u200d|\ufe0f)$/u;

/**
 * The text with every unseen character spelled out; visible text is unchanged. The joiner and the
 * variation selector stay where they are part of an emoji.
 */
export function spellOut(text: string): string {
  return text.replace(UNSEEN, (found, offset: number) =>
    EMOJI_GLUE.test(found) && isInsideEmoji(text, offset) ? found : codePointText(found),
  );
}

/** `\u{a}` for a line feed. */
export function codePointText(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const BEFORE_JOINER = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u;
const AFTER_JOINER = /^\p{Extended_Pictographic}/u;
const BEFORE_SELECTOR = /[\p{Extended_Pictographic}#*0-9]$/u;

function isInsideEmoji(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 2), offset);
  if (text[offset] === '\ufe0f') return BEFORE_SELECTOR.test(before);
  return BEFORE_JOINER.test(before) && AFTER_JOINER.test(text.slice(offset + 1, offset + 3));
}
