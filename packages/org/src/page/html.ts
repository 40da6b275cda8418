/**
 * HTML as a type of its own: text becomes HTML only here, and is escaped on the way. There is no way to pass markup
 * as a string, so a value of a signal cannot become markup by a forgotten call.
 */

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

/** Markup of our own with values in between. Values are escaped for text and for quoted attributes alike. */
export function html(literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const text = literals.map((literal, index) => literal + render(parts[index])).join('');
  return new Html(text);
}

function render(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(render).join('');
}

/**
 * Escapes for element text and for attribute values in quotes. Characters that turn the reading direction or show
 * nothing are spelled out, so that an attacker's text cannot pose as ours.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]|[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => ENTITIES[char] ?? spellOut(char));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '\n': '\n',
  '\t': '\t',
};

function spellOut(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `[U+${code}]`;
}
