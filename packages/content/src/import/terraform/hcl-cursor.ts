/** Walks through a text of Terraform's language. Each step goes forward, so that no text is read twice over. */

export class HclError extends Error {}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Texts in expressions in texts. */
const MAX_OPEN = 64;

export class Cursor {
  readonly text: string;
  at = 0;
  #texts = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  take(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at += 1;
    return true;
  }

  /** @param pattern sticky */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  error(what: string): HclError {
    const before = this.text.slice(0, this.at);
    return new HclError(`Line ${before.split('\n').length}: ${what}`);
  }

  /** Blanks and comments. */
  skipBlank(overLines: boolean): void {
    for (;;) {
      this.match(overLines ? /[\s]+/y : /[ \t\r]+/y);
      if (this.match(/(?:#|\/\/)[^\n]*/y) !== undefined) continue;
      if (!this.text.startsWith('/*', this.at)) return;
      const end = this.text.indexOf('*/', this.at + 2);
      if (end === -1) throw this.error('A comment is not closed.');
      this.at = end + 2;
    }
  }

  identifier(): string {
    const found = this.match(/[\p{ID_Start}_][\p{ID_Continue}-]*/uy);
    if (found === undefined) throw this.error('A name was expected.');
    return found;
  }

  /** A text in quotes: escapes are read, templates stay as they are written. */
  quoted(): string {
    const start = this.at;
    this.take('"');
    let result = '';
    for (;;) {
      result += this.match(/[^"\\\n$%]+/y) ?? '';
      const char = this.peek();
      if (char === '"') {
        this.at += 1;
        return result;
      }
      if (char === '' || char === '\n') {
        this.at = start;
        throw this.error('A text is not closed.');
      }
      if (char === '\\') result += this.#escape();
      else result += this.#template();
    }
  }

  #escape(): string {
    this.at += 1;
    const unicode = this.match(/u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}/y);
    if (unicode !== undefined) {
      const point = Number.parseInt(unicode.slice(1), 16);
      if (point > 0x10ffff) throw this.error('There is no such character.');
      return String.fromCodePoint(point);
    }
    const escaped = Object.hasOwn(ESCAPES, this.peek()) ? ESCAPES[this.peek()] : undefined;
    if (escaped === undefined) throw this.error(`There is no escape \\${this.peek()}.`);
    this.at += 1;
    return escaped;
  }

  /** At `$` or `%`: a doubled one with its bracket is text, a single one begins what is computed. */
  #template(): string {
    const escaped = this.match(/\$\$\{|%%\{/y);
    if (escaped !== undefined) return escaped;
    if (this.peek(1) !== '{') {
      this.at += 1;
      return this.text[this.at - 1] ?? '';
    }
    const start = this.at;
    this.at += 1;
    this.#balanced();
    return this.text.slice(start, this.at);
  }

  /** `<<EOF` and `<<-EOF`, which takes the least indent away. Ends behind the closing word. */
  heredoc(): string {
    const opening = this.match(/<<-?[\p{ID_Start}_][\p{ID_Continue}-]*[ \t\r]*\n/uy);
    if (opening === undefined) throw this.error('A text in lines begins with <<WORD at the end of a line.');
    const isIndented = opening.startsWith('<<-');
    const word = opening.replace(/^<<-?/, '').trim();
    const lines: string[] = [];
    for (;;) {
      if (this.isEnd) throw this.error(`The text that ends with ${word} is not closed.`);
      const end = this.text.indexOf('\n', this.at);
      const stop = end === -1 ? this.text.length : end;
      const line = this.text.slice(this.at, stop).replace(/\r$/, '');
      if (line.trim() === word) {
        this.at = stop;
        break;
      }
      lines.push(line);
      this.at = Math.min(this.text.length, stop + 1);
    }
    const indents = lines
      .filter((line) => line.trim() !== '')
      .map((line) => line.length - line.trimStart().length);
    const least = isIndented ? indents.reduce((least, indent) => Math.min(least, indent), Infinity) : 0;
    return lines.map((line) => `${line.slice(Number.isFinite(least) ? least : 0)}\n`).join('');
  }

  /** Whether what was read is all: a line, a list or a block ends here. */
  isAtEndOfExpression(): boolean {
    this.skipBlank(false);
    return this.isEnd || /[\n,\]})]/.test(this.peek());
  }

  /** An expression as it is written, up to the end of its line outside of brackets. */
  rawExpression(): string {
    const start = this.at;
    while (!this.isEnd && !/[\n,\]})]/.test(this.peek())) {
      if (this.peek() === '"') this.quoted();
      else if (this.#isHeredoc()) this.heredoc();
      else if (Object.hasOwn(CLOSING, this.peek())) this.#balanced();
      else if (/[#/]/.test(this.peek()) && this.match(/(?:#|\/\/)[^\n]*/y) !== undefined) continue;
      else this.at += 1;
    }
    const raw = this.text.slice(start, this.at).trim();
    if (raw === '') throw this.error('A value was expected.');
    return raw;
  }

  /** At an opening bracket: goes behind the one that closes it. */
  #balanced(): void {
    const open: string[] = [];
    this.#texts += 1;
    if (this.#texts > MAX_OPEN) throw this.error(`Texts nest deeper than ${MAX_OPEN}.`);
    do {
      this.skipBlank(true);
      const char = this.peek();
      if (char === '') throw this.error('A bracket is not closed.');
      if (char === '"') this.quoted();
      else if (this.#isHeredoc()) this.heredoc();
      else {
        this.at += 1;
        const closing = Object.hasOwn(CLOSING, char) ? CLOSING[char] : undefined;
        if (closing !== undefined) open.push(closing);
        else if (char === open.at(-1)) open.pop();
      }
    } while (open.length > 0);
    this.#texts -= 1;
  }

  #isHeredoc(): boolean {
    return this.peek() === '<' && /^<<-?[A-Za-z_]/.test(this.text.slice(this.at, this.at + 4));
  }
}
