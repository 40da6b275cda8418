/** The place in a file that is read, and the ways over what stands between values: blanks, comments, line breaks. */

import { notPlain } from './not-plain.ts';

export const CODE = {
  tab: 9,
  lineFeed: 10,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  percent: 37,
  singleQuote: 39,
  comma: 44,
  dash: 45,
  dot: 46,
  slash: 47,
  colon: 58,
  greater: 62,
  question: 63,
  openBracket: 91,
  closeBracket: 93,
  underscore: 95,
  openBrace: 123,
  bar: 124,
  closeBrace: 125,
} as const;

/** Column at the end of the file: less than that of any value. */
const AT_END = -1;

export class Cursor {
  readonly text: string;
  at = 0;
  /** Column of the next value, once `toNextLine` has been called. */
  column = 0;
  /** How many tabs stand in the blocks of text that have been read; elsewhere a tab may be a mistake. */
  tabsInBlocks = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.column === AT_END;
  }

  /** Code of the character at the cursor, or `ahead` of it; NaN behind the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  skipSpaces(): void {
    while (this.text.charCodeAt(this.at) === CODE.space) this.at += 1;
  }

  /** From the start of a line to the next value, over empty lines and comments. */
  toNextLine(): void {
    const { text } = this;
    for (;;) {
      const lineStart = this.at;
      this.skipSpaces();
      const code = text.charCodeAt(this.at);
      if (code === CODE.lineFeed) this.at += 1;
      else if (code === CODE.hash) this.#skipLine();
      else {
        if (Number.isNaN(code)) this.column = AT_END;
        else {
          this.column = this.at - lineStart;
          if (this.column === 0) this.#refuseMarker(code);
        }
        return;
      }
      if (this.at >= text.length) {
        this.column = AT_END;
        return;
      }
    }
  }

  /** Behind a value: nothing but blanks or a comment may follow on its line. */
  endLine(): void {
    this.skipSpaces();
    const code = this.code();
    if (code === CODE.lineFeed) this.at += 1;
    else if (code === CODE.hash && this.code(-1) === CODE.space) this.#skipLine();
    else if (!Number.isNaN(code)) notPlain();
    this.toNextLine();
  }

  #skipLine(): void {
    const feed = this.text.indexOf('\n', this.at);
    this.at = feed === -1 ? this.text.length : feed + 1;
  }

  /** Directives and the marks of documents. */
  #refuseMarker(code: number): void {
    if (code === CODE.percent) notPlain();
    if (code === CODE.dash && this.text.startsWith('---', this.at)) notPlain();
    if (code === CODE.dot && this.text.startsWith('...', this.at)) notPlain();
  }
}
