/**
 * Writes a file anew from its own pieces of text: keys in order, two spaces a level, comments where they belong.
 * Scalars and bracketed lists are copied as they were written; nothing is ever serialised from values.
 */

import type { ContentPath } from '@signalwright/model';
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { nodeRange } from '../parse/node-reader.ts';
import { QUERY_KEYS } from '../parse/guard-tokens.ts';

/** A form that is better left as it is: the file is not changed then. */
export class UnusualForm extends Error {}

/** @param orderOf keys of the map at a path in their order */
export function printBlocks(
  text: string,
  root: ParsedNode,
  orderOf: (path: ContentPath) => readonly string[],
): string {
  const printer = new BlockPrinter(text, orderOf);
  const lines = printer.printRoot(root);
  return `${lines.join('\n')}\n`;
}

/** Lines of one pair or item, relative to the column it starts in. */
interface Chunk {
  /** Comments and at most one blank line above. */
  readonly lead: readonly string[];
  readonly body: readonly string[];
}

class BlockPrinter {
  readonly #text: string;
  readonly #orderOf: (path: ContentPath) => readonly string[];
  /** Everything before this offset has been taken over. */
  #taken = 0;

  constructor(text: string, orderOf: (path: ContentPath) => readonly string[]) {
    this.#text = text;
    this.#orderOf = orderOf;
  }

  printRoot(root: ParsedNode): readonly string[] {
    if (!isMap(root) || root.flow === true) throw new UnusualForm('the file is not a block map');
    if (/^---/m.test(this.#text)) throw new UnusualForm('the file has a document marker');
    const header = this.#header(root);
    const lines = this.#printMap(root, []);
    const tail = this.#triviaLines(this.#text.length);
    return [
      ...header,
      ...lines,
      ...collapse(
        tail.map((line) => line.trim()),
        'tail',
      ),
    ];
  }

  /** Comments at the top that a blank line parts from the first key belong to the file. */
  #header(root: YAMLMap): readonly string[] {
    const first = startOf(root.items[0]?.key);
    const above = this.#text.slice(0, lineStart(this.#text, first));
    const gap = above.lastIndexOf('\n\n');
    if (gap === -1) return [];
    const header = above.slice(0, gap + 1);
    this.#taken = header.length;
    const lines = collapse(
      trivia(header).map((line) => line.trim()),
      'head',
    );
    return lines.length === 0 ? [] : [...lines, ''];
  }

  #printMap(map: YAMLMap, path: ContentPath): readonly string[] {
    const chunks = map.items.map((pair, index) => {
      if (!isPair(pair) || !isScalar(pair.key)) throw new UnusualForm('a key is not a scalar');
      return { key: String(pair.key.value), chunk: this.#printPair(pair, path, index === 0) };
    });
    const order = this.#orderOf(path);
    const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
    // A stable sort: keys that the schema does not order keep their places behind the others.
    const sorted = order.length === 0 ? chunks : chunks.toSorted((a, b) => rank(a.key) - rank(b.key));
    return sorted.flatMap(({ chunk }, index) => [...leadLines(chunk.lead, index === 0), ...chunk.body]);
  }

  #printPair(pair: Pair, path: ContentPath, isFirst: boolean): Chunk {
    const key = pair.key as Scalar;
    const start = startOf(key);
    const lead = this.#leadBefore(start, isFirst);
    const [, keyEnd] = rangeOf(key);
    const name = this.#scalarText(key, false);
    if (!name.endsWith("'") && /^[?&*!|>]/.test(name)) throw new UnusualForm('a key of an unusual form');
    const colon = /^[ \t]*:/.exec(this.#text.slice(keyEnd));
    if (colon === null) throw new UnusualForm('a key without its colon');
    this.#taken = keyEnd + colon[0].length;
    const inner = [...path, String(key.value)];
    return { lead, body: this.#printValue(pair.value, `${name}:`, inner, columnOf(this.#text, start)) };
  }

  #printValue(value: unknown, before: string, path: ContentPath, column: number): readonly string[] {
    if ((isMap(value) || isSeq(value)) && value.flow !== true) {
      const comment = this.#restOfLine();
      const lines = isMap(value) ? this.#printMap(value, path) : this.#printSeq(value, path);
      return [`${before}${comment}`, ...indent(lines)];
    }
    return this.#printLeaf(value, before, path, column);
  }

  #printSeq(seq: YAMLSeq, path: ContentPath): readonly string[] {
    return seq.items.flatMap((item, index) => {
      const chunk = this.#printItem(item, [...path, index], index === 0);
      return [...leadLines(chunk.lead, index === 0), ...chunk.body];
    });
  }

  #printItem(item: unknown, path: ContentPath, isFirst: boolean): Chunk {
    const start = startOf(item);
    const dash = this.#text.lastIndexOf('-', start - 1);
    if (!/^-\s+$/.test(this.#text.slice(dash, start))) throw new UnusualForm('an item not beside its dash');
    const lead = this.#leadBefore(dash, isFirst);
    this.#taken = start;
    if ((isMap(item) || isSeq(item)) && item.flow !== true) {
      const lines = isMap(item) ? this.#printMap(item, path) : this.#printSeq(item, path);
      return { lead, body: lines.map((line, index) => (index === 0 ? `- ${line}` : shift(line))) };
    }
    const [first = '', ...rest] = this.#printLeaf(item, '', path, columnOf(this.#text, dash));
    return { lead, body: [`- ${first}`, ...rest] };
  }

  /**
   * A scalar or a bracketed collection, with the comment behind it. Its further lines stand one level in.
   *
   * @param column of the key or dash that it stands behind
   */
  #printLeaf(value: unknown, before: string, path: ContentPath, column: number): readonly string[] {
    const range = nodeRange(value);
    if (range === undefined || range[0] === range[1]) return [`${before}${this.#restOfLine()}`];
    const [start, end] = range;
    if (!/^\s*$/.test(this.#text.slice(this.#taken, start)))
      throw new UnusualForm('a comment before a value');
    const gap = before === '' ? '' : ' ';
    if (isScalar(value) && (value.type === 'BLOCK_LITERAL' || value.type === 'BLOCK_FOLDED')) {
      return this.#blockScalar(start, end, `${before}${gap}`, column);
    }
    const name = path.findLast((step) => typeof step === 'string');
    const isQuery = typeof name === 'string' && QUERY_KEYS.has(name);
    const written = isScalar(value) ? this.#scalarText(value, isQuery) : this.#text.slice(start, end);
    const [first = '', ...rest] = written.split('\n').map((line) => line.trimEnd());
    const continued = rest.map((line) => (isScalar(value) ? `  ${line.trim()}` : unindent(line, column)));
    this.#taken = end;
    const lines = [`${before}${gap}${first}`, ...continued];
    const comment = this.#restOfLine();
    return [...lines.slice(0, -1), `${lines.at(-1) ?? ''}${comment}`];
  }

  /** The header, then the text one level in. The lines of the text keep what they have beyond their common indent. */
  #blockScalar(start: number, end: number, before: string, column: number): readonly string[] {
    const [header = '', ...lines] = this.#text.slice(start, end).split('\n');
    const digit = /^[|>][-+]?(\d)/.exec(header)?.[1];
    const first = lines.find((line) => /[^ ]/.test(line)) ?? '';
    // Where nothing is seen, blanks are no text: not one of them is kept.
    const margin =
      first === ''
        ? Number.POSITIVE_INFINITY
        : digit === undefined
          ? first.search(/[^ ]/)
          : column + Number(digit);
    const isText = (line: string): boolean => line.length > margin;
    // Empty lines behind the text are part of it only after +; otherwise they part it from what follows.
    const last = /^[|>]\d?\+/.test(header) ? lines.length - 2 : lines.findLastIndex(isText);
    const text = lines.slice(0, last + 1);
    this.#taken = start + [header, ...text].join('\n').length;
    const written = header.trimEnd().replace(/\d/, '2');
    return [`${before}${written}`, ...text.map((line) => shift(line.slice(margin)))];
  }

  /** One style of quotes; a query is always quoted. */
  #scalarText(node: Scalar, isQuery: boolean): string {
    const written = this.#text.slice(...rangeOf(node));
    if (typeof node.value !== 'string' || written.includes('\n')) return written;
    const single = `'${node.value.replaceAll("'", "''")}'`;
    if (node.type === 'PLAIN') return isQuery && node.value !== '' ? single : written;
    // Without escapes and single quotes inside, both kinds of quotes say the same.
    return node.type === 'QUOTE_DOUBLE' && !/[\\']/.test(written) ? single : written;
  }

  /** What follows on the line: a comment with one space before it, or nothing. */
  #restOfLine(): string {
    const rest = /^[^\n]*/.exec(this.#text.slice(this.#taken))?.[0] ?? '';
    if (!/^\s*(#.*)?$/.test(rest)) throw new UnusualForm('text behind a value');
    this.#taken += rest.length;
    const comment = rest.trim();
    return comment === '' ? '' : ` ${comment}`;
  }

  /** Blank lines and comments between what was taken and the line of `start`. */
  #leadBefore(start: number, isFirst: boolean): readonly string[] {
    const line = lineStart(this.#text, start);
    if (line <= this.#taken) return [];
    const lines = this.#triviaLines(line);
    this.#taken = Math.max(this.#taken, line);
    return collapse(
      lines.map((each) => each.trim()),
      isFirst ? 'first' : 'lead',
    );
  }

  #triviaLines(end: number): readonly string[] {
    const lines = trivia(this.#text.slice(this.#taken, end));
    this.#taken = end;
    return lines;
  }
}

/** Lines of a text that holds nothing but blanks and comments. */
function trivia(text: string): readonly string[] {
  const lines = text.replace(/^\n/, '').replace(/\n$/, '').split('\n');
  if (lines.some((line) => !/^\s*(#.*)?$/.test(line))) throw new UnusualForm('text between two keys');
  return text.trim() === '' && !text.includes('\n\n') && !/^\n\s*\n/.test(text) && lines.length < 2
    ? []
    : lines;
}

/** At most one blank line in a row; none at the start of a file or block, none at the end of a file. */
function collapse(lines: readonly string[], place: 'head' | 'first' | 'lead' | 'tail'): readonly string[] {
  const kept = lines.filter((line, index) => line !== '' || lines[index - 1] !== '');
  const from = place === 'head' || place === 'first' ? kept.findIndex((line) => line !== '') : 0;
  const result = from === -1 ? [] : kept.slice(from);
  return place === 'head' || place === 'tail' ? trimEmptyEnd(result) : result;
}

function trimEmptyEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line !== '');
  return lines.slice(0, last + 1);
}

/** The first chunk of a block has no blank line above. */
function leadLines(lead: readonly string[], isFirst: boolean): readonly string[] {
  return isFirst
    ? lead
        .slice(
          Math.max(
            0,
            lead.findIndex((line) => line !== ''),
          ),
        )
        .filter((line, index) => line !== '' || index > 0)
    : lead;
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map(shift);
}

function shift(line: string): string {
  return line === '' ? '' : `  ${line}`;
}

/** A line of a bracketed collection keeps its place relative to the key, and stands at least one level in. */
function unindent(line: string, column: number): string {
  const blanks = line.length - line.trimStart().length;
  const left = Math.max(0, blanks - column);
  return line.trim() === '' ? '' : `${' '.repeat(left)}${line.trimStart()}`;
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = nodeRange(node);
  if (range === undefined) throw new UnusualForm('a node without a place');
  return range;
}

function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
