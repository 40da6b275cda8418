/** Block maps and lists, and what stands in them on a line. Everything that is not certain is left to the full parser. */

import { MAX_NODES, QUERY_KEYS } from '../guard-tokens.ts';
import { readBlockScalar, tabsIn } from './block-scalar.ts';
import type { Build, PlainKey } from './build.ts';
import { CODE, Cursor } from './cursor.ts';
import { notPlain } from './not-plain.ts';
import { plainValue } from './plain-scalar.ts';
import { endOfFlowWord, isWordStart, readDoubleQuoted, readKey, readSingleQuoted } from './words.ts';

/** Far below what the full parser allows, far above what people write. */
const MAX_PLAIN_DEPTH = 24;

export class PlainReader<Value, Map> {
  readonly #cursor: Cursor;
  readonly #build: Build<Value, Map>;
  #depth = 0;
  #nodes = 0;

  constructor(text: string, build: Build<Value, Map>) {
    this.#cursor = new Cursor(text);
    this.#build = build;
  }

  readFile(): Value {
    const cursor = this.#cursor;
    this.#toFirstKey();
    const value = this.#blockMap(0, readKey(cursor) ?? notPlain());
    const isWhole = cursor.isAtEnd && cursor.tabsInBlocks === tabsIn(cursor.text);
    return isWhole ? value : notPlain();
  }

  /** Of a file that `readFile` reads: a map of the pair with that key, or of none when the file has no such key. */
  readPair(name: string): Value {
    const cursor = this.#cursor;
    this.#toFirstKey();
    const start = cursor.at;
    const map = this.#build.openMap();
    cursor.at = startOfPair(cursor.text, name, start);
    const key = readKey(cursor);
    if (key?.name === name) this.#build.addPair(map, key, this.#afterColon(0, name));
    return this.#build.closeMap(map, start, cursor.text.length);
  }

  #toFirstKey(): void {
    const cursor = this.#cursor;
    if (cursor.text.startsWith('---\n')) cursor.at = 4;
    cursor.toNextLine();
    const isAtMargin = cursor.column === 0;
    if (!isAtMargin) notPlain();
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_PLAIN_DEPTH) notPlain();
    this.#count();
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) notPlain();
  }

  /** @param first its first key, already read; the cursor stands behind its colon */
  #blockMap(indent: number, first: PlainKey): Value {
    this.#enter();
    const cursor = this.#cursor;
    const map = this.#build.openMap();
    let key = first;
    for (;;) {
      this.#count();
      this.#build.addPair(map, key, this.#afterColon(indent, key.name));
      if (cursor.column !== indent) break;
      key = readKey(cursor) ?? notPlain();
    }
    if (cursor.column > indent) notPlain();
    this.#depth -= 1;
    return this.#build.closeMap(map, first.start, cursor.at);
  }

  #afterColon(indent: number, key: string): Value {
    const cursor = this.#cursor;
    cursor.skipSpaces();
    const code = cursor.code();
    if (code !== CODE.lineFeed && code !== CODE.hash) return this.#onLine(indent, QUERY_KEYS.has(key));
    cursor.endLine();
    // A list may stand in the column of its key.
    if (cursor.column === indent && this.#isDash()) return this.#blockList(indent);
    return this.#below(indent);
  }

  /** What stands on lines of its own, further in than `indent`. */
  #below(indent: number): Value {
    const cursor = this.#cursor;
    const { column } = cursor;
    if (column <= indent) notPlain();
    if (this.#isDash()) return this.#blockList(column);
    return this.#blockMap(column, readKey(cursor) ?? notPlain());
  }

  #isDash(): boolean {
    if (this.#cursor.code() !== CODE.dash) return false;
    const next = this.#cursor.code(1);
    return next === CODE.space || next === CODE.lineFeed;
  }

  #blockList(indent: number): Value {
    this.#enter();
    const cursor = this.#cursor;
    const start = cursor.at;
    const items: Value[] = [];
    do items.push(this.#listItem(indent));
    while (cursor.column === indent && this.#isDash());
    if (cursor.column > indent) notPlain();
    this.#depth -= 1;
    return this.#build.list(items, start, cursor.at);
  }

  #listItem(indent: number): Value {
    const cursor = this.#cursor;
    const dash = cursor.at;
    cursor.at += 1;
    cursor.skipSpaces();
    const code = cursor.code();
    if (code === CODE.lineFeed || code === CODE.hash) {
      cursor.endLine();
      return this.#below(indent);
    }
    const column = indent + cursor.at - dash;
    if (this.#isDash()) return this.#blockList(column);
    const key = readKey(cursor);
    return key === undefined ? this.#onLine(indent, false) : this.#blockMap(column, key);
  }

  /** A value that begins on the line of its key or dash; the next one begins on a later line. */
  #onLine(indent: number, isQuery: boolean): Value {
    const cursor = this.#cursor;
    const code = cursor.code();
    if (code === CODE.bar || code === CODE.greater) {
      this.#count();
      const { value, start, end, style } = readBlockScalar(cursor, indent);
      if (cursor.column > indent) notPlain();
      // Whether the author takes it for a comment is for the full parser to ask.
      if (isQuery && /#(?:\s|$)/.test(value)) notPlain();
      return this.#build.scalar(value, start, end, style);
    }
    const value =
      code === CODE.openBracket || code === CODE.openBrace
        ? this.#flow(indent)
        : (this.#quoted(code) ?? this.#blockWord(isQuery));
    cursor.endLine();
    // What stands further in would go on with the value.
    if (cursor.column > indent) notPlain();
    return value;
  }

  #quoted(code: number): Value | undefined {
    if (code !== CODE.singleQuote && code !== CODE.doubleQuote) return undefined;
    this.#count();
    const start = this.#cursor.at;
    const isSingle = code === CODE.singleQuote;
    const value = isSingle ? readSingleQuoted(this.#cursor) : readDoubleQuoted(this.#cursor);
    return this.#build.scalar(value, start, this.#cursor.at, isSingle ? 'single' : 'double');
  }

  /** To the end of the line or a comment. */
  #blockWord(isQuery: boolean): Value {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    if (!isWordStart(cursor, false)) notPlain();
    const feed = text.indexOf('\n', start);
    const line = text.slice(start, feed === -1 ? text.length : feed);
    const comment = line.indexOf(' #');
    // Whether the author knows that YAML cuts the query off is for the full parser to ask.
    if (comment !== -1 && isQuery) notPlain();
    const word = withoutSpacesBehind(comment === -1 ? line : line.slice(0, comment));
    if (word.includes(': ') || word.endsWith(':')) notPlain();
    return this.#word(word, start);
  }

  #word(word: string, start: number): Value {
    this.#count();
    this.#cursor.at = start + word.length;
    return this.#build.scalar(plainValue(word), start, this.#cursor.at, 'plain');
  }

  /** A list or map in brackets. Further lines of it stand further in than `indent`. */
  #flow(indent: number): Value {
    this.#enter();
    const cursor = this.#cursor;
    const start = cursor.at;
    const isMap = cursor.code() === CODE.openBrace;
    const close = isMap ? CODE.closeBrace : CODE.closeBracket;
    // `{{` is a template that nobody quoted.
    if (isMap && cursor.code(1) === CODE.openBrace) notPlain();
    const map = this.#build.openMap();
    const items: Value[] = [];
    cursor.at += 1;
    for (;;) {
      this.#skipInFlow(indent);
      if (cursor.code() === close) break;
      if (isMap) this.#flowPair(map, indent);
      else items.push(this.#flowValue(indent));
      this.#skipInFlow(indent);
      if (cursor.code() === close) break;
      if (cursor.code() !== CODE.comma) notPlain();
      cursor.at += 1;
    }
    cursor.at += 1;
    this.#depth -= 1;
    return isMap ? this.#build.closeMap(map, start, cursor.at) : this.#build.list(items, start, cursor.at);
  }

  #flowPair(map: Map, indent: number): void {
    this.#count();
    const key = readKey(this.#cursor) ?? notPlain();
    this.#skipInFlow(indent);
    this.#build.addPair(map, key, this.#flowValue(indent));
  }

  #flowValue(indent: number): Value {
    const cursor = this.#cursor;
    const code = cursor.code();
    if (code === CODE.openBracket || code === CODE.openBrace) return this.#flow(indent);
    const quoted = this.#quoted(code);
    if (quoted !== undefined) return quoted;
    if (!isWordStart(cursor, true)) notPlain();
    const { at } = cursor;
    return this.#word(cursor.text.slice(at, endOfFlowWord(cursor)), at);
  }

  #skipInFlow(indent: number): void {
    const cursor = this.#cursor;
    cursor.skipSpaces();
    if (cursor.code() !== CODE.lineFeed) return;
    cursor.at += 1;
    cursor.toNextLine();
    if (cursor.column <= indent) notPlain();
  }
}

/** At the margin of a plain file stand its keys, comments and the dashes of lists, and nothing else. */
function startOfPair(text: string, name: string, first: number): number {
  for (const key of [`${name}:`, `'${name}':`, `"${name}":`]) {
    if (text.startsWith(key, first)) return first;
    const feed = text.indexOf(`\n${key}`, first);
    if (feed !== -1) return feed + 1;
  }
  return text.length;
}

/** Other blanks than spaces belong to the word. */
function withoutSpacesBehind(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === CODE.space) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}
