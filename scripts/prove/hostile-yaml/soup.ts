/** Files drawn from the grammar of YAML: each construct in each style, most of them well-formed, few of them content. */

import type { SeededRandom } from '../../harness/seeded-random.ts';
import { either, pick, ruleText, type Family, type HostileInput } from './input.ts';

const WORDS = [
  'shop',
  'env:prod',
  '@http.client_ip',
  'a b',
  'true',
  '12',
  '0x1F',
  '1.5',
  '~',
  'null',
  "O'Brien",
  'say "x"',
  'a: b',
  'a #b',
  '#b',
  '-x',
  '- x',
  '? x',
  '*a',
  '&a',
  '!a',
  '{n}',
  '[x]',
  '{{@a}}',
  '%x',
  '`x`',
  '@',
  '|',
  '>',
  ',',
  ':',
  'é',
  '😀',
  '中文',
  '',
  ' ',
  '  x ',
  'x:',
  '012',
  '+1',
  '2026-01-01',
  'yes',
  '=',
  '<<',
  '-',
  '...',
  '---',
  'a\\b',
  '\\n',
  "''",
  '1e3',
  '.5',
  '-0',
  'a,b',
  'a]b',
  'x'.repeat(90),
];
const KEYS = [
  'a',
  'b',
  'c',
  '@http.status_code',
  'x y',
  'id',
  'env',
  '1',
  'true',
  'é',
  "'q'",
  'k-1',
  '~',
  'x.y.z',
];
const MAX_LEVEL = 4;

function drawSoup(random: SeededRandom): HostileInput {
  const soup = new Soup(random);
  const kind = random.below(3);
  if (kind === 0) return either('soup as a file', soup.block(0, true));
  if (kind === 1) return either('soup as a sample', ruleText({ sample: `\n${soup.map(2)}`.trimEnd() }));
  return either(
    'soup in the texts of a rule',
    ruleText({
      name: soup.scalar(2, false),
      query: soup.scalar(6, false),
      message: soup.scalar(2, false),
      sample: soup.flow(0),
    }),
  );
}

class Soup {
  readonly #random: SeededRandom;
  #level = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** A node that starts on the current line (`inline`) or stands on lines of its own, in column `indent`. */
  block(indent: number, isStart: boolean): string {
    this.#level += 1;
    const choice = this.#level > MAX_LEVEL ? 2 + this.#random.below(2) : this.#random.below(5);
    const text =
      choice === 0
        ? `${isStart ? '' : '\n'}${this.map(indent)}`
        : choice === 1
          ? `${isStart ? '' : '\n'}${this.#list(indent)}`
          : choice === 2
            ? `${this.flow(indent)}${this.#end()}`
            : `${this.scalar(indent, false)}${this.#end()}`;
    this.#level -= 1;
    return text;
  }

  map(indent: number): string {
    return this.#times(4, () => {
      const pad = ' '.repeat(indent + this.#rarely(1, 0));
      const deeper = indent + 1 + this.#random.below(3);
      if (this.#random.below(20) === 0) {
        return `${pad}? ${this.scalar(deeper, true)}${this.#end()}${pad}: ${this.block(deeper, false)}`;
      }
      const key = this.#random.below(4) === 0 ? this.scalar(indent, true) : pick(this.#random, KEYS);
      return `${this.#noise(indent)}${pad}${key}:${this.#rarely('', ' ')}${this.#properties()}${this.block(deeper, false)}`;
    });
  }

  #list(indent: number): string {
    return this.#times(3, () => {
      const pad = ' '.repeat(indent);
      return `${this.#noise(indent)}${pad}- ${this.#properties()}${this.block(indent + 2, this.#random.below(3) === 0)}`;
    });
  }

  flow(indent: number): string {
    this.#level += 1;
    const inner = (): string =>
      this.#level > MAX_LEVEL || this.#random.below(2) === 0 ? this.scalar(indent, true) : this.flow(indent);
    const glue = pick(this.#random, [', ', ', ', ',', ' , ', `,\n${' '.repeat(indent + 2)}`, ', # note\n  ']);
    const count = this.#random.below(4);
    const isMap = this.#random.below(2) === 0;
    const items = Array.from({ length: count }, () =>
      isMap
        ? `${pick(this.#random, KEYS)}${pick(this.#random, [': ', ': ', ' : ', ':'])}${inner()}`
        : inner(),
    ).join(glue);
    this.#level -= 1;
    const open = isMap ? '{' : '[';
    const close = this.#rarely('', isMap ? '}' : ']');
    return `${open}${pick(this.#random, ['', ' '])}${items}${this.#rarely(',', '')}${pick(this.#random, ['', ' '])}${close}`;
  }

  scalar(indent: number, isInline: boolean): string {
    const word = Array.from({ length: 1 + this.#random.below(3) }, () => pick(this.#random, WORDS)).join(
      pick(this.#random, [
        '',
        ' ',
        ' ',
        isInline ? ' ' : `\n${' '.repeat(indent + 1)}`,
        isInline ? '' : '\n\n   ',
      ]),
    );
    switch (this.#random.below(isInline ? 3 : 5)) {
      case 0:
        return `'${word.replaceAll("'", "''")}'`;
      case 1:
        return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}${pick(this.#random, ['', '\\n', '\\t', '\\x41', '\\\n  '])}"`;
      case 2:
        return word;
      default:
        return this.#blockScalar(indent);
    }
  }

  #blockScalar(indent: number): string {
    const own = this.#random.below(3);
    const header = `${pick(this.#random, ['|', '>'])}${pick(this.#random, ['', '', '-', '+'])}${this.#rarely('2', '')}${this.#rarely(' # note', '')}`;
    const lines = Array.from({ length: this.#random.below(5) }, () => {
      const extra = ' '.repeat(this.#random.below(2) * own);
      return this.#random.below(5) === 0
        ? ''
        : `${' '.repeat(indent + 1)}${extra}${pick(this.#random, WORDS)}`;
    });
    return [header, ...lines].join('\n');
  }

  #properties(): string {
    return this.#random.below(40) === 0 ? pick(this.#random, ['&a ', '!!str ', '!x ', '*a ']) : '';
  }

  #noise(indent: number): string {
    if (this.#random.below(8) > 0) return '';
    return pick(this.#random, ['\n', `${' '.repeat(indent)}# note\n`, '# note\n', '  \n', '\t\n']);
  }

  #end(): string {
    return pick(this.#random, ['\n', '\n', '\n', '\n', ' \n', ' # note\n', '\r\n', '\n\n']);
  }

  #rarely<T>(rare: T, usual: T): T {
    return this.#random.below(25) === 0 ? rare : usual;
  }

  #times(limit: number, make: () => string): string {
    return Array.from({ length: 1 + this.#random.below(limit) }, make).join('');
  }
}

export const SOUP: readonly Family[] = [{ name: 'soup', table: () => [], draw: drawSoup }];
